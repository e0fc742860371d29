"""``python -m libs.shared.rules differences``: the page of choices and source differences, from the packaged data."""

import sys
from collections.abc import Sequence

from libs.shared.rules.differences import source_differences
from libs.shared.rules.library import library_rule_sets

USAGE = """usage: python -m libs.shared.rules differences > docs/source-differences.md

  differences    write the page of choices and source differences to standard output
"""


def main(arguments: Sequence[str]) -> int:
    """Carry out one command; 0 when it did, 2 with the usage when there is no such command."""
    if list(arguments) != ["differences"]:
        sys.stderr.write(USAGE)
        return 2
    sys.stdout.write(source_differences(library_rule_sets()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
