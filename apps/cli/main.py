"""Which command is asked for."""

import argparse
import io
import sys
from collections.abc import Sequence

from apps.cli import check


def main(arguments: Sequence[str]) -> int:
    """Carry out one command and return its exit code; without a command the help, and 2."""
    parser = argparse.ArgumentParser(prog="skoleloeft", description="Skoleløft på kommandolinjen / on the command line")
    commands = parser.add_subparsers(metavar="command")
    check.add_to(commands)
    given = parser.parse_args(arguments)
    if "carry_out" not in given:
        parser.print_help(sys.stderr)
        return 2
    code: int = given.carry_out(given)
    return code


def run() -> None:
    """The console script: Danish letters come out whole on every terminal and in every pipe."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
