"""The command line: parses, prints, maps errors to exit codes, and nothing else."""

from __future__ import annotations


def main() -> int:
    """Runs the command line of this process; returns the exit code."""
    from summarizer.cli.app import run

    return run()
