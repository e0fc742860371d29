"""The attacker uses nothing of the product: it knows only the released files."""

import ast
import subprocess
import sys
from pathlib import Path

import tests.disclosure.attacker

HERE = Path(tests.disclosure.attacker.__file__).parent


def imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_the_attacker_imports_none_of_the_product() -> None:
    files = sorted(HERE.glob("*.py"))
    assert len(files) >= 4
    for file in files:
        ours = {name for name in imported(file) if name.split(".")[0] in {"services", "libs", "deploy", "tests"}}
        assert {name for name in ours if not name.startswith("tests.disclosure.attacker")} == set(), file.name


def test_judging_and_comparing_releases_know_the_snapshot_and_nothing_else_of_the_product() -> None:
    for name in ("judge.py", "releases.py", "attack.py", "histories.py"):
        found = {one for one in imported(HERE.parent / name) if one.startswith(("services", "libs"))}
        assert found <= {"services.evaluation_export.products.aggregate.snapshot"}, name


def test_the_attacker_runs_without_the_product_in_memory() -> None:
    program = (
        "import sys, tests.disclosure.attacker.model, tests.disclosure.attacker.small_sets\n"
        "print([name for name in sys.modules if name.startswith('services')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
