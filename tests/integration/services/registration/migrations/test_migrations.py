"""What the migrations make is what the models say, and they go both ways."""

from libs.shared.db.migrate import migrate
from services.registration import all_tables
from services.registration.metadata import METADATA
from tests.factories.schema import differences
from tests.integration.services.registration.service import MIGRATIONS
from tests.realparts.databases import MakeDatabase


async def test_the_database_is_what_the_models_say(make_database: MakeDatabase) -> None:
    assert all_tables.CAPABILITIES
    own = await make_database(MIGRATIONS)
    assert await differences(own.owner_url, METADATA) == []


async def test_the_migrations_go_up_down_and_up_again(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    assert await migrate(MIGRATIONS, own.owner_url, revision="base", down=True) == "base"
    assert await migrate(MIGRATIONS, own.owner_url) >= "0001"
