"""A newer file prevails even if a waiting row of an older file gets its pupil later."""

import pytest

from libs.shared.privacy.identifiers import IdentifierKind
from tests.factories.files import counts
from tests.integration.services.absence_ingest.service import ASK, AbsenceIngest, pupil_id

SEPTEMBER = (pupil_id("Ask"), "2022-09")
LOGIN = (IdentifierKind.UNI_LOGIN, "ask00001")
BY_LOGIN = {"identifier": IdentifierKind.UNI_LOGIN}
KEPT = "SELECT category, halves FROM absence_day"


@pytest.fixture(autouse=True)
async def ask(ingest: AbsenceIngest) -> None:
    """A pupil who is known by a UNI-Login, but not yet by a CPR number."""
    await ingest.take([ingest.pupil("Ask", [LOGIN])])


async def come(ingest: AbsenceIngest) -> None:
    """The pupil becomes known by the CPR number too, and the rows that waited for it are replayed."""
    await ingest.take([ingest.pupil("Ask", [LOGIN, (IdentifierKind.CPR_NUMBER, ASK)], version=2)])
    await ingest.settle()


async def test_a_row_that_repeats_what_is_recorded_is_newer_than_the_row_that_waits(ingest: AbsenceIngest) -> None:
    await ingest.days("ask00001;2022-09-05;illness;1", **BY_LOGIN)
    assert counts(await ingest.days(f"{ASK};2022-09-05;illness;0,5")) == (0, 0, 1, 0)
    assert counts(await ingest.days("ask00001;2022-09-05;illness;1", **BY_LOGIN)) == (0, 1, 0, 0)
    await come(ingest)
    assert await ingest.months() == {SEPTEMBER: (2, 0, 0, 1)}


async def test_a_withdrawal_of_what_is_not_there_stands_against_the_older_row_that_waits(ingest: AbsenceIngest) -> None:
    await ingest.days(f"{ASK};2022-09-05;illness;1")
    assert counts(await ingest.days("ask00001;2022-09-05;illness;0", **BY_LOGIN)) == (0, 1, 0, 0)
    await come(ingest)
    assert (await ingest.months(), await ingest.events()) == ({}, [])
    assert await ingest.rows(KEPT) == [("illness", 0)]


async def test_a_row_that_waited_and_is_the_newest_is_taken(ingest: AbsenceIngest) -> None:
    await ingest.days("ask00001;2022-09-05;illness;1", **BY_LOGIN)
    await ingest.days(f"{ASK};2022-09-05;illness;0,5", f"{ASK};2022-09-06;illness;1")
    await ingest.days("ask00001;2022-09-06;illness;0", **BY_LOGIN)
    await come(ingest)
    assert await ingest.months() == {SEPTEMBER: (1, 0, 0, 2)}


async def test_where_nothing_waits_a_withdrawal_of_nothing_leaves_nothing_and_nothing_is_renewed(
    ingest: AbsenceIngest,
) -> None:
    await ingest.days("ask00001;2022-09-05;illness;1", **BY_LOGIN)
    before = await ingest.rows("SELECT as_of FROM absence_day")
    await ingest.days("ask00001;2022-09-05;illness;1", "ask00001;2022-09-06;illness;0", **BY_LOGIN)
    assert await ingest.rows("SELECT as_of FROM absence_day") == before
