"""Counts the events that one service has written and taken, in its own tables."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from libs.shared.db.database import Database, ReadSession
from libs.shared.db.limits import WorkLimits
from libs.shared.db.scope import Access, Scope


class Written(BaseModel):
    """Events of one topic in the outbox."""

    written: int
    published: int


class Flow(BaseModel):
    """Counts of one service. Redelivered events count once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "outbox": {"registration.school": {"written": 4, "published": 4}},
                    "inbox": {"catalog.rule-set": 3},
                    "tables": {"pupil": 600},
                    "files": {"held": 1},
                }
            ]
        }
    )

    outbox: dict[str, Written]
    inbox: dict[str, int]
    tables: dict[str, int]
    files: dict[str, int] = Field(
        default_factory=dict, description="Files that are not final, by state; `held` ones wait for their municipality."
    )


MOST = 2_000_000
"""The most rows of the inbox that are counted, which takes about a second. Only counts below it can be reconciled."""

# A redelivered event is one row: the event's id is the key. There is one group in a service's database.
_OUTBOX = """
SELECT topic, count(*) AS written, count(published_at) AS published FROM outbox GROUP BY topic ORDER BY topic
"""
_INBOX = """
SELECT topic, count(*) AS handled FROM (SELECT topic FROM inbox LIMIT :most) AS counted GROUP BY topic ORDER BY topic
"""


_FILES = """
SELECT state, count(*) AS files FROM import_receipt
 WHERE state IN ('receiving', 'queued', 'working', 'held') GROUP BY state ORDER BY state
"""


COUNTING = WorkLimits(statement_seconds=120.0)
"""Whole tables are counted."""


async def count_flow(db: Database, tables: Sequence[str]) -> Flow:
    """The numbers of rows in outbox and inbox by topic, and in ``tables``. Old rows of outbox and inbox are deleted,
    and at most ``MOST`` rows of the inbox are counted.
    """
    async with db.within(COUNTING).read(Scope(access=Access.OPERATOR)) as session:
        outbox = {
            row.topic: Written(written=row.written, published=row.published)
            for row in await session.execute(text(_OUTBOX))
        }
        inbox = {row.topic: row.handled for row in await session.execute(text(_INBOX), {"most": MOST})}
        return Flow(
            outbox=outbox,
            inbox=inbox,
            tables={name: await _rows(session, name) for name in tables},
            files=await _files(session),
        )


async def _files(session: ReadSession) -> dict[str, int]:
    """The files that a service with imports has at work or held, by state; none for another service."""
    if (await session.execute(text("SELECT to_regclass('import_receipt')"))).scalar_one() is None:
        return {}
    return {row.state: row.files for row in await session.execute(text(_FILES))}


async def _rows(session: ReadSession, table: str) -> int:
    # The name comes from the service's wiring, never from a request.
    return int((await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())  # noqa: S608 - see above
