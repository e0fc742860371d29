"""Read models hold the newest state, separated by tenant, and no rule set that cannot be read."""

from datetime import date

import pytest

from libs.shared.contracts.topics import subscribed
from libs.shared.rules.library import library_rule_set
from services.registration.copies.catalog.use_cases import rule_set_for
from services.registration.wiring import SUBSCRIPTIONS
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import (
    month_of,
    publish_catalog,
    published,
    published_types,
    reported,
    tell,
)

PUPIL = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"


def test_the_group_reads_the_topics_that_are_declared() -> None:
    assert SUBSCRIPTIONS.topics == subscribed("registration")


async def test_the_catalog_is_kept_and_the_same_events_again_change_nothing(registration: Registration) -> None:
    for _ in range(2):
        await publish_catalog(registration.db)
    sets = await registration.rows("SELECT rule_set, version, family FROM rule_set ORDER BY rule_set")
    assert [row["family"] for row in sets] == ["composition", "dosage", "funding", "screening", "support", "vulnerable"]
    types = await registration.rows("SELECT variants FROM intervention_type WHERE intervention_type = 'co_teaching'")
    assert types[0]["variants"] == ["A1", "A2"]


async def test_a_version_with_another_first_day_stands_beside_the_others_and_one_with_the_same_replaces(
    registration: Registration,
) -> None:
    first = library_rule_set("dosage-2021")
    ends = first.model_copy(update={"version": 2, "valid_to": date(2024, 8, 1)})
    third = first.model_copy(update={"version": 3, "valid_from": date(2024, 8, 1)})
    # All in one batch, in which keeping only the newest of each name would lose one of them.
    await tell(registration.db, [published(first), published(ends, 2), published(third, 3)])
    rows = await registration.rows("SELECT version, aggregate_version FROM rule_set ORDER BY version")
    assert [tuple(row.values()) for row in rows] == [(2, 2), (3, 3)]
    async with registration.db.read() as session:
        judging = [(await rule_set_for(session, "dosage", day)).version for day in (date(2022, 9, 1), date(2024, 9, 1))]
    assert judging == [2, 3]


async def test_a_rule_set_that_cannot_be_read_is_refused_before_anything_is_judged_by_it(
    registration: Registration,
) -> None:
    broken = library_rule_set("dosage-2021").model_copy(update={"settings": {"lesson_minutes": "many"}})
    with pytest.raises(ValueError, match="DosageSettings"):
        await tell(registration.db, [published(broken)])
    assert await registration.rows("SELECT * FROM rule_set") == []


async def test_an_older_state_never_overwrites_a_newer_one(registration: Registration) -> None:
    await tell(registration.db, [month_of(PUPIL, "2022-09", "3.5", version=5)])
    await tell(registration.db, [month_of(PUPIL, "2022-09", "1", version=4)])
    await tell(registration.db, reported("910101", ["2022-09"], version=2))
    await tell(registration.db, reported("910101", ["2022-09"], yes=False, version=1))
    newer, older = (
        published_types()[0].model_copy(update={"aggregate_version": 3, "variants": []}),
        published_types()[0],
    )
    await tell(registration.db, [newer])
    await tell(registration.db, [older])
    months = await registration.rows("SELECT days::text, aggregate_version FROM pupil_month", "101")
    assert [tuple(row.values()) for row in months] == [("3.5", 5)]
    assert (await registration.rows("SELECT reported FROM completeness", "101"))[0]["reported"] is True
    assert (await registration.rows("SELECT variants FROM intervention_type"))[0]["variants"] == []


async def test_a_batch_with_two_states_of_one_month_keeps_the_last(registration: Registration) -> None:
    await tell(registration.db, [month_of(PUPIL, "2022-09", "1"), month_of(PUPIL, "2022-09", "2", version=2)])
    assert (await registration.rows("SELECT days::text FROM pupil_month", "101"))[0]["days"] == "2.0"


async def test_absence_is_seen_by_its_own_municipality_alone(registration: Registration) -> None:
    await tell(registration.db, [month_of(PUPIL, "2022-09", "1")])
    await tell(registration.db, reported("910101", ["2022-09"]))
    for table in ("pupil_month", "completeness"):
        assert len(await registration.rows(f"SELECT * FROM {table}", "101")) == 1
        assert await registration.rows(f"SELECT * FROM {table}", "102") == []
