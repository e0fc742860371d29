"""Code that users without rights cannot read is detected, and copied so that they can read it."""

import os
import py_compile
import stat
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from deploy.embedded import reachable
from deploy.embedded.errors import ProgramsUnreachable
from deploy.embedded.reachable import Programs, open_to_all, programs
from tests.realparts.postgres import reachable_folder


def code(folder: Path) -> Path:
    """Create a checkout as root with umask 077 would."""
    for name in reachable.CODE:
        (folder / name).mkdir(parents=True, mode=0o700)
        (folder / name / "__init__.py").write_text("HERE = 1\n")
        (folder / name / "__init__.py").chmod(0o600)
    return folder


@pytest.mark.parametrize(
    ("modes", "expected"),
    [
        ((0o755, 0o755, 0o644), True),
        ((0o755, 0o700, 0o644), False),
        ((0o755, 0o755, 0o600), False),
        ((0o700, 0o755, 0o644), False),
    ],
    ids=["open", "closed folder", "closed file", "closed on the way"],
)
def test_a_folder_is_open_when_all_can_walk_to_it_and_read_it(modes: tuple[int, int, int], expected: bool) -> None:
    with reachable_folder() as folder:
        within = folder / "parent" / "within"
        within.mkdir(parents=True)
        (within / "file").touch()
        for each, mode in zip((within.parent, within, within / "file"), modes, strict=True):
            each.chmod(mode)
        assert open_to_all(within) is expected
        within.parent.chmod(0o755)


def test_our_own_code_is_copied_open_and_anew_at_each_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, folder = code(tmp_path / "root"), tmp_path / "programs"
    monkeypatch.setattr(reachable, "ROOT", root)
    monkeypatch.setattr(reachable, "open_to_all", lambda path: path.name not in reachable.CODE)
    made = programs(folder)
    copy = Path(made.environment["PYTHONPATH"])
    assert copy == folder / "code"
    for each in copy.rglob("*"):
        assert each.stat().st_mode & (stat.S_IXOTH if each.is_dir() else stat.S_IROTH), each
    assert Path(os.path.realpath(made.python)) == Path(os.path.realpath(sys.executable)), "Python itself is open"
    (root / "services" / "__init__.py").write_text("HERE = 2\n")
    again = programs(folder)
    assert (copy / "services" / "__init__.py").read_text() == "HERE = 2\n"
    assert (made.fresh, again.fresh) == (True, False)


def test_compiled_modules_are_taken_along_and_still_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = code(tmp_path / "root")
    monkeypatch.setattr(reachable, "ROOT", root)
    monkeypatch.setattr(reachable, "open_to_all", lambda path: path.name not in reachable.CODE)
    source = root / "libs" / "__init__.py"
    os.utime(source, (1_600_000_000, 1_600_000_000))
    py_compile.compile(str(source))
    copy = Path(programs(tmp_path / "programs").environment["PYTHONPATH"]) / "libs" / "__init__.py"
    named = int.from_bytes(Path(cache_from_source(str(copy))).read_bytes()[8:12], "little")
    assert named == int(copy.stat().st_mtime)
    reachable._take(source, tmp_path / "taken")
    assert int((tmp_path / "taken").stat().st_mtime) == named


def test_nothing_is_copied_where_all_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachable, "open_to_all", lambda _path: True)
    assert programs(tmp_path / "programs") == Programs(environment={"PYTHONPATH": str(reachable.ROOT)})
    assert not (tmp_path / "programs").exists()


def test_a_copy_that_cannot_be_made_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachable, "open_to_all", lambda path: path.name not in reachable.CODE)
    (tmp_path / "programs").touch()
    with pytest.raises(ProgramsUnreachable) as refused:
        programs(tmp_path / "programs")
    assert "/opt" in refused.value.messages["en"]
