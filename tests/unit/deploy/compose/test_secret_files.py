from pathlib import Path

import pytest
from sqlalchemy import make_url

from deploy.compose.secret_files import main, write
from services.absence_ingest.settings import AbsenceIngestSettings
from services.registration.settings import RegistrationSettings


def test_the_folder_is_its_owners_alone_and_its_files_are_for_the_containers_user(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    names = write(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o444}
    assert sorted(path.name for path in folder.iterdir()) == names


def test_secrets_that_are_there_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert main([str(tmp_path)]) == 0
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == before
    assert "all secrets are there" in capsys.readouterr().out


def test_a_folder_that_lost_one_is_refused_by_its_name_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    (tmp_path / "registration_data_keys").unlink()
    assert main([str(tmp_path)]) == 1
    assert "registration_data_keys" in capsys.readouterr().err
    assert not (tmp_path / "registration_data_keys").exists()


def test_a_service_reads_its_settings_from_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    monkeypatch.setenv("SKOLELOEFT_SECRETS_DIR", str(tmp_path))
    registration, absence = RegistrationSettings.load(), AbsenceIngestSettings.load()
    url = make_url(registration.database_url.get_secret_value())
    assert (url.username, url.host, url.database) == ("registration_app", "postgres", "registration")
    assert registration.lookup_keys == absence.lookup_keys
    assert registration.data_keys != absence.data_keys
