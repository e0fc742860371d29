"""The platform as its users see it: its addresses, and callers with a role and a development token."""

from typing import Self

import httpx

from libs.shared.client.addresses import Addresses
from libs.shared.client.caller import TIMEOUT, Caller
from libs.shared.client.repeating import Patience
from libs.shared.client.tokens import ClientCredentials
from libs.shared.contracts.topics import SERVICES

__all__ = ["SERVICES", "Platform"]

PATIENCE = Patience(seconds=60.0, first=0.3, longest=1.0)
"""Services of the end-to-end tests are killed and start again: a restart takes seconds."""
TOKEN_SECONDS = 8 * 3600


class Platform:
    """The services at their addresses; ``async with`` closes the connections."""

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses
        self._http = httpx.AsyncClient(timeout=TIMEOUT)
        self._callers: dict[str, Caller] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def caller(self, role: str, *municipality_codes: str, institutions: tuple[str, ...] = ()) -> Caller:
        """A caller with this role. Its token is from the development issuer, which grants any client the claims it asks
        for.
        """
        name = " ".join((role, *municipality_codes, *institutions))
        if name not in self._callers:
            claims = {
                "subject": f"journey-{role.replace('_', '-')}",
                "roles": role,
                "municipality_codes": " ".join(municipality_codes),
                "institution_numbers": " ".join(institutions),
                "ttl": str(TOKEN_SECONDS),
            }
            claims = {claim: value for claim, value in claims.items() if value}
            tokens = ClientCredentials(self._http, f"{self.addresses.issuer}/token", name, "", parameters=claims)
            self._callers[name] = Caller(self._http, self.addresses, tokens, PATIENCE)
        return self._callers[name]
