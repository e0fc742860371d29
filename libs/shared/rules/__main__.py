"""``python -m libs.shared.rules``: writes the page of choices and the JSON Schemas, both made from the rule data."""

import sys
from collections.abc import Sequence
from pathlib import Path

from libs.shared.rules.differences import source_differences
from libs.shared.rules.families import SETTINGS
from libs.shared.rules.library import library_rule_sets
from libs.shared.rules.schemas import file_of, written

USAGE = """usage: python -m libs.shared.rules differences > docs/source-differences.md

       python -m libs.shared.rules schemas [FOLDER]

  differences    write the page of choices and source differences to standard output
  schemas        write the JSON Schema of each family's rule sets, to libs/shared/rules/schemas if no folder is named
"""
_FOLDER = Path(__file__).parent / "schemas"


def main(arguments: Sequence[str]) -> int:
    """Carry out one command. Returns 0, or 2 after printing the usage when there is no such command."""
    match list(arguments):
        case ["differences"]:
            sys.stdout.write(source_differences(library_rule_sets()))
        case ["schemas", *folder] if len(folder) < 2:
            for family in SETTINGS:
                (Path(folder[0]) if folder else _FOLDER).joinpath(file_of(family)).write_text(
                    written(family), encoding="utf-8"
                )
        case _:
            sys.stderr.write(USAGE)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
