"""The handlers of a group by event type, put together from the parts of the service (``runtime.parts``)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.db.database import WriteSession
from libs.shared.events.read_models import ReadModel, handles, overtaken

S = TypeVar("S", bound=State)

# Quoted where it is given a type: Pydantic's generic models hide their variable from `typing` at run time.
Handler = Callable[[WriteSession, Sequence[Event[S]]], Awaitable[object]]
"""Takes events of one type in log order; several may have the same key (see ``newest``). It never commits.

A ``ReadModel`` is one, and the only kind that can be rebuilt. Any other handler must itself ignore an
``aggregate_version`` that is not higher than the stored one: the inbox stops redelivered events for a time, but not a
replayed dead letter that is out of date.
"""

TombstoneHandler = Callable[[WriteSession, Sequence[str]], Awaitable[None]]
"""Takes the keys whose state is gone, in log order. The tenant of the transaction is the one that the
tombstones name.
"""


@dataclass(frozen=True, slots=True)
class Subscription(Generic[S]):
    """One event type and its handler."""

    model: type[S]
    handler: "Handler[S]"


class Subscriptions:
    """All subscriptions of a group. ``topics`` follow from the models and the tombstones.

    A read model also handles the tombstones of its topic: it deletes the rows of their keys.

    Raises ``ValueError`` if a model is subscribed twice.
    """

    def __init__(
        self, *subscriptions: Subscription[Any], tombstones: Mapping[str, TombstoneHandler] | None = None
    ) -> None:
        self._handlers: dict[type[State], Handler[Any]] = {}
        for subscription in subscriptions:
            if subscription.model in self._handlers:
                raise ValueError(f"{subscription.model.__name__} is subscribed twice")
            self._handlers[subscription.model] = subscription.handler
        self._tombstones = dict(tombstones or {})
        self._read_models = {
            model.TOPIC: read_model
            for model, handler in self._handlers.items()
            if (read_model := handles(handler)) is not None
        }

    @classmethod
    def keeping(cls, *read_models: ReadModel[Any]) -> "Subscriptions":
        """The subscriptions that fill these read models."""
        return cls(*(Subscription(each.model, each) for each in read_models))

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics of the group, sorted; a test compares them with ``contracts.topics.subscribed(group)``."""
        return tuple(sorted({model.TOPIC for model in self._handlers} | self._tombstones.keys()))

    def handler(self, model: type[State]) -> "Handler[Any] | None":
        """The handler of an event type; None if the group has none."""
        return self._handlers.get(model)

    def read_model(self, topic: str) -> ReadModel[Any] | None:
        """The read model of a topic; None if there is none."""
        return self._read_models.get(topic)

    def tombstone_handler(self, topic: str) -> TombstoneHandler | None:
        """The handler of a topic's tombstones in addition to its read model; None if there is none."""
        return self._tombstones.get(topic)

    def takes_tombstones(self, topic: str) -> bool:
        """Whether the group handles tombstones of the topic."""
        return topic in self._tombstones or topic in self._read_models


def newest(events: "Sequence[Event[S]]") -> "list[Event[S]]":
    """The event of each key with the highest version, for set-based upserts, which accept one row per key."""
    return overtaken(events)[0]
