"""The categories of absence and the form of a month are defined only in ``libs/shared/values``."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.values.absence import CATEGORIES, DANISH
from services.absence_ingest.absence import tables
from services.evaluation_export.panel import tables as panel
from services.evaluation_export.products.aggregate.snapshot import HalfDays

ROOT = Path(__file__).parents[3]
FOLDERS = ("libs", "services", "apps", "journey", "deploy", "synthetic")
WORD = re.compile(rf"(?<![a-z])({'|'.join(CATEGORIES)})(?![a-z])")
MONTH = re.compile(r"\[0-9\]\{4\}-(\[0-9\]|\(0\[1-9\])|^%Y-%m$|\bYYYY-MM\b(?!-)")
PERSONS = "services/evaluation_export/products/aggregate/sql/persons.sql"
FIELDS = {
    "libs/shared/contracts/absence.py": PupilMonthChanged.model_fields,
    "services/absence_ingest/absence/tables.py": tables.PupilMonth.model_fields,
    "services/evaluation_export/panel/tables.py": panel.PupilMonth.model_fields,
    "services/evaluation_export/products/aggregate/snapshot.py": HalfDays._fields,
}
"""Typed fields have to be written out. They are held to the declaration below."""
ALLOWED = {"libs/shared/values/absence.py", PERSONS, *FIELDS}


def texts(code: str) -> Iterator[str]:
    """The names and string constants of a source, without its docstrings and comments."""
    for node in ast.walk(tree := ast.parse(code)):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                node.value = ast.Constant(value=None)
    for node in ast.walk(tree):
        match node:
            case (
                ast.Constant(value=str(text))
                | ast.Name(id=text)
                | ast.Attribute(attr=text)
                | ast.keyword(arg=str(text))
                | ast.arg(arg=text)
            ):
                yield text


def categories(code: str) -> set[str]:
    return {word for text in texts(code) for word in WORD.findall(text)}


def months(code: str) -> list[str]:
    """The places that read or write the form of a month themselves."""
    sliced = [
        "[:7]"
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Subscript) and ast.unparse(node).endswith(".isoformat()[:7]")
    ]
    return sliced + [text for text in texts(code) if MONTH.search(text)]


def sources() -> Iterator[tuple[str, str]]:
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        if "migrations" not in path.parts:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def statements() -> list[Path]:
    """The files of SQL statements."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.sql"))


def test_no_other_source_lists_the_categories() -> None:
    found = {name for name, code in sources() if len(categories(code)) > 1}
    found |= {
        str(path.relative_to(ROOT)) for path in statements() if len(set(WORD.findall(path.read_text("utf-8")))) > 1
    }
    assert found == ALLOWED


def test_no_other_source_spells_a_month() -> None:
    found = {name for name, code in sources() if months(code)}
    found |= {str(path.relative_to(ROOT)) for path in statements() if MONTH.search(path.read_text("utf-8"))}
    assert found == {"libs/shared/values/months.py"}


@pytest.mark.parametrize("name", FIELDS)
def test_the_fields_are_the_categories_in_their_order(name: str) -> None:
    fields = tuple(FIELDS[name])
    start = fields.index(CATEGORIES[0])
    assert fields[start : start + len(CATEGORIES)] == CATEGORIES


def test_the_statement_of_persons_sums_every_category_before_and_after() -> None:
    selected = re.findall(r"coalesce\(h\.(\w+), 0\)", (ROOT / PERSONS).read_text(encoding="utf-8"))
    assert selected == [f"{autumn}_{category}" for autumn in ("before", "after") for category in CATEGORIES]


def test_the_first_migration_allows_exactly_the_categories() -> None:
    first = ROOT / "services/absence_ingest/migrations/versions/0001_absence.py"
    allowed = re.search(r"CHECK \(category IN \((.*?)\)\)", first.read_text(encoding="utf-8"))
    assert allowed is not None
    assert tuple(re.findall(r"'(\w+)'", allowed[1])) == CATEGORIES


def test_every_category_has_a_danish_word() -> None:
    assert tuple(DANISH) == CATEGORIES


@pytest.mark.parametrize(
    "code",
    [
        "Literal['illness', 'authorised']",
        "x = f'SELECT {a}, illness, unauthorised FROM t'",
        "HalfDays(row.before_illness, row.before_authorised)",
        "Month(illness=0, authorised=0)",
    ],
)
def test_a_planted_list_of_categories_is_found(code: str) -> None:
    assert len(categories(code)) == 2


@pytest.mark.parametrize(
    "code",
    [
        "day.isoformat()[:7]",
        "f'{day:%Y-%m}'",
        "re.compile('[0-9]{4}-(0[1-9]|1[0-2])')",
        """text("SELECT to_char(day, 'YYYY-MM')")""",
    ],
)
def test_a_planted_month_is_found(code: str) -> None:
    assert len(months(code)) == 1
