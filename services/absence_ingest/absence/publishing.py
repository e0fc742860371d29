"""Events of pupil months, made inside the database where the months are: a file changes tens of thousands of them.

The codec makes one event, and PostgreSQL the others after its pattern: they differ in id, subject and content alone.
What an event looks like still stands in one place; a test holds every record against what the codec itself makes.
"""

# ruff: noqa: S608 - only constants of ours are put together, values travel as parameters

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from libs.shared.base.clock import Clock, utc_now
from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.codec import encode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.db.database import WriteSession
from libs.shared.events import outbox
from libs.shared.events.headers import packed
from libs.shared.events.republishing import Page, Place
from libs.shared.events.versions import raised_by
from libs.shared.observability.tracing import current_traceparent
from services.absence_ingest.absence.domain import MOST_HALVES, days

SOURCE = "/absence_ingest"
_DAYS = [str(days(halves)) for halves in range(MOST_HALVES + 1)]
_ID_BYTES = 16
_VERSION_4 = bytes.maketrans(bytes(range(256)), bytes(0x40 | byte & 0x0F for byte in range(256)))
_VARIANT_1 = bytes.maketrans(bytes(range(256)), bytes(0x80 | byte & 0x3F for byte in range(256)))

# The id is cut from the random bytes given: PostgreSQL's own take five times as long as all the rest where it is built
# without OpenSSL. ``OFFSET 0`` keeps what is used twice from being computed twice.
_TELL = """
INSERT INTO outbox (id, topic, key, value, headers)
SELECT e.id, :tell_topic, e.key, convert_to(
       '{"aggregate_version":' || (e.aggregate_version + CAST(:tell_raised AS int)) || ',"municipality_code":"'
       || e.municipality_code || '","pupil_id":"' || e.pupil_id || '","month":"' || e.name
       || '","illness":"' || e.days[e.illness + 1] || '","authorised":"' || e.days[e.authorised + 1]
       || '","unauthorised":"' || e.days[e.unauthorised + 1] || '"}', 'UTF8'),
       CAST(:tell_headers AS bytea)
  FROM (SELECT n.*, n.pupil_id || '/' || n.name AS key,
               CAST(encode(substr(CAST(:tell_ids AS bytea), CAST(16 * n.number - 15 AS int), 16), 'hex') AS uuid) AS id
          FROM (SELECT m.*, left(CAST(m.month AS text), 7) AS name, row_number() OVER () AS number,
                       CAST(:tell_days AS text[]) AS days
                  FROM month AS m OFFSET 0) AS n OFFSET 0) AS e
"""

_MONTHS = """
SELECT pupil_id, month, illness, authorised, unauthorised, municipality_code, aggregate_version FROM pupil_month
 WHERE municipality_code = :code AND (
       CAST(:pupil AS text) IS NULL
       OR (pupil_id, month) > (CAST(CAST(:pupil AS text) AS uuid), CAST(CAST(:month AS text) AS date)))
 ORDER BY pupil_id, month LIMIT :size
"""
_LOCKED = text(f"SELECT pupil_id, month FROM ({_MONTHS} FOR UPDATE) AS locked ORDER BY pupil_id, month")
_NOTIFY = text("SELECT pg_notify(:channel, '')")

_STATE = PupilMonthChanged(
    aggregate_version=1,
    municipality_code="101",
    pupil_id=uuid4(),
    month="2022-09",
    illness=0,
    authorised=0,
    unauthorised=0,
)
"""Any month: it gives the attributes that all have."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How a statement tells months: it names them ``month``, with the columns of ``pupil_month``, holds ``statement``
    beside them, and takes ``values`` too.
    """

    statement: str
    values: Mapping[str, Any]


class MonthPublisher:
    """Writes the events of changed months to the outbox, in the transaction of the change."""

    def __init__(self, *, clock: Clock = utc_now, traceparent: Callable[[], str | None] = current_traceparent) -> None:
        self._clock = clock
        self._traceparent = traceparent

    async def telling(self, session: WriteSession, most: int, *, republished: bool = False) -> Telling:
        """For at most ``most`` months whose pupils, or which themselves, are locked. Wakes the relay at commit."""
        event: Event[State] = Event(
            id=uuid4(), source=SOURCE, time=self._clock(), traceparent=self._traceparent(), data=_STATE
        )
        headers = packed((*encode(event)[0], *((outbox.REPUBLISHED,) if republished else ())), event.id, event.key)
        raised = await raised_by(session)
        await session.execute(_NOTIFY, {"channel": outbox.CHANNEL})
        return telling(headers, most, raised)

    async def tell_page(self, session: WriteSession, code: str, after: Place | None, size: int) -> Page:
        """Tell a page of the municipality's months again."""
        given = {"code": code, "size": size, "pupil": after[0] if after else None, "month": after[1] if after else None}
        locked = [tuple(row) for row in await session.execute(_LOCKED, given)]
        if locked:
            tell = await self.telling(session, len(locked), republished=True)
            await session.execute(text(f"WITH month AS ({_MONTHS}) {tell.statement}"), {**given, **tell.values})
        last = (str(locked[-1][0]), locked[-1][1].isoformat()) if len(locked) == size else None
        return Page(len(locked), last)


def telling(headers: bytes, most: int, raised: int) -> Telling:
    """For events with these headers, as the outbox stores them; ``raised`` is added to their versions."""
    values: dict[str, Any] = {
        "tell_topic": PupilMonthChanged.TOPIC,
        "tell_raised": raised,
        "tell_headers": headers,
        "tell_ids": random_ids(most),
        "tell_days": _DAYS,
    }
    return Telling(_TELL, values)


def random_ids(count: int) -> bytes:
    """So many random UUIDs of version 4, one after another."""
    made = bytearray(secrets.token_bytes(_ID_BYTES * count))
    made[6::_ID_BYTES] = made[6::_ID_BYTES].translate(_VERSION_4)
    made[8::_ID_BYTES] = made[8::_ID_BYTES].translate(_VARIANT_1)
    return bytes(made)
