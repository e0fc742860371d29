"""``skoleloeft login``: ask the issuer for a token, see that the services take it, and keep the login."""

import asyncio
import getpass
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
from pydantic import SecretStr

from apps.cli import codes
from apps.cli.failures import carried_out
from apps.cli.login_file import Login, write_login
from apps.cli.session import SECRET_VARIABLE, TOKEN_VARIABLE, kept_token, tokens_of
from apps.cli.wording import CommandFailed, in_language, teller
from libs.shared.client.addresses import Addresses
from libs.shared.client.caller import TIMEOUT, Caller
from libs.shared.client.imports.client import Imports
from libs.shared.client.repeating import Patience
from libs.shared.client.tokens import ClientCredentials, Token, require_secure, token_endpoint_of
from libs.shared.rules.wording import Text

LOGIN_SECONDS = 20.0
_REACHED = Text(da="{service}: {kinds} slags filer kan sendes.", en="{service}: {kinds} kinds of file can be sent.")
_KEPT = Text(
    da="Du er logget ind. Login er gemt i {file}, som kun du kan læse.",
    en="You are logged in. The login is kept in {file}, which only you can read.",
)


class PairExpected(CommandFailed):
    """An option is not of the form ``name=value``."""

    code = "option.pair"
    da = "{option} skrives navn=værdi."
    en = "{option} is written name=value."


class ServiceMissing(CommandFailed):
    """No address is given."""

    code = "option.service"
    da = "Angiv mindst én tjeneste, som i --service registration=https://registration.example.dk."
    en = "Give at least one service, as in --service registration=https://registration.example.dk."


class ClientMissing(CommandFailed):
    """There is no way to a token."""

    code = "option.client"
    da = f"Angiv både --issuer og --client-id, eller sæt {TOKEN_VARIABLE}."
    en = f"Give both --issuer and --client-id, or set {TOKEN_VARIABLE}."


class SecretUnreadable(CommandFailed):
    """The file of the secret cannot be read."""

    code = "option.secret_file"
    da = "Filen i --secret-file findes ikke eller kan ikke læses."
    en = "The file in --secret-file does not exist or cannot be read."


def run(
    services: Sequence[str],
    *,
    issuer: str | None,
    client_id: str | None,
    secret_file: Path | None,
    parameters: Sequence[str],
    municipality: str | None,
    keep_secret: bool,
    language: str,
) -> int:
    """Log in; returns the exit code."""

    async def command() -> int:
        addresses = {name: value.rstrip("/") for name, value in _pairs("--service", services).items()}
        if not addresses:
            raise ServiceMissing
        login = Login(services=addresses, municipality=municipality, parameters=_pairs("--parameter", parameters))
        async with httpx.AsyncClient(timeout=TIMEOUT) as http:
            if not os.environ.get(TOKEN_VARIABLE):
                if issuer is None or client_id is None:
                    raise ClientMissing
                secret = _secret(secret_file)
                login = await _with_token(http, login, issuer, client_id, secret, keep_secret=keep_secret)
            await _see(http, login, language)
        sys.stdout.write(in_language(_KEPT, language).format(file=write_login(login)) + "\n")
        return codes.OK

    return asyncio.run(carried_out(command, teller(language, as_json=False)))


async def _with_token(
    http: httpx.AsyncClient, login: Login, issuer: str, client_id: str, secret: str, *, keep_secret: bool
) -> Login:
    """The login with the issuer's endpoint and a token of its client."""
    endpoint = await token_endpoint_of(http, issuer)
    found: list[Token] = []
    await ClientCredentials(http, endpoint, client_id, secret, parameters=login.parameters, on_new=found.append).token()
    return login.model_copy(
        update={
            "token_endpoint": endpoint,
            "client_id": client_id,
            "secret": SecretStr(secret) if keep_secret else None,
            "token": kept_token(found[-1]),
        }
    )


async def _see(http: httpx.AsyncClient, login: Login, language: str) -> None:
    """Ask each service which files the login may send."""
    for address in login.services.values():
        require_secure(address)
    caller = Caller(http, Addresses(login.services, ""), tokens_of(login, http), Patience(seconds=LOGIN_SECONDS))
    for service in login.services:
        kinds = await Imports(caller, service).kinds()
        sys.stdout.write(in_language(_REACHED, language).format(service=service, kinds=len(kinds)) + "\n")


def _secret(file: Path | None) -> str:
    """The secret from the file, the environment or the keyboard; never an argument, which other users could see."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SecretUnreadable from None
    return os.environ.get(SECRET_VARIABLE) or getpass.getpass("Client secret: ")


def _pairs(option: str, given: Sequence[str]) -> Mapping[str, str]:
    pairs = [each.partition("=") for each in given]
    if not all(name and sign for name, sign, _ in pairs):
        raise PairExpected(option=option)
    return {name: value for name, _, value in pairs}
