"""The store of releases: which groups of pupils have left in bundles, with which figures.

Whoever reads and writes it holds ``Lock.RELEASES`` from the one to the other, in one transaction.
"""

import json
from collections.abc import AsyncIterator, Iterable

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from services.evaluation_export.disclosure.packing import PackedGroup
from services.evaluation_export.orders.domain import DeliveryState, Period

_OTHER_KEY = text("SELECT EXISTS (SELECT FROM release WHERE key_check <> :check)")
# The counts behind a neighbouring year's means are of another period than its means, which share an autumn with these.
_EARLIER = text(
    "WITH newest AS ("
    "  SELECT number FROM release WHERE school_year = ANY (CAST(:years AS text[])) ORDER BY number DESC LIMIT :most"
    ")"
    " SELECT g.period, g.name, g.members, g.fingerprints, g.figures, g.release IN (TABLE newest) AS audited"
    " FROM released_group g"
    " WHERE g.period = ANY (CAST(:periods AS text[]))"
    "  OR g.period = ANY (CAST(:years AS text[])) AND g.name LIKE 'absence/%' AND g.release IN (TABLE newest)"
    " ORDER BY g.release, g.period, g.name"
)
_ADD = text(
    "INSERT INTO release (delivery_id, product, school_year, key_check)"
    " VALUES (:delivery_id, :product, :school_year, :check) RETURNING number"
)
_ADD_GROUP = text(
    "INSERT INTO released_group (release, period, name, members, fingerprints, figures)"
    " VALUES (:release, :period, :name, :members, :fingerprints, CAST(:figures AS jsonb))"
)
ROWS_AT_A_TIME = 8
"""A group of all pupils has some 200 kB; so many groups are in memory at once."""
AUDITED_RELEASES = 12
"""A delivery is audited together with so many of the newest releases of its school year and the two beside it."""


async def made_with_another_key(session: ReadSession, check: bytes) -> bool:
    """Whether any release was made with another key than that of ``check``; its groups can then not be compared."""
    return bool((await session.execute(_OTHER_KEY, {"check": check})).scalar_one())


async def earlier_groups(session: ReadSession, period: Period) -> AsyncIterator[PackedGroup]:
    """Every group released so far that a delivery is compared or audited with, the oldest release first."""
    asked = {"periods": period.measured, "years": period.neighbours, "most": AUDITED_RELEASES}
    found = await session.stream(_EARLIER, asked, execution_options={"yield_per": ROWS_AT_A_TIME})
    async for row in found:
        yield PackedGroup(row.period, row.name, row.members, row.fingerprints, row.figures, row.audited)


async def add(session: WriteSession, order: DeliveryState, groups: Iterable[PackedGroup], check: bytes) -> None:
    """Write down what is released with a delivery."""
    told = {"delivery_id": order.id, "product": order.product, "school_year": order.school_year, "check": check}
    number = (await session.execute(_ADD, told)).scalar_one()
    rows = [
        {
            "release": number,
            "period": group.period,
            "name": group.name,
            "members": group.members,
            "fingerprints": group.fingerprints,
            "figures": json.dumps(group.figures),
        }
        for group in groups
    ]
    if rows:
        await session.execute(_ADD_GROUP, rows)
