"""A notification wakes the listener, also after its connection was cut."""

from sqlalchemy import text

from libs.shared.db.listen import listen
from tests.realparts.databases import MakeDatabase


async def test_a_notification_wakes_and_silence_times_out(make_database: MakeDatabase) -> None:
    own = await make_database()
    async with listen(own.db, "t") as wake:
        await wake.wait(5)  # the first wake says that the listening began
        assert not await wake.wait(0.05)
        async with own.db.write() as session:
            await session.execute(text("NOTIFY t"))
        assert await wake.wait(5)


async def test_a_cut_connection_is_opened_again_and_wakes_once_for_what_was_missed(make_database: MakeDatabase) -> None:
    own = await make_database()
    async with listen(own.db, "t") as wake:
        await wake.wait(5)
        async with own.db.write() as session:
            await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name LIKE '%-dedicated' AND datname = current_database()"
                )
            )
        assert await wake.wait(10)
        async with own.db.write() as session:
            await session.execute(text("NOTIFY t"))
        assert await wake.wait(5)
