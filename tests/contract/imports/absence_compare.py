"""Plays a script on the service and on the reference, and compares them after every step."""

import copy
from collections import Counter
from collections.abc import Sequence
from itertools import count

from tests.contract.imports.absence_play import Play
from tests.contract.imports.absence_records import Receipt
from tests.contract.imports.absence_reference import Reference
from tests.contract.imports.absence_scripts import NAMES
from tests.contract.imports.absence_steps import File, Months, Passes, Step, Together
from tests.factories.files import counts
from tests.integration.services.absence_ingest.service import AbsenceIngest

_codes = (f"{number:03}" for number in count(100))


async def check(ingest: AbsenceIngest, script: Sequence[Step]) -> None:
    """Play the script in a municipality of its own. Raises ``AssertionError`` at the first difference."""
    play = Play(ingest, next(_codes))
    await play.begin()
    futures = [Reference(now=ingest.now)]
    for step in script:
        futures = [after for reference in futures for after in _after(reference, step)]
        await _play(play, step)
        futures = await _those_that_hold(play, futures)
        if not futures:  # each pupil matches a possible state, but not all the same one
            return


async def _play(play: Play, step: Step) -> None:
    if isinstance(step, Passes):
        await play.passes(step)
    elif isinstance(step, Together):
        await play.together(step)
    elif isinstance(step, Months):
        await play.report(step)
    else:
        await play.take(step)


def _after(reference: Reference, step: Step) -> list[Reference]:
    """The possible states after the step: an event during a file comes before or after the rows of its pupil."""
    after = copy.deepcopy(reference)
    if isinstance(step, Passes):
        after.passes(step)
    elif isinstance(step, Together):
        event = next((file.during for file in step.files if file.during is not None), None)
        if event is not None:
            before = copy.deepcopy(reference)
            before.take(event)
            _work(before, step.files)
            _work(after, step.files)
            after.take(event)
            return [before, after]
        _work(after, step.files)
    elif isinstance(step, Months):
        after.report(step)
    else:
        after.take(step)
    return [after]


def _work(reference: Reference, files: Sequence[File]) -> None:
    received = [reference.queue(file) for file in files]
    for file, receipt in zip(files, received, strict=True):
        reference.work(file, receipt)


async def _those_that_hold(play: Play, futures: list[Reference]) -> list[Reference]:
    """The possible states that match the service; none if different pupils match different ones. Raises
    ``AssertionError`` if a pupil matches none.
    """
    names = [name for name in NAMES if name not in futures[0].gone]
    months, told, facts = await play.months(names), await play.told(names), await play.facts(names)
    assert told == months, "the events tell what is stored"
    found: list[Reference] = []
    for future in futures:
        stored = {key: fact.halves for key, fact in future.facts.items() if key[0] in names and fact.halves}
        if months == future.months() and facts == stored:
            found.append(future)
    if len(futures) == 1:
        expected = {k: f.halves for k, f in futures[0].facts.items() if k[0] in names and f.halves}
        assert not (wrong := set(facts.items()) ^ set(expected.items())), f"stored, or expected, alone: {wrong}"
        assert not (wrong := set(months.items()) ^ set(futures[0].months().items())), f"months alone: {wrong}"
        assert await play.set_aside(names) == futures[0].set_aside()
        await _same_receipts(play, futures[0])
        await _same_reports(play, futures[0], names)
        return futures
    for name in names:
        of = [{k: sums for k, sums in future.months().items() if k[0] == name} for future in futures]
        assert {k: sums for k, sums in months.items() if k[0] == name} in of
    return [future for future in found if await _has_receipts(play, future)]


async def _has_receipts(play: Play, future: Reference) -> bool:
    try:
        await _same_receipts(play, future)
    except AssertionError:
        return False
    return True


async def _same_receipts(play: Play, reference: Reference) -> None:
    for receipt_id, expected in zip(play.receipts, reference.receipts, strict=True):
        receipt = await play.receipt(receipt_id)
        assert receipt.final, "every file came to an end"
        assert (receipt.state.value == "rejected") == expected.rejected
        if expected.rejected:
            continue
        assert (counts(receipt), dict(receipt.refused_by_code)) == (expected.counts, _by_code(expected))
        assert receipt.refused_later == len(expected.refused_later)
    await _same_waiting(play, reference)


async def _same_reports(play: Play, reference: Reference, names: list[str]) -> None:
    """A reported month's event says how many pupil-months there are of the pupils who were at the school then."""
    months, reports = await play.has_months(names), await play.reports()
    assert {place: reported for place, (reported, _) in reports.items()} == reference.reported
    if reference.gone:
        return
    for (school, month), (reported, number) in reports.items():
        if reported:
            assert number == len({name for name in reference.at(school, month) if (name, month) in months})


async def _same_waiting(play: Play, reference: Reference) -> None:
    """Compare the waiting rows, except those that a newer fact has overtaken: these may end at once or later."""
    expected = {
        (play.receipts[reference.receipts.index(waiting.receipt)], waiting.number): reference.matters(key, waiting)
        for key, waiting in reference.waiting.items()
    }
    waiting = await play.waiting()
    assert waiting <= expected.keys()
    assert {place for place, matters in expected.items() if matters} <= waiting


def _by_code(expected: Receipt) -> dict[str, int]:
    return dict(Counter(expected.refused.values()))
