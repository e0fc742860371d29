"""The tables that migrations make are those the metadata tells of."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from libs.shared.db.metadata import new_metadata
from libs.shared.delivery import STEPS
from libs.shared.delivery.tables import delivery_tables
from tests.realparts.databases import MakeDatabase, OwnDatabase


class _Op:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, sqltext: str) -> None:
        self._connection.exec_driver_sql(sqltext)


async def as_owner(own: OwnDatabase, work: Any) -> Any:
    engine = create_async_engine(make_url(own.owner_url).set(drivername="postgresql+asyncpg"))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


async def test_the_steps_make_what_the_metadata_says_and_take_it_away_again(make_database: MakeDatabase) -> None:
    own = await make_database()
    metadata = new_metadata()
    delivery_tables(metadata)

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    def walk(forwards: bool) -> Any:
        def work(connection: Connection) -> None:
            for number in sorted(STEPS.numbers(), reverse=not forwards):
                (STEPS.up if forwards else STEPS.down)(_Op(connection), number)

        return work

    for _ in range(2):
        await as_owner(own, walk(forwards=True))
        assert await as_owner(own, compare) == []
        await as_owner(own, walk(forwards=False))
        assert {kind for kind, *_ in await as_owner(own, compare)} == {"add_table", "add_index"}
