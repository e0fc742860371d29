"""The rules use no clock, no random numbers, no file and no float, by their source and by their answers."""

import ast
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.plan_check import judge_plan
from tests.unit.libs.shared.rules.test_plan_check import ANY_EFFORT

PACKAGE = Path(__file__).parents[5] / "libs" / "shared" / "rules"
SOURCES = sorted(PACKAGE.rglob("*.py"))
EDGE = {"__main__.py"}
"""Writes what is generated; no rule is in it."""
READERS = {"library.py", "schemas.py"}
"""Read the package's own data."""
MODULES = {"time", "random", "secrets", "os", "io", "socket", "subprocess", "tempfile", "uuid", "calendar", "locale"}
CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "time_ns", "monotonic"}
CALLS = {"open", "float", "input", "print", "eval", "exec", "round", "__import__"}


def found(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=float() | complex()):
                yield f"{node.lineno}: the float {node.value}"
            case ast.Import(names=names):
                yield from (
                    f"{node.lineno}: import {each.name}" for each in names if each.name.split(".")[0] in MODULES
                )
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in MODULES:
                yield f"{node.lineno}: from {module}"
            case ast.Attribute(attr=name) if name in CLOCKS:
                yield f"{node.lineno}: .{name}"
            case ast.Name(id=name) if name in CALLS:
                yield f"{node.lineno}: {name}"
            case _:
                pass


def test_the_package_is_seen_whole() -> None:
    assert len(SOURCES) > 40
    assert {each.name for each in SOURCES} >= EDGE | READERS


@pytest.mark.parametrize("source", SOURCES, ids=lambda each: str(each.relative_to(PACKAGE)))
def test_no_function_reads_a_clock_a_file_or_chance_and_none_has_a_float(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    assert list(found(ast.parse(text))) == []
    for word, where in (("read_text", READERS), ("write_text", EDGE), ("pathlib", EDGE)):
        assert word not in text or source.name in where


@pytest.mark.parametrize(
    "code",
    [
        "limit = 10.5",
        "import time",
        "from random import choice",
        "from os.path import join",
        "date.today()",
        "datetime.now(UTC)",
        "open('x')",
        "float(amount)",
        "x = round(y)",
        "map(float, y)",
        "def f():\n    import secrets",
    ],
)
def test_what_is_looked_for_is_found(code: str) -> None:
    assert len(list(found(ast.parse(code)))) == 1


def numbers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from numbers(each)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        yield value


@given(effort=ANY_EFFORT)
def test_every_number_of_a_judgement_is_whole_or_a_decimal(effort: dict[str, Any]) -> None:
    composition, dosage = library_rule_set("composition-2021"), library_rule_set("dosage-2021")
    plan = Plan.model_validate({"start": "2022-08-15", "efforts": [effort]})
    judgement = judge_plan(composition, dosage, plan, catalog_entries())
    assert {type(each) for each in numbers(judgement.model_dump())} <= {int, Decimal}
