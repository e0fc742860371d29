"""`content --check` as people type it; it needs no database and no settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.intervention_catalog import commands
from services.intervention_catalog.commands import content_command
from services.intervention_catalog.wiring import SERVICE
from tests.unit.services.intervention_catalog.content.conftest import ContentFolder


def test_the_command_counts_and_returns_zero() -> None:
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "services.intervention_catalog", "content", "--check"],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "trial actions: 24\n" in done.stdout


def test_a_fault_is_listed_and_the_command_returns_one(
    folder: ContentFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "packaged_folder", lambda: folder.path)
    folder.change("trial_actions.yaml", lambda data: data["trial_actions"].pop())
    assert content_command(SERVICE, ["--check"]) == 1
    out = capsys.readouterr().out
    assert "trial actions: 23\n" in out
    assert out.endswith("trial_actions[aabenraa-tinglev]: is in the inventory and not in the content\n")


def test_a_file_that_cannot_be_read_is_an_error_and_no_traceback(
    folder: ContentFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "packaged_folder", lambda: folder.path)
    (folder.path / "recommendations.yaml").write_text("- 1", encoding="utf-8")
    assert content_command(SERVICE, ["--check"]) == 1
    assert capsys.readouterr().err.startswith("not checked: recommendations.yaml: ")


def test_a_folder_without_the_sources_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert content_command(SERVICE, ["--check", "--sources", str(tmp_path)]) == 1
    assert "0 files named 000_*.txt" in capsys.readouterr().err


def test_words_that_are_not_understood_show_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert content_command(SERVICE, ["--check", "--source"]) == 2
    assert "content --check [--sources FOLDER]" in capsys.readouterr().err
