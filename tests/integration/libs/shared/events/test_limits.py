"""The limit of dead letters over several municipalities stops the consumer; a municipality's own limit reduces its
tries.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.eventlog.port import Record
from libs.shared.events.arrivals import read
from libs.shared.events.dead_letters import GivenUp
from libs.shared.events.failures import DeadLetterLimit
from libs.shared.events.handling import Handling
from libs.shared.events.limits import STANDING, Limit, parameters, standing
from libs.shared.events.subscriptions import Subscription, Subscriptions
from tests.contract.events.support import outgoing
from tests.factories.events import append_effects, month, rows, service_database
from tests.factories.own_topics import TOPIC
from tests.realparts.databases import MakeDatabase, OwnDatabase

GROUP = "evaluation_export"


def handling(own: OwnDatabase, limit: Limit) -> Handling:
    return Handling(own.db, GROUP, Subscriptions(Subscription(PupilMonthChanged, append_effects)), limit=limit)


async def give_up(handled: Handling, *municipalities: str) -> None:
    for municipality in municipalities:
        record = outgoing(month(municipality=municipality))
        arrival = read(Record(TOPIC, 0, 0, record.key, record.value, record.headers, 0))
        await handled.give_up(arrival, GivenUp("KeyError", "where", 5))


def gauge(handled: Handling, municipality: str) -> float:
    value: float = handled.metrics.municipality_limited.labels(GROUP, municipality)._value.get()
    return value


def rows_read(plan: dict[str, Any]) -> float:
    """The number of rows that all steps of a plan read, including rows that a filter removed."""
    own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return float(own + sum(rows_read(part) for part in plan.get("Plans", [])))


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    return await service_database(make_database)


@pytest.mark.parametrize(
    "municipalities", [["101"] * 40, ["101", "201"] * 20, ["101"] * 40 + ["201", "301"]], ids=["1", "2", "1 and 2 odd"]
)
async def test_fewer_than_three_municipalities_never_stop_the_consumer_whatever_they_send(
    own: OwnDatabase, municipalities: Sequence[str]
) -> None:
    await give_up(handling(own, Limit(most=9)), *municipalities)


async def test_three_municipalities_stop_it_when_each_has_its_share_and_the_message_counts_them(
    own: OwnDatabase,
) -> None:
    handled = handling(own, Limit(most=9))
    await give_up(handled, *["101"] * 40, *["201", "301"] * 3)
    with pytest.raises(DeadLetterLimit, match="46 dead letters of 3 municipalities within"):
        await give_up(handled, "401")
    assert len(await rows(own, "SELECT 1 FROM dead_letter")) == 46
    await rows(own, "UPDATE dead_letter SET state = 'discarded' WHERE municipality = '301'")
    await give_up(handled, "401")


async def test_records_that_name_no_municipality_count_by_their_key(own: OwnDatabase) -> None:
    handled = handling(own, Limit(most=9))

    async def unreadable(key: str, offset: int) -> None:
        arrival = read(Record(TOPIC, 0, offset, key, b"no event", (), 0))
        await handled.give_up(arrival, GivenUp("InvalidEvent", "no event", 1))

    for offset in range(30):
        await unreadable("one", offset)
    for offset in range(30, 36):
        await unreadable(f"another {offset}", offset)
    with pytest.raises(DeadLetterLimit, match="of 0 municipalities and 7 keys without one"):
        await unreadable("the last", 99)


async def test_a_burial_costs_no_more_when_a_municipality_has_very_many_dead_letters(own: OwnDatabase) -> None:
    await rows(
        own,
        'INSERT INTO dead_letter (consumer_group, id, topic, partition, "offset", key, header_names, header_values,'
        " written_ms, municipality, error_type, reason, tries)"
        " SELECT $1, gen_random_uuid(), 't', 0, n, 'k', '{}', '{}', 0, '101', 'e', 'r', 1"
        " FROM generate_series(1, 20000) AS n",
        GROUP,
    )
    await rows(own, "ANALYZE dead_letter")
    limit = Limit()
    async with own.db.read() as session:
        found = await standing(session, GROUP, limit)
        values = parameters(GROUP, limit)
        explained = await session.execute(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {STANDING.text}"), values)
        plan = explained.scalar_one()[0]["Plan"]
    assert (found.limited, found.municipalities) == ({"101"}, 1)
    assert rows_read(plan) < 1_000


async def test_a_municipality_with_many_dead_letters_is_named_until_they_are_dealt_with_or_old(
    own: OwnDatabase,
) -> None:
    limit = Limit(window=timedelta(hours=1), one_try_after=3)
    handled = handling(own, limit)
    await give_up(handled, *["101"] * 3, *["201"] * 2)
    await handled.look_at_limits()
    assert handled.limited == {"101"}
    assert (gauge(handled, "101"), gauge(handled, "201")) == (1, 0)
    other = handling(own, limit)
    await other.look_at_limits()
    assert other.limited == {"101"}, "a restart forgets nothing, and other members know"
    await rows(own, "UPDATE dead_letter SET at = at - interval '2 hours'")
    await handled.look_at_limits()
    assert handled.limited == frozenset()
    assert gauge(handled, "101") == 0
