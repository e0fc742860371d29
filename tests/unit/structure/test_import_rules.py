"""Each import contract fails for its own planted violations and for no others."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.unit.structure.planted import INNOCENT, VIOLATIONS, Plants

ROOT = Path(__file__).parents[3]
LINTER = Path(sys.executable).with_name("lint-imports")


def contracts() -> dict[str, str]:
    """The contracts' names by their ids."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    start = "importlinter:contract:"
    return {
        section.removeprefix(start): parser[section]["name"]
        for section in parser.sections()
        if section.startswith(start)
    }


def packages() -> list[str]:
    """The folders that the linter reads."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser["importlinter"]["root_packages"].split()


def plant(tree: Path, plants: Plants) -> None:
    """Write the files. Raises ``FileExistsError`` if the tree has one of them."""
    for path, text in plants.items():
        target = tree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source without a violation."""
    copy = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / ".importlinter", copy)
    for package in packages():
        shutil.copytree(ROOT / package, copy / package, ignore=lambda _, names: [n for n in names if not code(n)])
    plant(copy, INNOCENT)
    return copy


def code(name: str) -> bool:
    """Whether the entry is a Python file or a folder."""
    return name.endswith(".py") or ("." not in name and name != "__pycache__")


def lint(tree: Path) -> tuple[int, str]:
    """Exit code and output of the linter, with one line for each sentence."""
    environment = {**os.environ, "COLUMNS": "1000", "NO_COLOR": "1"}
    done = subprocess.run(
        [str(LINTER), "--no-logo", "--no-cache"],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_what_is_planted_beside_the_violations_breaks_nothing(tree: Path) -> None:
    ended, output = lint(tree)
    assert ended == 0, output


def test_each_contract_is_broken_by_its_own_violations_and_by_no_other(tree: Path) -> None:
    for plants in VIOLATIONS.values():
        plant(tree, plants)
    ended, output = lint(tree)
    assert ended == 1, output
    sections = output.split("Broken contracts", 1)[1]
    planted = {module(path): contract for contract, plants in VIOLATIONS.items() for path in plants}
    for contract, name in contracts().items():
        section = re.split(rf"^{re.escape(name)}\n-+\n", sections, flags=re.MULTILINE)
        assert len(section) == 2, f"{contract} is not broken"
        own = re.split(r"^.+\n-{8,}\n", section[1], maxsplit=1, flags=re.MULTILINE)[0]
        blamed = set(re.findall(r"^- +([\w.]+)(?: ->|$)", own, re.MULTILINE))
        assert blamed == {each for each, of in planted.items() if of == contract}, own


def test_each_contract_has_a_violation() -> None:
    assert set(VIOLATIONS) == set(contracts())


def exemptions() -> dict[str, list[str]]:
    """The exemptions of each contract that has some."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return {
        section: parser[section]["ignore_imports"].strip().splitlines()
        for section in parser.sections()
        if "ignore_imports" in parser[section]
    }


def test_each_exemption_is_needed() -> None:
    """The linter refuses an exemption that exempts nothing, and not one whose imports another one exempts too."""
    graph = grimp.build_graph(*packages(), include_external_packages=True, cache_dir=None)
    needless = []
    for contract, listed in exemptions().items():
        exempted = {
            each: {(one["importer"], one["imported"]) for one in graph.find_matching_direct_imports(each)}
            for each in listed
        }
        needless += [
            (contract, each)
            for each, found in exempted.items()
            if not found - set().union(*(other for name, other in exempted.items() if name != each))
        ]
    assert needless == []


def module(path: str) -> str:
    """The dotted name of a file."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
