"""The steps make exactly the tables that services put into their metadata, and take them away again."""

from libs.shared.imports import steps, tables
from tests.factories.delivery import rows
from tests.factories.steps import OPEN_TABLES, taken_back_and_again
from tests.realparts.databases import MakeDatabase


async def test_steps_and_metadata_do_not_drift_and_no_table_is_open_to_other_tenants(
    make_database: MakeDatabase,
) -> None:
    own = await make_database()
    assert await taken_back_and_again(own, steps, tables.define) == []
    # Ids of keys, and no key and nobody's row.
    assert [row["relname"] for row in await rows(own, OPEN_TABLES)] == ["retired_key"]
