"""SQL is only in the folder that owns its tables, except for a list of exceptions; import rules cannot check SQL."""

import pytest

from tests.unit.structure.allowed_sql import ALLOWED, FILLED
from tests.unit.structure.sql_tables import (
    ROOT,
    files_of,
    fills_in_a_table,
    foreign,
    foreign_uses,
    services,
    uses_of,
)


def allowed_in(service: str) -> set[tuple[str, str, str]]:
    return {
        (each.folder, each.owner, table)
        for each in ALLOWED
        if each.folder.startswith(f"services/{service}/")
        for table in each.tables
    }


@pytest.mark.parametrize("service", services())
def test_sql_names_tables_of_its_own_folder_or_of_the_list(service: str) -> None:
    assert foreign_uses(service) - allowed_in(service) == set()


@pytest.mark.parametrize("service", services())
def test_each_entry_of_the_list_is_needed(service: str) -> None:
    assert allowed_in(service) - foreign_uses(service) == set()


def test_no_table_of_a_room_is_filled_in() -> None:
    files = {str(path.relative_to(ROOT)): path for service in services() for path in files_of(service)}
    filled = {name for name, path in files.items() if fills_in_a_table(name, path.read_text(encoding="utf-8"))}
    assert filled == set(FILLED)


@pytest.mark.parametrize(
    "source",
    [
        'JOINED = "SELECT 1 FROM own AS o JOIN {table} AS t USING (id)".format(table="pupil")',
        'READ = f"SELECT 1 FROM {TABLE}"',
        'WRITE = f"INSERT INTO {table} VALUES (1)"',
        'WRITE = "UPDATE %s SET a = 1" % "pupil"',
    ],
)
def test_a_planted_table_that_is_filled_in_is_found(source: str) -> None:
    assert fills_in_a_table("services/registration/planted.py", source)
    assert not fills_in_a_table("services/registration/planted.py", 'READ = f"SELECT 1 FROM own WHERE {condition}"')


def test_each_entry_says_why_and_stands_once() -> None:
    assert all(len(each.why.split()) >= 5 for each in ALLOWED)
    assert len({each[:2] for each in ALLOWED}) == len(ALLOWED)
    assert {each.folder.split("/")[1] for each in ALLOWED} <= set(services())


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ('READ = "SELECT 1 FROM school WHERE true"', {"school"}),
        ('READ = text(f"SELECT 1 FROM {t} JOIN school AS s USING (school_id)")', {"school"}),
        ('READ = "SELECT 1 FROM own AS o, school AS s, LATERAL (SELECT FROM pupil) AS p"', {"school", "pupil"}),
        ('READ = "SELECT 1 FROM ONLY school"', {"school"}),
        ('WRITE = "INSERT INTO school (a) VALUES (1)"', {"school!"}),
        ('WRITE = "UPDATE school AS s SET a = 1 FROM pupil"', {"school!", "pupil"}),
        ('WRITE = "DELETE FROM school"', {"school!"}),
        ('"""Reads FROM school: said in a docstring."""', set()),
    ],
)
def test_a_planted_statement_over_a_foreign_table_is_found(source: str, named: set[str]) -> None:
    owned = {"school": "services/registration/elsewhere", "pupil": "services/registration/elsewhere"}
    assert {table for _, _, table in foreign(uses_of("services/registration/planted.py", source), owned)} == named
