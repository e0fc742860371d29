from pathlib import Path

import pytest

from deploy.embedded.__main__ import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SKOLELOEFT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SKOLELOEFT_OIDC_ISSUER", raising=False)
    return tmp_path / "home"


@pytest.mark.parametrize("arguments", [[], ["guess"], ["backup", "folder"], ["restore", "folder"], ["serve", "more"]])
def test_what_is_not_understood_is_told_with_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_backup_of_nothing_is_refused_in_both_languages(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", str(tmp_path / "backup"), "--keys", str(tmp_path / "keys")]) == 2
    danish, english = capsys.readouterr().err.splitlines()
    assert "Der er ingen database" in danish
    assert "There is no database" in english
    assert not home.exists()


def test_a_restore_of_no_backup_is_refused_and_makes_no_home(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restore", str(tmp_path), "--keys", str(tmp_path / "keys")]) == 2
    assert "is not a backup" in capsys.readouterr().err
    assert not home.exists()


def test_a_setting_that_is_not_valid_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKOLELOEFT_OIDC_ISSUER", "https://issuer.example")
    monkeypatch.setenv("EMBEDDED_LIVE_FAILURES", "0")
    assert main(["serve"]) == 2
    assert "EMBEDDED_LIVE_FAILURES" in capsys.readouterr().err
