"""The packaged content is loaded several times."""

from dataclasses import replace
from datetime import date

import pytest

from libs.shared.rules.errors import OverlappingValidity
from libs.shared.rules.library import library_rule_set, library_rule_sets
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.loading.use_cases import What
from services.intervention_catalog.publications.domain import New, Origin
from services.intervention_catalog.publications.reasons import WithdrawalReason
from services.intervention_catalog.publications.use_cases import Withdrawal, get, withdraw
from tests.integration.services.intervention_catalog.service import ITEMS, SECRETARIAT, Catalog, item, items

RULE_SETS = len(library_rule_sets())


def reworded(new: New, word: str) -> New:
    """The item with another title."""
    return replace(new, content=new.content | {"title": {"da": word, "en": f"{word} in English"}})


async def test_everything_is_published_with_an_event_each_and_the_second_time_nothing(catalog: Catalog) -> None:
    first = await catalog.load()
    assert str(first[0]) == "added: intervention type A, version 1"
    assert len(first) == ITEMS + RULE_SETS
    written = await catalog.events()
    assert len(written) == ITEMS + RULE_SETS
    assert await catalog.load() == []
    assert await catalog.events() == written


async def test_no_published_text_has_a_reference_left_in_it(loaded: Catalog) -> None:
    for each in await loaded.events():
        assert "{dosage" not in each.model_dump_json()
    async with loaded.db.read() as session:
        found = await get(session, Kind.INTERVENTION_TYPE, "A", on=date(2022, 8, 1))
    assert "10,5 lektioner om ugen à 45 minutter" in found.content["variants"][0]["minimum"]["da"]
    assert found.content["variants"][0]["minimum_phases"][0]["amount"] == "10.5"


async def test_a_changed_item_is_shown_field_by_field_and_published_alone(loaded: Catalog) -> None:
    changed = reworded(item(Kind.TRIAL_ACTION, "ishoj"), "Nyt")
    (only,) = await loaded.load([changed if each.item_id == "ishoj" else each for each in items()])
    assert (only.what, only.item_id, only.version) == (What.CHANGED, "ishoj", 2)
    assert [line.split(":")[0] for line in only.lines] == ["~ /title/da", "~ /title/en"]
    assert only.lines[0].endswith("→ 'Nyt'")
    assert len(await loaded.events()) == ITEMS + RULE_SETS + 1


async def test_what_people_wrote_in_the_catalog_is_not_taken_back_by_a_later_load(loaded: Catalog) -> None:
    before = item(Kind.TRIAL_ACTION, "ishoj")
    assert await loaded.publish(replace(reworded(before, "Rettet"), origin=Origin.DRAFT)) == 2
    assert await loaded.load() == []
    (kept,) = await loaded.load([reworded(before, "Fra pakken")])
    assert (kept.what, kept.version) == (What.KEPT, 2)
    assert "changed in the catalog since it was loaded" in str(kept)
    async with loaded.db.read() as session:
        assert (await get(session, Kind.TRIAL_ACTION, "ishoj", on=date(2024, 1, 1))).content["title"]["da"] == "Rettet"


async def test_what_was_withdrawn_stays_withdrawn(loaded: Catalog) -> None:
    day = date(2024, 3, 1)
    what = Withdrawal(Kind.TRIAL_ACTION, "ishoj", day, WithdrawalReason.ON_REQUEST, by=SECRETARIAT)
    async with loaded.db.write() as session:
        await withdraw(session, loaded.outbox, what, today=day)
    assert await loaded.load() == []
    (kept,) = await loaded.load([reworded(item(Kind.TRIAL_ACTION, "ishoj"), "Fra pakken")])
    assert kept.what is What.KEPT


async def test_a_refusal_leaves_nothing_of_the_whole_load(catalog: Catalog) -> None:
    dosage = library_rule_set("dosage-2021")
    with pytest.raises(OverlappingValidity):
        await catalog.load(rule_sets=[dosage, dosage.model_copy(update={"name": "dosage-again"})])
    assert await catalog.count("publication") == await catalog.count("catalog_change") == 0
    assert await catalog.events() == []
