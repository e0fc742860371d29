"""Pages of a list: a size with a cap, and a token that says where the next page begins.

The token is the sort key of the last row shown, wrapped so that nobody builds on its form. It is no secret and gives
no right: the query behind it filters by the caller as ever. It ends up in addresses, so a sort key is never an
identifier of a person other than the platform's own id.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from libs.shared.web.refusals import PageTokenInvalid

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
MAX_TOKEN_LENGTH = 1024

Key = str | int
Item = TypeVar("Item")

PageSize = Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE, description="Rows per page.")]
PageToken = Annotated[
    str | None, Query(max_length=MAX_TOKEN_LENGTH, description="`next_page_token` of the page before; none at first.")
]


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_page_token: str | None = Field(default=None, description="Send it as `page_token`; null on the last page.")


def write_page_token(name: str, key: Sequence[Key]) -> str:
    """The token for the page after ``key`` in the list called ``name`` (the resource, such as ``pupils``)."""
    text = json.dumps([name, *key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read_page_token(token: str | None, name: str, types: Sequence[type[Key]]) -> tuple[Key, ...] | None:
    """The key in a token, or None for the first page.

    Raises PageTokenInvalid (400) unless the token is of this list and its parts are of ``types``, one by one.
    """
    if token is None:
        return None
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise PageTokenInvalid from None
    if not isinstance(found, list) or len(found) != len(types) + 1 or found[0] != name:
        raise PageTokenInvalid
    if any(type(part) is not wanted for part, wanted in zip(found[1:], types, strict=True)):
        raise PageTokenInvalid
    if not all(_storable(part) for part in found[1:]):
        raise PageTokenInvalid
    return tuple(found[1:])


def _storable(part: Key) -> bool:
    """Whether PostgreSQL can compare with it: bigint, or text without NUL."""
    return "\x00" not in part if isinstance(part, str) else -(2**63) <= part < 2**63
