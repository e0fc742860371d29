"""``python -m libs.shared.contracts freeze | check [--against FOLDER] | asyncapi [--to FILE]``."""

import argparse
import sys
from pathlib import Path

from libs.shared.contracts.asyncapi import document
from libs.shared.contracts.frozen import as_text, check, check_against, freeze

ASYNCAPI = Path("docs/asyncapi.json")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 with a line for each thing that is not."""
    parser = argparse.ArgumentParser(prog="python -m libs.shared.contracts", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("freeze", help="write new schemas and additive changes; refuse all others")
    checking = commands.add_parser("check", help="compare models, frozen schemas, examples and the document")
    checking.add_argument("--against", type=Path, help="the folder `frozen` of an earlier release")
    writing = commands.add_parser("asyncapi", help="write the AsyncAPI document")
    writing.add_argument("--to", type=Path, default=ASYNCAPI)
    given = parser.parse_args(arguments)

    if given.command == "asyncapi":
        given.to.parent.mkdir(parents=True, exist_ok=True)
        given.to.write_text(as_text(document()), encoding="utf-8")
        return 0
    wrong = freeze() if given.command == "freeze" else check()
    if given.command == "check":
        if given.against:
            wrong += check_against(given.against)
        if not wrong and (not ASYNCAPI.exists() or ASYNCAPI.read_text(encoding="utf-8") != as_text(document())):
            wrong.append(f"{ASYNCAPI} is out of date; run `python -m libs.shared.contracts asyncapi`")
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
