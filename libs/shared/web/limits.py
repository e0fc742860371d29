"""How large a body may be, checked before and while it is read."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libs.shared.base.errors import TooLarge
from libs.shared.web.problems import problem_response

SCOPE_KEY = "skoleloeft.body_limit"


class BodyTooLarge(HTTPException):
    """Raised to whoever reads the body. An HTTPException, since FastAPI answers 400 to anything else that is raised
    while it reads; the handler turns it into the problem ``too_large``.
    """

    def __init__(self) -> None:
        super().__init__(413)


class BodyLimit:
    """ASGI middleware: 413 for a declared length over the limit (the body is not read), and for a body that turns out
    longer while it is read, whatever was declared.

    ``by_prefix`` gives paths beginning with a prefix a limit of their own; the longest matching prefix counts.
    Sizes are bytes as they come over the wire: what a compressed body unpacks to is the reader's to limit.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, by_prefix: Mapping[str, int] | None = None) -> None:
        self._app = app
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
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > limit:
                    raise BodyTooLarge
            return message

        await self._app(scope, counted, send)

    def _limit(self, path: str) -> int:
        return next((limit for prefix, limit in self._by_prefix if path.startswith(prefix)), self._max_bytes)
