"""Absence follows pupils whom registration merges or splits, whichever event arrives first."""

from datetime import date

import pytest

from libs.shared.contracts.registration import PupilChanged
from libs.shared.db.scope import Scope
from libs.shared.events.outbox import Outbox
from libs.shared.privacy.identifiers import IdentifierKind
from services.absence_ingest.wiring import subscriptions
from tests.integration.services.absence_ingest.service import ASK, BO, NORTH, YEAR, AbsenceIngest, pupil_id

ASK_SEPTEMBER, BO_SEPTEMBER = (pupil_id("Ask"), "2022-09"), (pupil_id("Bo"), "2022-09")
CPR = IdentifierKind.CPR_NUMBER
OCTOBER = date(2022, 10, 1)


async def gone(ingest: AbsenceIngest, name: str) -> None:
    """The tombstone of a pupil."""
    handler = subscriptions(Outbox("absence_ingest")).handler(PupilChanged)
    async with ingest.db.write(Scope.of("101")) as session:
        await handler.forget(session, [str(pupil_id(name))])  # type: ignore[union-attr] # a read model


def merged(ingest: AbsenceIngest, version: int = 2) -> PupilChanged:
    """Ask, who has Bo's number and id too."""
    both = ingest.pupil("Ask", [(CPR, ASK), (CPR, BO)], version=version)
    return both.model_copy(update={"former_pupil_ids": [pupil_id("Bo")]})


@pytest.fixture(autouse=True)
async def two(ingest: AbsenceIngest) -> None:
    """Two pupils with absence on a day of their own and one in common."""
    await ingest.take([ingest.by_cpr("Ask", ASK), ingest.by_cpr("Bo", BO)])
    await ingest.days(f"{ASK};2022-09-05;illness;1", f"{BO};2022-09-05;authorised;1", f"{BO};2022-09-06;illness;0,5")
    assert await ingest.months() == {ASK_SEPTEMBER: (2, 0, 0, 1), BO_SEPTEMBER: (1, 2, 0, 1)}


@pytest.mark.parametrize("tombstone_first", [True, False])
async def test_absence_of_a_merged_pupil_is_the_other_s_in_any_order_of_events(
    ingest: AbsenceIngest, tombstone_first: bool
) -> None:
    if tombstone_first:
        await gone(ingest, "Bo")
        await ingest.settle()
    await ingest.take([merged(ingest)])
    await ingest.settle()
    if not tombstone_first:
        # A file that still names the former pupil, whose tombstone has not arrived.
        await ingest.days(f"{BO};2022-09-07;illness;1")
        await gone(ingest, "Bo")
        await ingest.settle()
    extra = 0 if tombstone_first else 2
    found = {key: sums[:3] for key, sums in (await ingest.months()).items()}
    assert found == {ASK_SEPTEMBER: (3 + extra, 0, 0), BO_SEPTEMBER: (0, 0, 0)}, "a day of both is counted once"
    told = {(each["pupil_id"], each["month"]): each for each in await ingest.events()}
    assert told[str(pupil_id("Bo")), "2022-09"]["illness"] == "0"
    # Its number is the other's now, and the event that comes again changes nothing.
    await ingest.days(f"{BO};2022-09-08;unauthorised;1")
    before = len(await ingest.events())
    await ingest.take([merged(ingest, 3)])
    await ingest.settle()
    assert len(await ingest.events()) == before
    assert (await ingest.months())[ASK_SEPTEMBER][2] == 2


@pytest.mark.parametrize("new_first", [True, False])
async def test_absence_of_the_stays_that_a_split_moved_is_the_new_pupil_s(
    ingest: AbsenceIngest, new_first: bool
) -> None:
    new = ingest.by_cpr("Cia", "6301120008", ((NORTH, YEAR[0], OCTOBER),))
    states = [
        new.model_copy(update={"split_from_pupil_id": pupil_id("Bo")}),
        ingest.by_cpr("Bo", BO, ((NORTH, OCTOBER, YEAR[1]),), version=2),
    ]
    for state in states if new_first else states[::-1]:
        await ingest.take([state])
        await ingest.settle()
    found = {key: sums[:3] for key, sums in (await ingest.months()).items()}
    assert found[pupil_id("Cia"), "2022-09"] == (1, 2, 0)
    assert found[BO_SEPTEMBER] == (0, 0, 0)
