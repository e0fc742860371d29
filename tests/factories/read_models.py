"""A read model of pupil-months, declared as in a service, on the tables of ``service_database``."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Numeric
from sqlmodel import Field, SQLModel

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.envelope import Event
from libs.shared.db.database import WriteSession
from libs.shared.db.metadata import new_metadata
from libs.shared.eventlog.port import Outgoing
from libs.shared.events.handling import Handling
from libs.shared.events.outbox import REPUBLISHED
from libs.shared.events.read_models import Ignored, ReadModel
from libs.shared.events.subscriptions import Subscriptions
from tests.factories.events import rows
from tests.factories.own_topics import TOPIC
from tests.realparts.databases import OwnDatabase

GROUP = "evaluation_export"


class PupilMonth(SQLModel, table=True):
    """The table that ``service_database`` creates."""

    metadata = new_metadata()
    __tablename__ = "pupil_month"

    pupil_id: UUID = Field(primary_key=True)
    month: str = Field(primary_key=True)
    municipality_code: str
    illness: Decimal = Field(sa_column=Column(Numeric, nullable=False))
    aggregate_version: int


class Refusing(ReadModel[PupilMonthChanged]):
    """A read model that fails on events of the pupils in ``refused``."""

    def __init__(self, *refused: UUID) -> None:
        super().__init__(PupilMonthChanged, PupilMonth)
        self.refused = refused

    async def take(
        self, session: WriteSession, events: Sequence[Event[PupilMonthChanged]], *, again: bool = False
    ) -> list[Ignored]:
        if any(event.data.pupil_id in self.refused for event in events):
            raise ValueError("refused")
        return await super().take(session, events, again=again)


def keeping(own: OwnDatabase, read_model: ReadModel[PupilMonthChanged] | None = None, **more: Any) -> Handling:
    """The group's ``Handling`` with that read model."""
    kept = read_model or ReadModel(PupilMonthChanged, PupilMonth)
    return Handling(own.db, GROUP, Subscriptions.keeping(kept), **more)


def tombstone(key: str, municipality: str | None = "101") -> Outgoing:
    """A tombstone: the record without a value that deletes the key's state."""
    named = () if municipality is None else (("ce_municipality", municipality.encode()),)
    return Outgoing(TOPIC, key, None, (("ce_id", str(uuid4()).encode()), *named))


def told_again(record: Outgoing) -> Outgoing:
    """The record as ``republish`` marks it."""
    return Outgoing(record.topic, record.key, record.value, (*record.headers, REPUBLISHED))


async def months(own: OwnDatabase) -> dict[UUID, tuple[Decimal, int]]:
    """Illness and version by pupil."""
    found = await rows(own, "SELECT pupil_id, illness, aggregate_version FROM pupil_month")
    return {row["pupil_id"]: (row["illness"], row["aggregate_version"]) for row in found}
