"""The envelope: CloudEvents 1.0 attributes around one ``State``."""

from typing import Generic, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from libs.shared.contracts.state import State

S_co = TypeVar("S_co", bound=State, covariant=True)  # an event is frozen, so one of pupils is one of states


class Event(BaseModel, Generic[S_co]):
    """One event. ``id`` is unique for ever and is what the inbox remembers.

    ``source`` is ``/<service>``; ``traceparent`` is the W3C trace context of the request that caused it.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    source: str = Field(pattern="^/[a-z_]+$")
    time: AwareDatetime
    traceparent: str | None = None
    data: S_co

    @property
    def type(self) -> str:
        """CloudEvents ``type``."""
        return self.data.TYPE

    @property
    def schema_version(self) -> int:
        """The version of the content's schema."""
        return self.data.VERSION

    @property
    def key(self) -> str:
        """CloudEvents ``subject`` and the record key: the aggregate's id."""
        return self.data.key

    @property
    def topic(self) -> str:
        """The topic the event belongs to."""
        return self.data.TOPIC
