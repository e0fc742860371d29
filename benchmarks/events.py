"""The events that are measured: months of absence and enrolments, written by one service and read by another."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.codec import encode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.registration import EnrolmentChanged
from libs.shared.contracts.state import State
from libs.shared.contracts.topics import TOPICS
from libs.shared.db.database import Database
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import Outgoing, TopicSpec
from libs.shared.events.arrivals import Arrival
from libs.shared.events.handling import Handling
from libs.shared.events.outbox import Outbox
from libs.shared.events.subscriptions import Subscriptions

WRITER, READER = "absence_ingest", "evaluation_export"
TOPIC = PupilMonthChanged.TOPIC
BATCH = 1000


def months(count: int) -> list[PupilMonthChanged]:
    """``count`` states, each of a pupil of its own, so that they spread over all partitions."""
    return [
        PupilMonthChanged(
            aggregate_version=1,
            municipality_code="101",
            pupil_id=uuid4(),
            month="2022-09",
            illness=Decimal(number % 5),
            authorised=Decimal("0.5"),
            unauthorised=Decimal(0),
        )
        for number in range(count)
    ]


def enrolments(count: int) -> list[EnrolmentChanged]:
    """``count`` pupils enrolled in one course."""
    course, project, school = uuid4(), uuid4(), uuid4()
    return [
        EnrolmentChanged(
            aggregate_version=1,
            municipality_code="101",
            enrolment_id=uuid4(),
            pupil_id=uuid4(),
            course_id=course,
            project_id=project,
            school_id=school,
            variant="A1",
            grade=4,
            designated=True,
            valid_from=date(2022, 8, 15),
            valid_to=date(2022, 12, 20),
        )
        for _ in range(count)
    ]


async def fill(db: Database, count: int) -> None:
    """Write ``count`` events to the outbox, as imports do: many in a transaction."""
    outbox, states = Outbox(WRITER), months(count)
    for start in range(0, count, BATCH):
        async with db.write() as session:
            await outbox.add(session, states[start : start + BATCH])


def as_record(state: State, service: str = WRITER) -> Outgoing:
    """The state as the record that ``service`` writes to the log."""
    event: Event[State] = Event(id=uuid4(), source=f"/{service}", time=datetime.now(UTC), data=state)
    headers, value = encode(event)
    return Outgoing(event.topic, event.key, value, headers)


async def bare_topic(address: str, name: str) -> None:
    """A topic for the peer, with as many partitions as ``TOPIC``."""
    log = open_event_log(address, client_id="benchmark")
    try:
        await log.start()
        await log.apply_topics([TopicSpec(name, TOPICS[TOPIC].partitions, compacted=True)])
    finally:
        await log.close()


class WatchedHandling(Handling):
    """Calls ``seen`` for each batch when its transaction is committed, as its effects are then visible."""

    def __init__(
        self, db: Database, group: str, subscriptions: Subscriptions, *, seen: Callable[[Sequence[Arrival]], None]
    ) -> None:
        super().__init__(db, group, subscriptions)
        self._seen = seen

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """See ``Handling``."""
        await super().take(arrivals)
        self._seen(arrivals)
