"""Writes docs/cli.md from the command line's own help, so that the two cannot drift apart.

python docs/make_cli_reference.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from summarizer.cli.app import cli

TARGET = Path(__file__).with_name("cli.md")
HEAD = """# Command line

Made by `python docs/make_cli_reference.py` from the program's own help; CI checks that it is up to date.

Exit codes: 0 done · 1 failed · 2 wrong usage · 3 done in part (some articles failed, or `--strict` found errors) ·
130 interrupted. Results go to stdout, everything else to stderr.
"""


def sections(command: click.Command, context: click.Context) -> list[str]:
    """Help of a command and of all below it, as markdown sections."""
    texts = [f"## `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n"]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                inner = click.Context(child, info_name=name, parent=context, max_content_width=100)
                texts += sections(child, inner)
    return texts


def main() -> int:
    """Writes or checks the file."""
    root = click.Context(cli, info_name="summarizer", terminal_width=100, max_content_width=100)
    text = "\n".join([HEAD, *sections(cli, root)])
    if "--check" in sys.argv[1:]:
        if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
            print("docs/cli.md is out of date: run python docs/make_cli_reference.py", file=sys.stderr)
            return 1
        return 0
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
