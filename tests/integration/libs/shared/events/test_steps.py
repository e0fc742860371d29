"""The migrations create the tables that the metadata describes."""

from libs.shared.events import STEPS
from libs.shared.events.tables import event_tables
from tests.factories.steps import taken_back_and_again
from tests.realparts.databases import MakeDatabase


async def test_the_steps_make_what_the_metadata_says_and_take_it_away_again(make_database: MakeDatabase) -> None:
    assert await taken_back_and_again(await make_database(), STEPS, event_tables) == []
