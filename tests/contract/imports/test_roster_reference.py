"""Random files of the roster, cut anywhere, in any order of rows, give the results of a slow reference."""

from collections.abc import AsyncIterator, Sequence
from itertools import count, pairwise

import pytest
from hypothesis import given

from libs.shared.base.errors import Problem
from tests.contract.imports.roster_planted import PLANTED
from tests.contract.imports.roster_play import RosterPlay
from tests.contract.imports.roster_reference import RosterReference
from tests.contract.imports.roster_scripts import scripts
from tests.contract.imports.roster_steps import PupilFile, RosterFile
from tests.contract.imports.runs import TIMEOUT, runs
from tests.factories.files import codes, counts
from tests.factories.small_slices import small_slices
from tests.integration.services.registration.service import MIGRATIONS, Registration
from tests.realparts.databases import MakeDatabase

pytestmark = TIMEOUT

_codes = (f"{number:03}" for number in count(100))


@pytest.fixture
async def registration(make_database: MakeDatabase) -> AsyncIterator[Registration]:
    made = Registration.on((await make_database(MIGRATIONS)).db)
    with small_slices(made.kinds()):
        yield made


async def check(registration: Registration, script: Sequence[RosterFile], *, any_file: bool) -> None:
    """Play the script in a municipality of its own and compare after every file. With ``any_file``, a row omits the
    pupil's login only if its other identifiers are certain to find the pupil.
    """
    play, reference = RosterPlay(registration, next(_codes)), RosterReference()
    await play.begin()
    for given_file in script:
        file = reference.ready(given_file) if any_file else given_file
        expected, receipt = reference.send(file), await play.send(file)
        assert codes(receipt) == dict(expected.refused)
        if isinstance(file, PupilFile):  # which of several rows adds a pupil's new identifier does not matter
            assert receipt.accepted + receipt.unchanged == expected.accepted + expected.unchanged
            assert bool(receipt.accepted) == bool(expected.accepted)
        else:
            assert counts(receipt)[:3] == (expected.accepted, expected.unchanged, expected.parked)
        await same(play, reference)


async def same(play: RosterPlay, reference: RosterReference) -> None:
    assert await play.classes() == reference.classes
    assert await play.calendars() == {place: days for place, days in reference.calendars.items() if days}
    candidates = {key for pupil in reference.pupils for key in pupil.keys}
    keys, times = await play.keys(candidates), await play.times()
    found = [(frozenset(of), frozenset(times.get(pupil, set()))) for pupil, of in keys.items()]
    assert len(found) == len(reference.pupils)
    assert set(found) == {(frozenset(pupil.keys), frozenset(pupil.times())) for pupil in reference.pupils}
    numbers = {frozenset(pupil.keys): number for number, pupil in enumerate(reference.pupils)}
    results = {
        (numbers[frozenset(keys[pupil])], grade, day): value
        for (pupil, grade, day), value in (await play.results()).items()
    }
    assert results == {place: result.value for place, result in reference.results.items() if result.value}
    assert await play.waiting() == len(reference.waiting)
    await _told(play)


async def _told(play: RosterPlay) -> None:
    """Check that versions rise by one, that no state is published twice, and that pupils' last events match the stored
    times.
    """
    for topic, key in (("pupil", "pupil_id"), ("calendar", "school_id"), ("class", "class_id")):
        histories: dict[str, list[dict[str, object]]] = {}
        for event in await play.registration.events(topic):
            if event["municipality_code"] == play.code:
                histories.setdefault(f"{event[key]} {event.get('school_year')}", []).append(event)
        for history in histories.values():
            assert [event["aggregate_version"] for event in history] == list(range(1, len(history) + 1))
            states = [{**event, "aggregate_version": 0} for event in history]
            assert all(a != b for a, b in pairwise(states)), f"no state of a {topic} is told twice: {history}"
    times = await play.times()
    last = {event["pupil_id"]: event for event in await play.registration.events("pupil")}
    for pupil, of in times.items():
        assert {(m["valid_from"], m["valid_to"]) for m in last[str(pupil)]["memberships"]} == {
            (str(first), str(until)) for _, first, until in of
        }


@runs(300)
@given(script=scripts())
async def test_any_script_comes_to_what_the_reference_says(
    registration: Registration, script: list[RosterFile]
) -> None:
    """Scripts share the database, each in a municipality of its own."""
    await check(registration, script, any_file=True)


async def test_the_planted_scripts_come_to_what_the_reference_says(registration: Registration) -> None:
    """Each of these has failed once; the message names those that fail."""
    wrong: dict[str, str] = {}
    for name, script in PLANTED.items():
        try:
            await check(registration, script, any_file=False)
        except (AssertionError, Problem) as difference:
            wrong[name] = str(difference)[:500]
    assert not wrong, "\n\n".join(f"{name}: {difference}" for name, difference in wrong.items())
