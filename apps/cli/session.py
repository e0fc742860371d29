"""A caller by the login that is kept."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from pydantic import SecretStr

from apps.cli import codes
from apps.cli.login_file import KeptToken, Login, NotLoggedIn, read_login, write_login
from apps.cli.wording import CommandFailed
from libs.shared.client.addresses import Addresses
from libs.shared.client.caller import TIMEOUT, Caller
from libs.shared.client.repeating import Patience
from libs.shared.client.tokens import ClientCredentials, GivenToken, Token, TokenSource, require_secure

SECRET_VARIABLE = "SKOLELOEFT_CLIENT_SECRET"  # noqa: S105 - the name of the variable
TOKEN_VARIABLE = "SKOLELOEFT_TOKEN"  # noqa: S105 - the name of the variable


class MunicipalityMissing(CommandFailed):
    """Neither the command nor the login names a municipality."""

    code = "municipality.missing"
    da = "Angiv kommunens tre cifre med --municipality, her eller ved login."
    en = "Give the municipality's three digits with --municipality, here or at login."


class SecretMissing(CommandFailed):
    """The token has expired and there is no secret for another one."""

    exit_code = codes.NO_ACCESS
    code = "login.secret_missing"
    da = f"Adgangstokenet er udløbet, og hemmeligheden er ikke gemt. Sæt {SECRET_VARIABLE}, eller log ind igen."
    en = f"The token has expired and the secret is not kept. Set {SECRET_VARIABLE}, or log in again."


def tokens_of(login: Login, http: httpx.AsyncClient) -> TokenSource:
    """Where the login's tokens come from: the environment's token, else the client's, which are kept as they come."""
    if given := os.environ.get(TOKEN_VARIABLE):
        return GivenToken(given)
    if login.token_endpoint is None or login.client_id is None:
        raise NotLoggedIn
    kept: Token | None = None
    if login.token is not None:
        kept = Token(value=login.token.value.get_secret_value(), expires_at=login.token.expires_at)
    secret = os.environ.get(SECRET_VARIABLE)
    if not secret and login.secret is not None:
        secret = login.secret.get_secret_value()
    if not secret:
        if kept is None or not kept.good(time.time()):
            raise SecretMissing
        return GivenToken(kept.value)

    def keep(token: Token) -> None:
        write_login(login.model_copy(update={"token": kept_token(token)}))

    return ClientCredentials(
        http, login.token_endpoint, login.client_id, secret, parameters=login.parameters, kept=kept, on_new=keep
    )


def kept_token(token: Token) -> KeptToken:
    """The token as the login keeps it."""
    return KeptToken(value=SecretStr(token.value), expires_at=token.expires_at)


@asynccontextmanager
async def calling(*, seconds: float = 60.0) -> AsyncIterator[tuple[Caller, Login]]:
    """A caller by the login that is kept; requests are repeated for so many seconds. Raises what ``read_login`` and
    ``tokens_of`` raise.
    """
    login = read_login()
    for address in login.services.values():
        require_secure(address)
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        caller = Caller(http, Addresses(login.services, ""), tokens_of(login, http), Patience(seconds=seconds))
        yield caller, login


def municipality_of(login: Login, given: str | None) -> str:
    """The municipality that is meant. Raises ``MunicipalityMissing``."""
    code = given or login.municipality
    if code is None:
        raise MunicipalityMissing
    return code
