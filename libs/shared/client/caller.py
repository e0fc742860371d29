"""A caller of the platform: it has a token, repeats requests that may be repeated, and parses answers by models."""

from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from libs.shared.client.addresses import Addresses
from libs.shared.client.errors import AnswerUnknown, NotReached, Refused
from libs.shared.client.operations import Item, Operation, Page, Replaced
from libs.shared.client.repeating import Patience, repeated
from libs.shared.client.replacing import is_as_sent
from libs.shared.client.tokens import TokenSource

Answer = TypeVar("Answer")
Body = bytes | Callable[[], AsyncIterator[bytes]]
"""A body, or a function that makes it for each attempt."""

TIMEOUT = httpx.Timeout(60.0, connect=5.0)
"""Seconds; longer than the 30 for which ``Prefer: wait=30`` delays an answer."""
PAGE_SIZE = 200
_LOST = "an earlier answer was lost"
_READING = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


class Caller:
    """Requests with the tokens of one source. ``retries`` counts how often a request was sent again."""

    def __init__(
        self, http: httpx.AsyncClient, addresses: Addresses, tokens: TokenSource, patience: Patience | None = None
    ) -> None:
        self._http = http
        self.addresses = addresses
        self.tokens = tokens
        self.patience = patience or Patience()
        self.retries = 0

    async def request(
        self,
        method: str,
        service: str,
        path: str,
        *,
        repeat: bool | None = None,
        content: Body | None = None,
        headers: Mapping[str, str] | None = None,
        **arguments: Any,
    ) -> httpx.Response:
        """The answer, whatever its status. ``repeat`` says whether the request may be repeated when an earlier attempt
        may have had an effect; by default it may if it reads, replaces or has an idempotency key. With ``repeat=False``
        it is sent once.

        Raises ``httpx.TransportError`` if no answer was received.
        """
        url = self.addresses.of(service) + path
        safe = method in _READING or "Idempotency-Key" in (headers or {}) if repeat is None else repeat

        async def attempt() -> httpx.Response:
            token = await self.tokens.token()
            response = await send(token)
            if response.status_code == 401 and (token_now := await self.tokens.renewed(token)) is not None:
                self.retries += 1
                return await send(token_now)
            return response

        async def send(token: str) -> httpx.Response:
            given = {"Authorization": f"Bearer {token}", **(headers or {})}
            body = content() if callable(content) else content
            return await self._http.request(method, url, headers=given, content=body, **arguments)

        if repeat is False:
            return await attempt()
        lost = False

        def again(may_have_had_an_effect: bool) -> None:
            nonlocal lost
            self.retries += 1
            lost = lost or may_have_had_an_effect

        response = await repeated(attempt, safe=safe, patience=self.patience, on_repeat=again)
        if lost:
            response.extensions[_LOST] = True
        return response

    def patient(self, patience: Patience) -> "Caller":
        """The same caller with another time limit."""
        return Caller(self._http, self.addresses, self.tokens, patience)

    async def call(
        self,
        operation: Operation[Answer],
        values: Mapping[str, object] | None = None,
        *,
        service: str | None = None,
        query: Mapping[str, object | None] | None = None,
        body: BaseModel | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to an operation. ``values`` fill its path; queries that are None are left out.

        Raises ``Refused``, ``NotReached`` or ``AnswerUnknown``.
        """
        response = await self.answer(operation, values, service=service, query=query, body=body, headers=headers)
        return read(response, operation)

    async def condition(self, shown: Operation[Any], values: Mapping[str, object] | None = None) -> dict[str, str]:
        """The ``If-Match`` of what ``shown`` reads, as it is now. Raises the errors of ``call``."""
        return {"If-Match": (await self.answer(shown, values)).headers["ETag"]}

    async def change(
        self,
        operation: Operation[Answer],
        shown: Operation[Any],
        values: Mapping[str, object] | None = None,
        *,
        body: BaseModel | None = None,
    ) -> Answer:
        """Change what ``shown`` reads with the same ``values``, on condition that it is as it was read now.

        Raises the errors of ``call``; ``Refused`` (412) only if somebody else changes it between the two requests.
        """
        return await self.call(operation, values, body=body, headers=await self.condition(shown, values))

    async def pages(
        self,
        operation: Operation[Page[Item]],
        values: Mapping[str, object] | None = None,
        *,
        service: str | None = None,
        query: Mapping[str, object | None] | None = None,
    ) -> AsyncIterator[Item]:
        """The items of a list, one page after the other. Raises the errors of ``call``."""
        token: str | None = None
        while True:
            asked = {**(query or {}), "page_size": PAGE_SIZE, "page_token": token}
            page = await self.call(operation, values, service=service, query=asked)
            for item in page.items:
                yield item
            token = page.next_page_token
            if token is None:
                return

    async def answer(
        self,
        operation: Operation[Any],
        values: Mapping[str, object] | None = None,
        *,
        service: str | None = None,
        query: Mapping[str, object | None] | None = None,
        body: BaseModel | None = None,
        content: Body | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer, not parsed. Raises ``Refused`` or ``NotReached``, and ``TypeError`` for a query parameter or
        header that the operation does not declare, or if ``service`` is missing for a request of any service.
        """
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        given = dict(headers or {})
        if operation.keyed:
            given.setdefault("Idempotency-Key", str(uuid4()))
        if body is not None:
            content = body.model_dump_json(by_alias=True, exclude_unset=True).encode()
            given["Content-Type"] = "application/json"
        unknown = asked.keys() - operation.query | {name.lower() for name in given} - operation.sent
        if unknown:
            raise TypeError(f"{operation.method} {operation.path} does not declare {', '.join(sorted(unknown))}")
        service = service or _only(operation)
        # A request that may not be repeated is still sent again when no connection was made.
        repeat = True if operation.repeatable else None
        try:
            response = await self.request(
                operation.method,
                service,
                operation.address(values or {}),
                repeat=repeat,
                params=asked,
                headers=given,
                content=content,
            )
        except httpx.TransportError as failure:
            raise not_reached(self.addresses, service, failure) from failure
        refused = response.status_code == HTTPStatus.PRECONDITION_FAILED
        if refused and _LOST in response.extensions and operation.replaced is not None and body is not None:
            response = await self._replaced(operation.replaced, values, service, asked, body) or response
        return taken(response)

    async def _replaced(
        self,
        replaced: Replaced,
        values: Mapping[str, object] | None,
        service: str,
        query: Mapping[str, object],
        body: BaseModel,
    ) -> httpx.Response | None:
        """What is shown of the object if it is as it was sent; None if it is not."""
        asked = {name: value for name, value in query.items() if name in replaced.shown.query}
        response = await self.answer(replaced.shown, values, service=service, query=asked)
        shown = replaced.content(response.json())
        if replaced.listed is not None:
            field, every = replaced.listed
            items = [each.model_dump(mode="json") async for each in self.pages(every, values, service=service)]
            shown = {**shown, field: items}
        sent = body.model_dump(mode="json", by_alias=True, exclude_unset=True)
        compared = {name: value for name, value in sent.items() if name not in replaced.unseen}
        return response if is_as_sent(shown, compared) else None

    async def get(self, service: str, path: str, **arguments: Any) -> Any:
        """The JSON of a page that no operation declares. Raises ``Refused``."""
        return taken(await self.request("GET", service, path, **arguments)).json()

    async def content(self, service: str, path: str) -> bytes:
        """A file, kept in memory. Raises ``Refused``."""
        return taken(await self.request("GET", service, path)).content

    async def put(self, service: str, path: str, body: Any) -> Any:
        """The JSON answer to a PUT that no operation declares. Raises ``Refused``."""
        return taken(await self.request("PUT", service, path, json=body)).json()

    async def post(self, service: str, path: str, body: Any = None) -> Any:
        """The JSON answer to a POST that no operation declares, with a key of its own. Raises ``Refused``."""
        headers = {"Idempotency-Key": str(uuid4())}
        return taken(await self.request("POST", service, path, headers=headers, json=body)).json()


def _only(operation: Operation[Any]) -> str:
    if not operation.services:
        raise TypeError(f"{operation.method} {operation.path}: the service is missing")
    return operation.services[0]


def taken(response: httpx.Response) -> httpx.Response:
    """The response, if its status is a success. Raises ``Refused``."""
    if not response.is_success:
        raise Refused(response)
    return response


def not_reached(addresses: Addresses, service: str, failure: httpx.TransportError) -> NotReached:
    """The failure as a problem with texts for people."""
    return NotReached(service=service, address=addresses.of(service), why=type(failure).__name__)


def read(response: httpx.Response, operation: Operation[Answer]) -> Answer:
    """The answer's JSON as the operation's type. Raises ``AnswerUnknown``, which repeats no value of the answer."""
    adapter: TypeAdapter[Answer] = TypeAdapter(operation.answer)
    try:
        return adapter.validate_json(response.content)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
        place = "/".join(map(str, first["loc"]))
        raise AnswerUnknown(
            address=str(response.request.url.copy_with(query=None)), why=f"{place}: {first['type']}"
        ) from None
