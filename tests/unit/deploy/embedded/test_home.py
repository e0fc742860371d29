import os
from pathlib import Path

import pytest

from deploy.embedded import errors
from deploy.embedded.home import Layout, default_home, superuser_password


def test_the_home_that_is_named_wins_and_is_absolute() -> None:
    assert default_home({"SKOLELOEFT_HOME": "/srv/skoleloeft", "HOME": "/home/a"}) == Path("/srv/skoleloeft")
    assert default_home({"SKOLELOEFT_HOME": "here"}) == Path.cwd() / "here"


def test_the_default_home_is_the_systems_for_root_and_ones_own_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_home({"HOME": "/root"}) == Path("/var/lib/skoleloeft")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_home({"HOME": "/home/a"}) == Path("/home/a/.local/share/skoleloeft")


def test_the_password_is_made_once_in_a_closed_file(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    first = superuser_password(layout)
    assert len(first) >= 40
    assert superuser_password(layout) == first
    assert layout.password.stat().st_mode & 0o777 == 0o600


def test_a_home_too_deep_for_a_unix_socket_is_refused_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(errors.HomePathTooLong) as refusal:
        Layout(tmp_path / ("d" * 100)).create(others_pass=False)
    assert "SKOLELOEFT_HOME" in refusal.value.messages["da"]
    assert "SKOLELOEFT_HOME" in refusal.value.messages["en"]
