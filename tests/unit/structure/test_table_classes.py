"""Each table class is used by code of its service, and not only by migrations and tests."""

import ast
import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.structure.sql_tables import ROOT, SERVICES, services

Class = tuple[str, str]
"""The module, dotted, and the class's name."""


def dotted(path: Path) -> str:
    """The module of a file below the root."""
    return str(path.relative_to(ROOT)).removesuffix(".py").replace("/", ".")


def sources(service: str) -> dict[str, str]:
    """The service's code by module, without its migrations."""
    files = (SERVICES / service).rglob("*.py")
    return {dotted(each): each.read_text(encoding="utf-8") for each in files if "migrations" not in each.parts}


def declared(code: Mapping[str, str]) -> Iterator[Class]:
    """The classes with ``table=True``."""
    for module, source in code.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef) and any(each.arg == "table" for each in node.keywords):
                yield module, node.name


def named(source: str) -> Iterator[Class]:
    """The imported names that the module also uses: ``Pupil``, or ``tables.Pupil``."""
    tree = ast.parse(source)
    imported = {
        alias.asname or alias.name: (str(node.module), alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in imported:
            yield imported[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
            yield ".".join(imported[node.value.id]), node.attr


def unnamed(code: Mapping[str, str]) -> set[Class]:
    """The table classes that no module of the code uses."""
    return set(declared(code)) - {each for source in code.values() for each in named(source)}


@pytest.mark.parametrize("service", services())
def test_each_table_class_is_named_by_code_of_its_service(service: str) -> None:
    code = sources(service)
    assert set(declared(code))
    assert unnamed(code) == set()


@pytest.mark.parametrize("service", services())
def test_all_tables_names_every_module_with_a_table_class(service: str) -> None:
    modules: tuple[ModuleType, ...] = importlib.import_module(f"services.{service}.all_tables").TABLES
    assert {each.__name__ for each in modules} == {module for module, _ in declared(sources(service))}


_TABLES = "class Pupil(Table, table=True):\n    name: str\n"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("", True),
        ("from room.tables import Pupil", True),
        ("from room import tables\n\nTABLES = (tables,)", True),
        ("from elsewhere.tables import Pupil\n\nPART = Part(tables=[Pupil])", True),
        ("from room.tables import Pupil\n\nPART = Part(tables=[Pupil])", False),
        ("from room import tables as t\n\nPART = Part(tables=[t.Pupil])", False),
    ],
)
def test_a_planted_class_that_is_only_imported_is_found(source: str, found: bool) -> None:
    assert (unnamed({"room.tables": _TABLES, "room.part": source}) == {("room.tables", "Pupil")}) is found
