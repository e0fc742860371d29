"""Declarations of the client's requests. The contract test compares them with the services' OpenAPI documents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

Answer = TypeVar("Answer")
Item = TypeVar("Item")


class Read(BaseModel):
    """Base of what is read from an answer: fields that the client does not know are passed over, so that a service may
    add some.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class Written(BaseModel):
    """Base of a body: what is not a field of it cannot be sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Page(Read, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_page_token: str | None = Field(default=None)


def _itself(shown: Any) -> Any:
    return shown


@dataclass(frozen=True)
class Replaced:
    """What a PUT replaces, to find out after a lost answer whether it took effect.

    ``shown`` reads it; its answer is that of the PUT, with the ``ETag``. ``content`` makes of the JSON that is shown
    what a body says. ``listed`` is a field of the body that ``shown`` lacks, and the list that has its items in the
    order of the body. Fields in ``unseen`` are not compared, as nothing shows them.
    """

    shown: "Operation[Any]"
    content: Callable[[Any], Any] = _itself
    listed: "tuple[str, Operation[Any]] | None" = None
    unseen: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Operation(Generic[Answer]):
    """One request of the services named, or of any service that has it if none is named.

    ``answer`` is the type of the JSON in a good answer, ``bytes`` for a file. ``query`` and ``headers`` name the
    parameters that are ever sent, headers in small letters. ``keyed`` says that the service takes an
    ``Idempotency-Key``, so that the request may be repeated; ``safe`` that it may be repeated without one, as it reads
    or as a second time changes nothing. A PUT says in ``replaced`` how a repeat after a lost answer is recognised.
    """

    services: tuple[str, ...]
    method: str
    path: str
    answer: type[Answer]
    body: type[BaseModel] | None = None
    query: frozenset[str] = field(default_factory=frozenset)
    headers: frozenset[str] = field(default_factory=frozenset)
    keyed: bool = False
    safe: bool = False
    replaced: Replaced | None = None

    @property
    def repeatable(self) -> bool:
        """Whether it may be repeated when no answer was received."""
        return self.safe or self.keyed or self.method in {"GET", "PUT", "DELETE"}

    @property
    def sent(self) -> frozenset[str]:
        """The names of all headers that may be sent, in small letters."""
        key = {"idempotency-key"} if self.keyed else set()
        return self.headers | key | {"content-type", "content-length"}

    def address(self, values: Mapping[str, object]) -> str:
        """The path with its parameters filled in. Raises ``KeyError`` for one that is missing."""
        return self.path.format_map({name: quote(str(value), safe="") for name, value in values.items()})
