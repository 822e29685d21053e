"""The command group, and the one place where faults become messages and exit codes.

Commands are imported when they are called: `summarizer --help` must not wait for anything.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from summarizer import __version__
from summarizer.cli.context import Context, context, verbosity_options
from summarizer.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, SummarizerError

_COMMANDS = {
    "read": "Translate and summarise articles: files, URLs or standard input.",
    "batch": "Translate and summarise a folder of articles, killed and resumed at will.",
    "models": "List, pull, verify and choose models.",
    "evaluate": "Score models on a test set of one's own.",
    "memory": "Look after the translation memory.",
    "doctor": "Say what is installed, what works, and what to do about the rest.",
}

_EXAMPLES = """\b
Examples:
  summarizer read article.it.txt                 summary and translation in the terminal
  summarizer read -l it -l en --length short a.html
  summarizer read --view side-by-side a.pdf      Italian and English next to each other
  summarizer read a.txt -f json | jq .summaries  for scripts
  curl -s https://… | summarizer read -          from a pipe
  summarizer read a.docx -o a.html               a page to send on
"""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"summarizer.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=_Lazy,
    epilog=_EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", prog_name="summarizer")
@verbosity_options
def cli() -> None:
    """Read Italian articles: an English translation, and a summary in the language you choose.

    Works offline from the moment it is installed; better models are one `summarizer models pull` away.
    """


def run(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns its exit code; every fault becomes one line on stderr."""
    state = Context()
    try:
        with context(state):
            result = cli.main(arguments, prog_name="summarizer", standalone_mode=False, obj=state)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        error.show()
        return EXIT_USAGE
    except click.ClickException as error:
        state.error(error.format_message())
        return EXIT_FAILED
    except (KeyboardInterrupt, click.Abort):
        state.error("interrupted")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # the reader of our output went away; whatever is still buffered must not complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except SummarizerError as error:
        if state.debug:
            raise
        state.error(str(error))
        return error.exit_code
    except Exception as error:
        if state.debug:
            raise
        state.error(f"internal error: {type(error).__name__}: {error}; please report it (--debug shows where)")
        return EXIT_FAILED
