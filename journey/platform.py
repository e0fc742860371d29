"""The platform as its users meet it: four addresses, a token, problems that say what to do."""

import asyncio
from dataclasses import dataclass
from typing import Any, Literal, Self
from uuid import uuid4

import httpx

ServiceName = Literal["registration", "intervention_catalog", "absence_ingest", "evaluation_export"]
SERVICES: tuple[ServiceName, ...] = ("registration", "intervention_catalog", "absence_ingest", "evaluation_export")
RETRY_SECONDS = 60.0


class Refused(Exception):
    """The platform refused what the journey expected it to take; carries the problem document."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        kind = response.headers.get("content-type", "")
        self.problem: dict[str, Any] = response.json() if "json" in kind else {"detail": response.text[:300]}
        request = response.request
        super().__init__(f"{request.method} {request.url.path}: {self.status} {self.problem}")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the services and the token issuer answer."""

    registration: str
    intervention_catalog: str
    absence_ingest: str
    evaluation_export: str
    issuer: str

    @classmethod
    def local(cls, base: int, host: str = "127.0.0.1") -> "Addresses":
        """Five ports one after the other, as the embedded deployment has them."""
        return cls(*(f"http://{host}:{base + step}" for step in range(5)))

    def of(self, service: ServiceName) -> str:
        """One service's address."""
        return str(getattr(self, service))


class Caller:
    """Somebody with a role. Idempotent requests are repeated while a service is away, as a good client does."""

    def __init__(self, client: httpx.AsyncClient, addresses: Addresses, claims: dict[str, Any], token: str) -> None:
        self._client = client
        self._addresses = addresses
        self.claims = claims
        self.token = token
        self.retries = 0

    async def request(
        self, method: str, service: ServiceName, path: str, *, repeat: bool = True, **arguments: Any
    ) -> httpx.Response:
        """The response, whatever its status; transport errors and answers with Retry-After are repeated for a minute if
        ``repeat``.
        """
        headers = {"Authorization": f"Bearer {self.token}", **arguments.pop("headers", {})}
        url = self._addresses.of(service) + path
        deadline = asyncio.get_running_loop().time() + RETRY_SECONDS
        while True:
            late = asyncio.get_running_loop().time() > deadline
            try:
                response = await self._client.request(method, url, headers=headers, **arguments)
            except httpx.TransportError:
                if not repeat or late:
                    raise
            else:
                # 503, and 409 while a first request with the same key is still running.
                if "Retry-After" not in response.headers or not repeat or late:
                    return response
            self.retries += 1
            await asyncio.sleep(0.3)

    async def get(self, service: ServiceName, path: str, **arguments: Any) -> Any:
        """The JSON of a page. Raises ``Refused``."""
        return _taken(await self.request("GET", service, path, **arguments)).json()

    async def content(self, service: ServiceName, path: str) -> bytes:
        """A file. Raises ``Refused``."""
        return _taken(await self.request("GET", service, path)).content

    async def put(self, service: ServiceName, path: str, body: Any) -> Any:
        """The JSON answer to a PUT. Raises ``Refused``."""
        return _taken(await self.request("PUT", service, path, json=body)).json()

    async def post(self, service: ServiceName, path: str, body: Any = None) -> Any:
        """The JSON answer to a POST, which its key makes safe to repeat. Raises ``Refused``."""
        headers = {"Idempotency-Key": str(uuid4())}
        return _taken(await self.request("POST", service, path, headers=headers, json=body)).json()


def _taken(response: httpx.Response) -> httpx.Response:
    if response.is_error:
        raise Refused(response)
    return response


class Platform:
    """The services at their addresses; ``async with`` closes the connections."""

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(60, connect=5))
        self._callers: dict[str, Caller] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def caller(self, role: str, *municipality_codes: str, institutions: tuple[str, ...] = ()) -> Caller:
        """Somebody with this role, from the development issuer."""
        name = " ".join((role, *municipality_codes, *institutions))
        if name not in self._callers:
            claims = {
                "subject": f"journey-{role.replace('_', '-')}",
                "roles": [role],
                "municipality_codes": list(municipality_codes),
                "institution_numbers": list(institutions),
                "ttl": 8 * 3600,
            }
            answer = _taken(await self._client.post(f"{self.addresses.issuer}/token", json=claims)).json()
            self._callers[name] = Caller(self._client, self.addresses, claims, answer["access_token"])
        return self._callers[name]
