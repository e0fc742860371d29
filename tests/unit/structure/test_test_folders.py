"""Quick tests run before slow ones, no test is left out, and test folders mirror the source."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TESTS = ROOT / "tests"
ORDER = ("tests/unit/structure", "tests/unit", "tests/disclosure", "tests/contract", "tests/integration", "tests/e2e")
KINDS = ("unit", "contract", "integration", "e2e")
OF_NO_FOLDER = {
    "unit/structure": "rules about the whole source tree",
    "integration/security": "every service's HTTP side",
    "e2e/cli": "the command line against the running platform",
    "e2e/cases": "what people meet on the running platform",
    "e2e/security": "attackers on the running platform",
    "contract/imports": "the imports of two services against their reference models",
    "contract/completeness": "the completeness of one service as another sees it",
}
"""Test folders without a source folder of their own, each with what it is about."""
LEFT_OUT = {"contract": "libs/shared", "e2e": "apps"}


def folders_of(tests: Path) -> list[Path]:
    """Every folder of ``tests`` that holds a test, relative to it."""
    return sorted({path.parent.relative_to(tests) for path in tests.rglob("test_*.py")})


def mirrored(folder: Path, root: Path) -> bool:
    """Whether a test folder such as ``unit/libs/shared/db`` mirrors a source folder or is an exception.

    Contract tests are about libraries and may leave out ``libs/shared``, end-to-end tests ``apps``. A folder below an
    exception is one as well.
    """
    kind, *rest = folder.parts
    if kind == "disclosure":
        return True  # the attacker on released files is not part of the product
    names = {"/".join((kind, *rest[:depth])) for depth in range(1, len(rest) + 1)}
    sources = [root.joinpath(*rest), root.joinpath(LEFT_OUT.get(kind, ""), *rest)]
    return kind in KINDS and (
        folder == Path("e2e") or bool(names & OF_NO_FOLDER.keys()) or any(map(is_source, sources))
    )


def is_source(folder: Path) -> bool:
    """Whether the folder holds source; a folder with only compiled files does not count."""
    return any(path.suffix != ".pyc" for path in folder.rglob("*") if path.is_file())


def test_the_quick_tests_run_first_and_every_folder_of_tests_runs() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert tuple(settings["tool"]["pytest"]["ini_options"]["testpaths"]) == ORDER
    run = [ROOT / path for path in ORDER]
    left_out = [path for path in TESTS.rglob("test_*.py") if not any(path.is_relative_to(each) for each in run)]
    assert left_out == []


def test_every_test_folder_mirrors_a_source_folder() -> None:
    folders = folders_of(TESTS)
    assert len(folders) > 40
    assert [str(folder) for folder in folders if not mirrored(folder, ROOT)] == []


def test_no_exception_is_left_behind() -> None:
    assert [name for name in OF_NO_FOLDER if not list((TESTS / name).rglob("test_*.py"))] == []


@pytest.mark.parametrize(
    "folder",
    [
        "unit/services/registration/nothing",
        "unit/lib/shared/db",
        "smoke/libs/shared/db",
        "contract/nothing",
        "unit/cli",
    ],
)
def test_a_folder_that_mirrors_nothing_is_found(folder: str) -> None:
    assert not mirrored(Path(folder), ROOT)


def test_a_source_folder_that_went_away_is_missed_even_if_compiled_files_stay(tmp_path: Path) -> None:
    compiled = tmp_path / "libs/shared/gone/__pycache__"
    compiled.mkdir(parents=True)
    (compiled / "module.cpython-313.pyc").touch()
    assert not mirrored(Path("unit/libs/shared/gone"), tmp_path)
    (tmp_path / "libs/shared/gone/module.py").touch()
    assert mirrored(Path("unit/libs/shared/gone"), tmp_path)
