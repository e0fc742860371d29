"""A tombstone removes the row of the municipality it names; one that names another becomes a dead letter."""

from tests.contract.events.support import letters, outgoing
from tests.factories.events import consuming, month, service_database, until
from tests.factories.own_topics import memory_log
from tests.factories.read_models import GROUP, keeping, months, tombstone
from tests.realparts.databases import MakeDatabase


async def test_a_tombstone_removes_the_row_it_names_and_no_other(make_database: MakeDatabase) -> None:
    own, log = await service_database(make_database), await memory_log(GROUP, partitions=1)
    gone, kept = month(), month()
    await log.append([outgoing(gone), outgoing(kept), tombstone(gone.key)])

    async def removed() -> bool:
        return (await months(own)).keys() == {kept.pupil_id}

    async with consuming(log, keeping(own)):
        await until(removed)
    assert await letters(own) == []


async def test_a_tombstone_that_names_another_municipality_or_none_is_a_dead_letter(
    make_database: MakeDatabase,
) -> None:
    own, log = await service_database(make_database), await memory_log(GROUP, partitions=1)
    state = month(municipality="101")
    await log.append([outgoing(state), tombstone(state.key, "851"), tombstone(state.key, None)])

    async def given_up() -> bool:
        return len(await letters(own)) == 2

    async with consuming(log, keeping(own)):
        await until(given_up)
    assert {letter["error_type"] for letter in await letters(own)} == {"WrongTenant"}
    assert (await months(own)).keys() == {state.pupil_id}
