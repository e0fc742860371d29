"""Pages of a list: a size with a maximum, and a token for the next page.

The token is the sort key of the last row shown, sealed: a caller cannot make or change one. It is bound to the service,
the list, the object in the address and the caller's scope. It gives no right (the query still filters by the caller)
and does not expire, as a later page costs as much as the first. Tokens are part of addresses; a name in the sort key is
not readable there.
"""

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from libs.shared.privacy.keys import KeyRing, Undecryptable
from libs.shared.privacy.seals import Seals
from libs.shared.web.access import caller_of
from libs.shared.web.refusals import PageTokenInvalid

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
MAX_TOKEN_LENGTH = 2048

_PURPOSE = b"page token v1"

Key = str | int
Item = TypeVar("Item")
Row = TypeVar("Row")

PageSize = Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE, description="Rows per page.")]
PageToken = Annotated[
    str | None, Query(max_length=MAX_TOKEN_LENGTH, description="`next_page_token` of the page before; none at first.")
]


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_page_token: str | None = Field(default=None, description="Send it as `page_token`; null on the last page.")


class PageTokens:
    """Writes and reads the tokens of one service; every replica has the same ring."""

    def __init__(self, service: str, ring: KeyRing) -> None:
        self._service = service
        self._seals = Seals(ring, _PURPOSE)

    def write(self, name: str, key: Sequence[Key], bound: Sequence[str] = ()) -> str:
        """The token for the page after ``key`` in the list called ``name`` (the resource, such as ``pupils``)."""
        content = json.dumps(list(key), ensure_ascii=False, separators=(",", ":"))
        return self._seals.seal(content.encode(), self._context(name, bound))

    def read(
        self, token: str | None, name: str, types: Sequence[type[Key]], bound: Sequence[str] = ()
    ) -> tuple[Key, ...] | None:
        """The key in a token, or None for the first page.

        Raises ``PageTokenInvalid`` (400) unless ``write`` made the token for this list with the same binding.
        """
        if token is None:
            return None
        try:
            found = json.loads(self._seals.open(token, self._context(name, bound)))
        except (Undecryptable, ValueError):
            raise PageTokenInvalid from None
        # A token of an older release may have another form.
        if len(found) != len(types) or any(type(part) is not wanted for part, wanted in zip(found, types, strict=True)):
            raise PageTokenInvalid
        return tuple(found)

    def _context(self, name: str, bound: Sequence[str]) -> list[bytes]:
        return [part.encode() for part in (self._service, name, *bound)]


class Turning:
    """The page tokens of one request."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._tokens: PageTokens = request.app.state.page_tokens

    def write(self, name: str, key: Sequence[Key]) -> str:
        """See ``PageTokens``."""
        return self._tokens.write(name, key, self._bound())

    def read(self, token: str | None, name: str, types: Sequence[type[Key]]) -> tuple[Key, ...] | None:
        """See ``PageTokens``."""
        return self._tokens.read(token, name, types, self._bound())

    def page(
        self,
        name: str,
        found: Sequence[Row],
        size: int,
        *,
        item: Callable[[Row], Item],
        key: Callable[[Row], Sequence[Key]],
    ) -> Page[Item]:
        """The page of ``found``, which may have one row more than ``size``; that row only shows that more rows follow.

        ``item`` makes the view of a row, ``key`` its sort key, after which the next page begins.
        """
        shown = found[:size]
        token = self.write(name, key(shown[-1])) if len(found) > size else None
        return Page(items=[item(row) for row in shown], next_page_token=token)

    def _bound(self) -> list[str]:
        """The values to which tokens are bound: the object in the address, and the caller's roles, municipalities and
        institutions. A list without a required token is bound to no caller.
        """
        caller = caller_of(self._request)
        scope = [] if caller is None else [caller.roles, caller.municipality_codes, caller.institution_numbers]
        parameters = [f"{name}={value}" for name, value in sorted(self._request.path_params.items())]
        return ["/".join(parameters), *(" ".join(sorted(names)) for names in scope)]


Pages = Annotated[Turning, Depends(Turning)]
"""The dependency of a route with pages: ``pages: Pages``, then ``pages.read`` and ``pages.page``."""
