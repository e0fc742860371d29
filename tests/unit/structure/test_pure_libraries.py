"""Rules, contracts and values import Pydantic, the standard library and the libraries below them alone."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PYDANTIC = frozenset({"pydantic", "pydantic_core"})
BELOW = {
    "rules": frozenset({"libs.shared.rules", "libs.shared.values"}),
    "contracts": frozenset({"libs.shared.contracts", "libs.shared.values"}),
    "values": frozenset({"libs.shared.values"}),
}


def imports_of(source: str) -> Iterator[str]:
    """The names of the modules that a module imports, also inside its functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f".{node.module}" if node.level else str(node.module)


def foreign(library: str, source: str) -> list[str]:
    """The imports that the library may not have."""
    return [
        name
        for name in imports_of(source)
        if name.split(".")[0] not in sys.stdlib_module_names | PYDANTIC
        and ".".join(name.split(".")[:3]) not in BELOW[library]
    ]


@pytest.mark.parametrize("library", BELOW)
def test_a_pure_library_imports_nothing_else(library: str) -> None:
    files = sorted((ROOT / "libs" / "shared" / library).rglob("*.py"))
    assert files
    found = {str(path.relative_to(ROOT)): foreign(library, path.read_text(encoding="utf-8")) for path in files}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("library", "source"),
    [
        ("rules", "import tenacity"),
        ("rules", "from typer import Typer"),
        ("rules", "def later():\n    import jwt"),
        ("contracts", "from libs.shared.rules.wording import Text"),
        ("values", "import yaml.nodes"),
        ("values", "from libs.shared.contracts import state"),
    ],
)
def test_a_planted_import_is_found(library: str, source: str) -> None:
    assert foreign(library, source)
    assert foreign(library, "import json\nfrom pydantic import BaseModel\nimport libs.shared.values.grades") == []
