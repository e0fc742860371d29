"""The envelope: CloudEvents 1.0 attributes around one ``State``."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from libs.shared.contracts.state import State

S_co = TypeVar("S_co", bound=State, covariant=True)  # an event is frozen, so one of pupils is one of states

_SOURCE = re.compile("/[a-z_]+")


@dataclass(frozen=True)
class Event(Generic[S_co]):
    """One event. ``id`` is globally unique and is recorded in the inbox.

    ``source`` is ``/<service>``; ``traceparent`` is the W3C trace context of the request that caused it. Raises
    ``ValueError`` for another source and for a time without a zone. It is no Pydantic model, because readers create one
    for each record and the content is validated already.
    """

    id: UUID
    source: str
    time: datetime
    data: S_co
    traceparent: str | None = None
    key: str = field(init=False, repr=False, compare=False)
    """CloudEvents ``subject`` and the record key: the aggregate's id."""

    def __post_init__(self) -> None:
        if not _SOURCE.fullmatch(self.source):
            raise ValueError("an event's source is a service's name after a slash")
        if self.time.tzinfo is None:
            raise ValueError("an event's time has a zone")
        object.__setattr__(self, "key", self.data.key)  # computed once, as it is read many times

    @property
    def type(self) -> str:
        """CloudEvents ``type``."""
        return self.data.TYPE

    @property
    def schema_version(self) -> int:
        """The version of the content's schema."""
        return self.data.VERSION

    @property
    def topic(self) -> str:
        """The topic the event belongs to."""
        return self.data.TOPIC
