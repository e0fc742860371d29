"""A transport that loses answers: the service takes a request, and its caller hears nothing."""

from collections.abc import Collection

import httpx


class Losing(httpx.AsyncBaseTransport):
    """Loses the answer to each new request of these methods; the same request again is answered.

    ``lost`` counts the answers that were lost though the request had succeeded.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, methods: Collection[str] = ("PUT",)) -> None:
        self._inner = inner
        self._methods = methods
        self._seen: set[tuple[str, str, bytes, str | None]] = set()
        self.lost = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        content = await request.aread()
        asked = (request.method, str(request.url), content, request.headers.get("If-Match"))
        if request.method not in self._methods or asked in self._seen:
            return response
        self._seen.add(asked)
        await response.aread()
        self.lost += response.is_success
        raise httpx.ReadError("the answer is lost")
