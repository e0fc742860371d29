"""Each place that raises a problem gives every value that the problem's texts name: one that is missing would turn the
refusal into an answer of 500.
"""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from string import Formatter
from types import ModuleType

from libs.shared.base.errors import Problem

FOLDERS = ("libs", "services")
LEAST = 300
"""Fewer places than there are, so that the test fails if it finds none."""


def modules() -> Iterator[tuple[ModuleType, ast.Module]]:
    for path in sorted(each for folder in FOLDERS for each in Path(folder).rglob("*.py")):
        source = path.read_text()
        name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        if "__main__" not in name and "migrations" not in path.parts:
            yield import_module(name), ast.parse(source)


def named(problem: type[Problem]) -> set[str]:
    """The values that the texts of a problem name."""
    found = (name for text in (problem.da, problem.en) for _, name, _, _ in Formatter().parse(text))
    return {name.split(".")[0].split("[")[0] for name in found if name is not None}


def called(module: ModuleType, name: ast.expr) -> object:
    """What a name or a dotted name stands for in the module; None for anything else."""
    if isinstance(name, ast.Attribute):
        return getattr(called(module, name.value), name.attr, None)
    return getattr(module, name.id, None) if isinstance(name, ast.Name) else None


def made(module: ModuleType, tree: ast.Module) -> Iterator[tuple[int, type[Problem], set[str | None]]]:
    """Where a problem is made whose class takes the values as they are: line, class and names of the given values."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name, given = node.func, {each.arg for each in node.keywords}
        elif isinstance(node, ast.Raise) and node.exc is not None:  # ``raise NotFound`` makes one without values
            name, given = node.exc, set()
        else:
            continue
        of = called(module, name)
        if inspect.isclass(of) and issubclass(of, Problem) and of.__init__ is Problem.__init__:
            yield name.lineno, of, given


def test_every_value_of_a_text_is_given_where_the_problem_is_raised() -> None:
    lacking, seen = [], 0
    for module, tree in modules():
        for line, problem, given in made(module, tree):
            seen += 1
            if None not in given and (missing := named(problem) - given):
                lacking.append(f"{module.__name__}:{line}: {problem.__name__} without {sorted(missing)}")
    assert lacking == []
    assert seen > LEAST
