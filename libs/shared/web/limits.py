"""Limits of the size and the speed of a body, checked before and while it is read."""

import asyncio
import time
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libs.shared.base.errors import TooLarge
from libs.shared.web.problems import problem_response

SCOPE_KEY = "skoleloeft.body_limit"
STILL_SECONDS = 20.0
LEAST_BYTES_PER_SECOND = 10_000
"""A body may pause for this long, and must arrive at this rate on average. Time that this service takes
does not count.
"""


class BodyTooLarge(HTTPException):
    """Raised to the reader of the body. An ``HTTPException``, as FastAPI answers 400 to any other exception while it
    reads; the handler turns it into the problem ``too_large``.
    """

    def __init__(self) -> None:
        super().__init__(413)


class BodyTooSlow(HTTPException):
    """Raised to the reader of the body, like ``BodyTooLarge``; the handler turns it into ``body.too_slow``."""

    def __init__(self) -> None:
        super().__init__(408, headers={"Connection": "close"})


class BodyLimit:
    """ASGI middleware: 413 for a declared length over the limit (the body is not read) and for a body that turns out to
    be longer, whatever was declared; 408 for one that arrives too slowly.

    ``by_prefix`` gives paths with a prefix a limit of their own; the longest matching prefix applies. Sizes are bytes
    as transferred: the unpacked size of a compressed body is limited by its reader.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_bytes: int,
        by_prefix: Mapping[str, int] | None = None,
        still_seconds: float = STILL_SECONDS,
    ) -> None:
        self._app = app
        self._still_seconds = still_seconds
        self._max_bytes = max_bytes
        self._by_prefix = sorted((by_prefix or {}).items(), key=lambda entry: -len(entry[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counting ``receive``."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        scope[SCOPE_KEY] = limit
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > limit:
            answer = problem_response(scope, TooLarge(limit=limit), {"Connection": "close"})
            await answer(scope, receive, send)
            return
        await self._app(scope, _Body(receive, limit, self._still_seconds).receive, send)

    def _limit(self, path: str) -> int:
        return next((limit for prefix, limit in self._by_prefix if path.startswith(prefix)), self._max_bytes)


class _Body:
    """The state of one request's body: the bytes read, and the time waited for them."""

    def __init__(self, receive: Receive, limit: int, still_seconds: float) -> None:
        self._receive = receive
        self._limit = limit
        self._still_seconds = still_seconds
        self._seen = 0
        self._waited = 0.0
        self._ended = False

    async def receive(self) -> Message:
        """The next message. After the body it waits without a limit: the next message says that the caller has left."""
        if self._ended:
            return await self._receive()
        message = await self._in_time()
        self._ended = message["type"] != "http.request" or not message.get("more_body", False)
        self._seen += len(message.get("body", b""))
        if self._seen > self._limit:
            raise BodyTooLarge
        return message

    async def _in_time(self) -> Message:
        began = time.monotonic()
        left = self._still_seconds + self._seen / LEAST_BYTES_PER_SECOND - self._waited
        try:
            async with asyncio.timeout(min(self._still_seconds, max(0.0, left))):
                return await self._receive()
        except TimeoutError:
            raise BodyTooSlow from None
        finally:
            self._waited += time.monotonic() - began
