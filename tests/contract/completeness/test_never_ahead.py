"""No reader treats a month as reported before it holds the absence that the report covers, in any order of events."""

import random

import pytest

from tests.contract.completeness.services import MONTH, NORTH, SOUTH, Services
from tests.realparts.databases import MakeDatabase

PUPILS = 8
HALF = list(range(1, PUPILS // 2 + 1))
ALL = list(range(1, PUPILS + 1))


async def test_a_report_that_comes_before_its_absence_is_not_believed_by_any_reader(
    make_database: MakeDatabase,
) -> None:
    services = await Services.made(make_database, PUPILS)
    ids = await services.pupil_ids()
    await services.absent(ALL, f"{MONTH}-05")
    await services.report(NORTH)
    for reader in ("registration", "evaluation_export"):
        await services.queues[reader, "absence.completeness"].read_next(10)
        await services.queues[reader, "absence.pupil-month"].read_next(PUPILS - 1)
    assert not await services.panel_says()
    assert set((await services.gross_list_says(ids)).values()) == {(0, 0.0)}
    await services.settle()
    assert await services.panel_says()
    assert set((await services.gross_list_says(ids)).values()) == {(1, 1.0)}


async def test_a_month_taken_back_is_missing_again_for_every_reader(make_database: MakeDatabase) -> None:
    services = await Services.made(make_database, 2)
    ids = await services.pupil_ids()
    await services.absent([1], f"{MONTH}-05")
    await services.report(NORTH)
    await services.settle()
    assert sorted((await services.gross_list_says(ids)).values()) == [(1, 0.0), (1, 1.0)]
    assert await services.panel_says()
    await services.report(NORTH, said="0")
    await services.settle()
    assert set((await services.gross_list_says(ids)).values()) == {(0, 0.0)}
    assert not await services.panel_says()


@pytest.mark.parametrize("seed", range(3))
async def test_in_no_order_of_the_topics_is_a_reader_told_of_a_month_whose_absence_it_lacks(
    make_database: MakeDatabase, seed: int
) -> None:
    """Files arrive while events are read in a random order of topics; at the end everything is reported."""
    chance = random.Random(seed)  # noqa: S311 - an order of events, and no secret
    services = await Services.made(make_database, PUPILS)
    ids = await services.pupil_ids()
    files = [
        lambda: services.absent(HALF, f"{MONTH}-05"),
        lambda: services.report(NORTH),
        lambda: services.absent(ALL[2:6], f"{MONTH}-06"),
        lambda: services.report(NORTH, said="0"),
        lambda: services.absent(ALL, f"{MONTH}-07", "0,5"),
        lambda: services.report(NORTH),
        lambda: services.absent(HALF, f"{MONTH}-05", "0"),
    ]
    while files or chance.random() < 0.9:
        if files and chance.random() < 0.3:
            await files.pop(0)()
        await services.step(chance.choice, chance.choice((1, 2, 5)))
        if (vouched := await services.vouched("evaluation_export")) is None or not (
            vouched <= await services.held(services.evaluation)
        ):
            assert not await services.panel_says()
        says = await services.gross_list_says(ids)
        if (vouched := await services.vouched("registration")) is None or not (
            vouched <= await services.held(services.registration.db)
        ):
            assert {months for months, _ in says.values()} == {0}
    await services.settle()
    assert await services.panel_says()
    assert {months for months, _ in (await services.gross_list_says(ids)).values()} == {1}


@pytest.mark.parametrize("seed", range(2))
async def test_pupils_who_move_leave_no_month_unreported_once_every_event_is_read(
    make_database: MakeDatabase, seed: int
) -> None:
    """Reader and writer count the same in their own tables, whichever topic each has read first."""
    chance = random.Random(seed)  # noqa: S311 - an order of events, and no secret
    services = await Services.made(make_database, PUPILS)
    await services.absent(ALL, f"{MONTH}-05")
    await services.report(NORTH, SOUTH)
    moves = [
        lambda: services.leave(HALF[:2], NORTH, f"{MONTH}-15"),
        lambda: services.place(HALF[:2], SOUTH, f"{MONTH}-15"),
        lambda: services.leave([3], NORTH, "2022-08-20"),
        lambda: services.absent(ALL[4:], f"{MONTH}-20"),
        lambda: services.place([3], SOUTH, "2022-08-20"),
    ]
    while moves:
        if chance.random() < 0.3:
            await moves.pop(0)()
        await services.step(chance.choice, chance.choice((1, 3)))
        await services.ingest.recount()
    await services.settle()
    told = {
        (event["institution_number"], event["pupil_months"])
        for event in (await services.ingest.events("absence.completeness"))[-2:]
    }
    assert (await services.panel_says(NORTH), await services.panel_says(SOUTH)) == (True, True), told
    says = await services.gross_list_says(await services.pupil_ids())
    assert {months for months, _ in says.values()} == {1}
