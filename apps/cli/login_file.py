"""What ``skoleloeft login`` keeps: addresses, client and token, in a file that its owner alone reads."""

import os
import stat
from pathlib import Path

import typer
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_serializer

from apps.cli import codes
from apps.cli.wording import CommandFailed

FOLDER_VARIABLE = "SKOLELOEFT_CONFIG"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class NotLoggedIn(CommandFailed):
    """There is no login file."""

    exit_code = codes.NO_ACCESS
    code = "login.missing"
    da = "Du er ikke logget ind. Kør skoleloeft login først."
    en = "You are not logged in. Run skoleloeft login first."


class LoginReadable(CommandFailed):
    """Others could read the secret."""

    exit_code = codes.NO_ACCESS
    code = "login.readable_by_others"
    da = "{file} kan læses af andre eller er ikke din. Skift hemmeligheden, hvis den kan være set, og log ind igen."
    en = (
        "{file} can be read by others or is not yours. Replace the secret if others may have seen it, and log in again."
    )


class LoginUnreadable(CommandFailed):
    """The file is of another version, or was changed by hand."""

    exit_code = codes.NO_ACCESS
    code = "login.unreadable"
    da = "{file} kan ikke læses. Kør skoleloeft login igen."
    en = "{file} cannot be read. Run skoleloeft login again."


class KeptToken(BaseModel):
    """A token and when it expires, in seconds since 1970."""

    value: SecretStr
    expires_at: float

    @field_serializer("value")
    def _clear(self, value: SecretStr) -> str:
        return value.get_secret_value()


class Login(BaseModel):
    """A login. ``services`` are addresses by name. Without a client the token comes from the environment."""

    model_config = ConfigDict(extra="forbid")

    services: dict[str, str]
    municipality: str | None = None
    token_endpoint: str | None = None
    client_id: str | None = None
    secret: SecretStr | None = None
    parameters: dict[str, str] = {}
    token: KeptToken | None = None

    @field_serializer("secret")
    def _clear(self, value: SecretStr | None) -> str | None:
        return None if value is None else value.get_secret_value()


def login_file() -> Path:
    """Where the login is kept: ``login.json`` in ``SKOLELOEFT_CONFIG``, else in the user's own folder of settings."""
    folder = os.environ.get(FOLDER_VARIABLE) or typer.get_app_dir("skoleloeft")
    return Path(folder) / "login.json"


def read_login() -> Login:
    """The login. Raises ``NotLoggedIn``, ``LoginReadable`` or ``LoginUnreadable``."""
    path = login_file()
    try:
        # Looked at through the open file, so that it is the one that is read.
        with path.open("rb") as opened:
            state = os.fstat(opened.fileno())
            if os.name == "posix" and (state.st_mode & _OTHERS or state.st_uid != os.geteuid()):
                raise LoginReadable(file=path)
            content = opened.read()
    except FileNotFoundError:
        raise NotLoggedIn from None
    except OSError:
        raise LoginUnreadable(file=path) from None
    try:
        return Login.model_validate_json(content)
    except ValidationError:
        raise LoginUnreadable(file=path) from None


def write_login(login: Login) -> Path:
    """Keep the login, for its owner alone, whole or not at all."""
    path = login_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
        os.chmod(part, 0o600)
        opened.write(login.model_dump_json(indent=2))
    os.replace(part, path)
    return path
