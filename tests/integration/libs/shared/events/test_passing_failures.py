"""Which of PostgreSQL's real failures are transient."""

import asyncio

import pytest
from sqlalchemy import text

from libs.shared.db.database import Database, raw
from libs.shared.events.failures import hopeless, passes
from tests.factories.events import rows, service_database
from tests.realparts.databases import MakeDatabase, OwnDatabase


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    made = await service_database(make_database)
    await rows(made, "INSERT INTO aggregate VALUES ('a', 1), ('b', 1)")
    return made


async def failure_of(db: Database, *statements: str) -> BaseException:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the test examines which one it is
        await run(db, *statements)
    return caught.value


async def run(db: Database, *statements: str) -> None:
    async with db.write() as session:
        for statement in statements:
            await session.execute(text(statement))


async def test_a_deadlock_passes(own: OwnDatabase) -> None:
    one, other = (f"UPDATE aggregate SET version = 2 WHERE key = '{key}'" for key in "ab")
    both_hold_one = asyncio.Barrier(2)

    async def crossing(first: str, second: str) -> None:
        async with own.db.write() as session:
            await session.execute(text(first))
            await both_hold_one.wait()
            await session.execute(text(second))

    results = await asyncio.gather(crossing(one, other), crossing(other, one), return_exceptions=True)
    (failure,) = [result for result in results if isinstance(result, BaseException)]
    assert passes(failure)


async def test_a_lock_timeout_passes(own: OwnDatabase) -> None:
    async with own.db.write() as session:
        await session.execute(text("UPDATE aggregate SET version = 3"))
        failure = await failure_of(own.db, "SET LOCAL lock_timeout = '50ms'", "UPDATE aggregate SET version = 4")
    assert passes(failure)


async def test_a_serialization_failure_passes(own: OwnDatabase) -> None:
    async with own.db.engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ")
        await connection.execute(text("SELECT * FROM aggregate"))
        await run(own.db, "UPDATE aggregate SET version = 5")
        with pytest.raises(Exception) as caught:  # noqa: PT011 - as above
            await connection.execute(text("UPDATE aggregate SET version = 6"))
    assert passes(caught.value)


async def test_a_connection_cut_in_the_middle_passes(own: OwnDatabase) -> None:
    async with own.db.read() as session:
        pid = await session.scalar(text("SELECT pg_backend_pid()"))
        await rows(own, "SELECT pg_terminate_backend($1)", pid)
        with pytest.raises(Exception) as caught:  # noqa: PT011 - as above
            await session.execute(text("SELECT 1"))
        await session.invalidate()
    assert passes(caught.value)


async def test_a_server_that_is_not_there_passes() -> None:
    db = Database("postgresql://nobody:x@127.0.0.1:1/nothing")
    assert passes(await failure_of(db, "SELECT 1"))
    await db.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO aggregate VALUES ('a', 1)",
        "INSERT INTO part VALUES ('no such aggregate')",
        "SELECT * FROM no_such_table",
        "INSERT INTO pupil_month VALUES ('101', gen_random_uuid(), '2022-09', 0, 1)",
    ],
)
async def test_a_statement_that_another_event_or_release_may_help_does_not_pass_and_is_tried_again(
    own: OwnDatabase, statement: str
) -> None:
    await rows(own, "CREATE TABLE part (key text REFERENCES aggregate)")
    await rows(own, "GRANT ALL ON part TO PUBLIC")
    failure = await failure_of(own.db, statement)
    assert (passes(failure), hopeless(failure)) == (False, False)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO aggregate VALUES (NULL, 1)",
        "SELECT 1 / 0",
        "SELECT CAST('x' AS date)",
        "SELECT date '0001-01-01' - 2000000",
        "UPDATE aggregate SET version = 3000000000",
        "SELECT to_timestamp(1e18)",
    ],
)
async def test_a_value_that_no_column_takes_is_hopeless(own: OwnDatabase, statement: str) -> None:
    failure = await failure_of(own.db, statement)
    assert (passes(failure), hopeless(failure)) == (False, True)


@pytest.mark.parametrize(("value", "kind"), [(3_000_000_000, "integer"), ("a\0b", "text"), ("a\ud800", "text")])
async def test_a_parameter_that_the_driver_cannot_send_is_hopeless(own: OwnDatabase, value: object, kind: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - as above
        async with own.db.write() as session:
            await session.execute(text(f"SELECT CAST(:value AS {kind})"), {"value": value})
    assert (passes(caught.value), hopeless(caught.value)) == (False, True)


async def test_a_copied_row_that_the_driver_cannot_send_is_hopeless(own: OwnDatabase) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - as above
        async with own.db.write() as session:
            await (await raw(session)).copy_records_to_table("aggregate", records=[("c", 3_000_000_000)])
    assert (passes(caught.value), hopeless(caught.value)) == (False, True)
