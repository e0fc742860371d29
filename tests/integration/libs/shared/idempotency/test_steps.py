"""The steps create exactly the table in the services' metadata, closed to other tenants, and remove it again."""

from libs.shared.idempotency import steps, tables
from tests.factories.events import rows
from tests.factories.steps import OPEN_TABLES, taken_back_and_again
from tests.realparts.databases import MakeDatabase


async def test_steps_and_metadata_do_not_drift_and_no_table_is_open_to_other_tenants(
    make_database: MakeDatabase,
) -> None:
    own = await make_database()
    assert await taken_back_and_again(own, steps, tables.define) == []
    assert await rows(own, OPEN_TABLES) == []
