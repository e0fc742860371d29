"""Decisions that selected pupils, from the events to the snapshot that the anonymous tables are made of."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from libs.shared.contracts.registration import ScreeningChanged, SelectionState
from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.products.aggregate.reading import read_snapshot
from services.evaluation_export.products.aggregate.snapshot import Selected
from tests.integration.services.evaluation_export.told import A_CLASS, World, tell
from tests.realparts.databases import OwnDatabase

SCHOOL, CLASS, OTHER = uuid4(), uuid4(), uuid4()
IN_YEAR = date(2022, 11, 1)


def decided(kind: str = "pupil", on: date = IN_YEAR, **more: Any) -> SelectionState:
    return SelectionState.model_validate(
        {"selection_id": uuid4(), "kind": kind, "school_id": SCHOOL, "decided_on": on, **more}
    )


def screened(pupil_id: UUID, *selections: SelectionState, code: str = "101", version: int = 2) -> ScreeningChanged:
    return ScreeningChanged(
        aggregate_version=version, municipality_code=code, pupil_id=pupil_id, selections=list(selections)
    )


async def read(own: OwnDatabase) -> tuple[Selected, ...]:
    async with own.db.moment(EVALUATOR) as session:
        return (await read_snapshot(session, "2022/2023")).snapshot.selected


async def test_decisions_of_participants_that_stood_in_the_year_are_read(own: OwnDatabase, world: World) -> None:
    """A class of which two are marked, one child alone, decisions of other years, and a child who takes no part."""
    reasons = ["lost_teaching", "low_wellbeing"]
    taught, (alone, last, reversed_, next_, *_) = world.pupils["a"], world.pupils["b"]
    stands = date(2022, 6, 30)
    states = [
        screened(one, decided("class", stands, class_id=CLASS, reasons=reasons, designated=number < 2))
        for number, one in enumerate(taught)
    ]
    states.append(screened(alone, decided("class", class_id=OTHER, reasons=["shared_need"]), decided("group")))
    states.append(screened(last, decided(on=date(2021, 10, 1), reversed_on=date(2022, 8, 1))))
    states.append(screened(reversed_, decided(reversed_on=IN_YEAR), decided(reversed_on=date(2022, 11, 2))))
    states.append(screened(next_, decided(on=date(2023, 8, 1))))
    states.append(screened(world.pupils["others"][0], decided(), code="102"))
    others = [one for one in world.pupils["b"] if one not in (alone, last, reversed_, next_)] + world.pupils["c"]
    states += [screened(one, code="101" if one in world.pupils["b"] else "102") for one in others]
    await tell(own.db, states)
    found = await read(own)
    assert Counter(one.kind for one in found) == {"class": A_CLASS + 2, "group": 1, "pupil": 1}
    assert {one.class_ for one in found} == {0, 1, None}
    told = [one for one in found if one.reasons == tuple(reasons)]
    assert (len(told), sum(one.designated for one in told)) == (A_CLASS + 1, 2)


async def test_a_newer_state_and_a_withdrawn_screening_replace_what_was_read(own: OwnDatabase, world: World) -> None:
    """The world's small groups were selected; here one pupil of them."""
    one, before = world.pupils["b"][0], len(await read(own))
    await tell(own.db, [screened(one, decided("class", class_id=CLASS, reasons=["shared_need"]))])
    assert [each.reasons for each in await read(own) if each.kind == "class"] == [("shared_need",)]
    await tell(own.db, [screened(one, decided("class", class_id=CLASS, reasons=["lost_teaching"]), version=3)])
    assert [each.reasons for each in await read(own) if each.kind == "class"] == [("lost_teaching",)]
    await tell(own.db, [screened(one, version=4)])
    found = await read(own)
    assert (len(found), {each.kind for each in found}) == (before - 1, {"group"})
