"""A file that calls itself pure imports nothing, even indirectly, that reaches a database, a server or a broker."""

import ast
import configparser
import re
from pathlib import Path

import grimp
import pytest
from grimp import ImportGraph

ROOT = Path(__file__).parents[3]
OUTSIDE = ("sqlalchemy", "sqlmodel", "asyncpg", "aiokafka", "httpx", "fastapi", "starlette", "uvicorn")
CLAIM = re.compile(r"\bpure\b(?! numbers)|\bno I/O\b", re.IGNORECASE)


def claims() -> list[str]:
    """The modules of the services whose docstring says that they are pure."""
    found = []
    for path in sorted((ROOT / "services").rglob("*.py")):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        if CLAIM.search(text):
            found.append(str(path.relative_to(ROOT)).removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    return found


@pytest.fixture(scope="module")
def graph() -> ImportGraph:
    """The graph of imports in services and libs."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return grimp.build_graph("libs", "services", include_external_packages=True, cache_dir=None)


def reached(graph: ImportGraph, module: str) -> list[str]:
    """The import chains from the module to an outside package, as ``a -> b -> c``."""
    ways = (graph.find_shortest_chain(module, each) for each in OUTSIDE if each in graph.modules)
    return [" -> ".join(way) for way in ways if way]


def test_the_claims_are_found() -> None:
    assert len(claims()) >= 20


@pytest.mark.parametrize("module", claims())
def test_a_file_that_says_it_is_pure_reaches_nothing_outside(graph: ImportGraph, module: str) -> None:
    assert reached(graph, module) == []


def test_a_way_through_another_file_is_found(graph: ImportGraph) -> None:
    graph.add_module("services.registration.planted_pure")
    graph.add_import(importer="services.registration.planted_pure", imported="libs.shared.db.database")
    assert reached(graph, "services.registration.planted_pure") != []
