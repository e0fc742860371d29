"""What a reader knows of the pupils who were selected, by how and why.

A person of a type has any set of codes that agrees with two rules: some codes are within another one, and some together
are all of another one. By these rules, and by nothing else, the numbers of a type are those of a possible population.

Numbers of classes are left out. They are printed beside printed numbers of pupils only, and no class is without a
pupil, so the smallest possible number of classes is never above the smallest possible number of pupils in the row.
"""

from collections.abc import Iterator

from services.evaluation_export.disclosure.codes import TOGETHER, WITHIN
from services.evaluation_export.disclosure.knowledge import Knowledge, plus, times
from services.evaluation_export.disclosure.programme import Terms
from services.evaluation_export.disclosure.reading import ALL, PARTICIPANTS, SELECTIONS, Tables


def add_selections(known: Knowledge, tables: Tables) -> None:
    """Adds the rows between the numbers of selected pupils of each type. Those of all types follow from them."""
    add = known.programme.row_if_true
    for cell in tables.selections:
        _, letter, code = cell
        if letter == ALL:
            continue
        around = _around(letter, code, known)
        add(plus(around, times(-1, known.counts[cell])), name=f"within {' '.join(cell)}")
        if code in TOGETHER:
            parts = [known.counts[SELECTIONS, letter, part] for part in TOGETHER[code]]
            add(plus(*parts, times(-1, known.counts[cell])), name=f"together {' '.join(cell)}")


def _around(letter: str, code: str, known: Knowledge) -> Terms:
    """The number of those with the code around it, or of all participants."""
    return known.counts[SELECTIONS, letter, WITHIN[code]] if code in WITHIN else _participants(letter, known)


def _participants(letter: str, known: Knowledge) -> Terms:
    return known.counts["flow", "left", "0"] if letter == ALL else known.counts[PARTICIPANTS, letter, ALL, ALL]


def rests(known: Knowledge, tables: Tables) -> Iterator[tuple[str, Terms]]:
    """The pupils without a code among those with the code around it. A printed number beside a printed total must not
    tell how few they are, or that there are none. All participants without a code are sums of these.
    """
    for cell in tables.selections:
        _, letter, code = cell
        yield f"rest beside {' '.join(cell)}", plus(_around(letter, code, known), times(-1, known.counts[cell]))
