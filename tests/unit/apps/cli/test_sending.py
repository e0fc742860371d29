"""``skoleloeft send`` without a platform, and the exit codes of receipts. The end-to-end tests test the rest."""

import os
from pathlib import Path
from typing import Any

import pytest

from apps.cli import codes
from apps.cli.login_file import Login, write_login
from apps.cli.main import main
from apps.cli.sending import code_of
from libs.shared.client.imports.models import Receipt
from libs.shared.files.kinds.absence import ABSENCE
from libs.shared.imports.http.examples import receipt as example_of

RECEIPT_EXAMPLE = example_of(ABSENCE)


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKOLELOEFT_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("SKOLELOEFT_TOKEN", "a token")


def logged_in(address: str) -> None:
    write_login(Login(services={"registration": address}, municipality="101"))


def sent(tmp_path: Path, *options: str) -> int:
    file = tmp_path / "schools.csv"
    file.write_text("institution_number;name;kind\n")
    return main(["send", str(file), "--wait", "1", *options])


def test_nobody_who_answers_is_told_with_the_address_and_is_to_be_tried_later(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logged_in("http://127.0.0.1:1")
    assert sent(tmp_path) == codes.NOT_DONE
    assert "client.not_reached: registration kan ikke nås på http://127.0.0.1:1" in capsys.readouterr().err


def test_a_token_is_sent_over_no_connection_that_others_can_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logged_in("http://registration.example.org")
    assert sent(tmp_path) == codes.NOT_DONE
    assert "https" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"services": 1}'])
def test_a_login_file_that_cannot_be_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    logged_in("http://127.0.0.1:1")
    (tmp_path / "config" / "login.json").write_text(content)
    assert sent(tmp_path) == codes.NO_ACCESS
    assert "login.unreadable" in capsys.readouterr().err


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_login_file_that_others_can_read_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: int
) -> None:
    logged_in("http://127.0.0.1:1")
    os.chmod(tmp_path / "config" / "login.json", mode)
    assert sent(tmp_path) == codes.NO_ACCESS
    assert "login.readable_by_others" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"refused": 0}, codes.OK),
        ({"refused": 0, "parked": 3}, codes.OK),
        ({"refused": 1}, codes.NOT_ALL),
        ({"refused": 0, "state": "rejected"}, codes.NOT_ALL),
        ({"refused": 0, "state": "failed"}, codes.NOT_DONE),
        ({"refused": 0, "state": "cancelled"}, codes.NOT_DONE),
        ({"refused": 0, "state": "held"}, codes.NOT_ALL),
        ({"refused": 0, "state": "replaced"}, codes.NOT_ALL),
    ],
)
def test_what_a_receipt_comes_to(changes: dict[str, Any], code: int) -> None:
    assert code_of(Receipt.model_validate(RECEIPT_EXAMPLE | changes)) == code
