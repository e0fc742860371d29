"""Random scripts about absence: few pupils, schools and days, so that many steps concern the same ones."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import strategies as st

from libs.shared.privacy.identifiers import IdentifierKind
from tests.contract.imports.absence_steps import (
    CalendarComes,
    Event,
    File,
    How,
    MonthRow,
    Months,
    Passes,
    PupilComes,
    PupilGoes,
    Row,
    Stay,
    Step,
    Together,
)

CPR, LOGIN, LOCAL = IdentifierKind.CPR_NUMBER, IdentifierKind.UNI_LOGIN, IdentifierKind.LOCAL_ID
NAMES = ("Ask", "Bo", "Cia", "Dan")
IDENTIFIERS = {
    "Ask": ((CPR, "6101120008"), (LOGIN, "ask00001"), (LOCAL, "L-1")),
    "Bo": ((CPR, "6201120008"), (LOGIN, "bo000002"), (LOCAL, "L-2")),
    "Cia": ((CPR, "6301120008"), (LOGIN, "cia00003"), (LOCAL, "L-3")),
    "Dan": ((CPR, "6401120008"), (CPR, "6501120008"), (LOGIN, "dan00004")),
}
"""Dan has a former CPR number, which names him too."""
BOTH_OF_DAN = IDENTIFIERS["Dan"][:2]
SCHOOLS = ("north", "south")
DAYS = {
    2022: (date(2022, 9, 5), date(2022, 9, 6), date(2022, 9, 7), date(2022, 10, 3)),
    2023: (date(2023, 8, 14), date(2023, 8, 15)),
}
ALL_DAYS = DAYS[2022] + DAYS[2023]
TURNS = (date(2022, 8, 1), date(2022, 9, 6), date(2022, 10, 1), date(2023, 8, 1), date(2024, 8, 1))
CATEGORIES = ("illness", "authorised", "unauthorised")


@dataclass
class _Told:
    """The events that a script has had so far."""

    versions: dict[Any, int] = field(default_factory=dict)
    pupils: dict[str, PupilComes] = field(default_factory=dict)
    calendars: set[tuple[str, int]] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def version(self, draw: st.DrawFn, thing: Any) -> int:
        """The next version, or sometimes an older one, as of a late event."""
        newest = self.versions.get(thing, 0)
        if newest and draw(st.integers(0, 9)) == 0:
            return draw(st.integers(1, newest))
        self.versions[thing] = newest + 1
        return newest + 1


@st.composite
def scripts(draw: st.DrawFn, *, during: bool = True) -> list[Step]:
    """The steps of a municipality and of registration, in order."""
    told = _Told()
    steps: list[Step] = []
    calendars = [(school, year) for school in SCHOOLS for year in DAYS]
    steps += [_calendar(draw, told, *each) for each in calendars if draw(st.integers(0, 3))]
    steps += [_pupil(draw, told, name) for name in NAMES if draw(st.integers(0, 2))]
    for _ in range(draw(st.integers(2, 6))):
        steps.append(_step(draw, told, during=during))
    return steps


def _step(draw: st.DrawFn, told: _Told, *, during: bool) -> Step:
    what = draw(st.sampled_from(("file",) * 6 + ("pupil",) * 3 + ("calendar",) * 2 + ("months", "passes", "goes")))
    if what == "file":
        return _files(draw, told, during=during)
    if what == "pupil":
        return _pupil(draw, told, draw(st.sampled_from(NAMES)))
    if what == "calendar":
        return _calendar(draw, told, draw(st.sampled_from(SCHOOLS)), draw(st.sampled_from(tuple(DAYS))))
    if what == "months":
        return _months(draw)
    if what == "goes" and (known := sorted(set(told.pupils) - told.gone)):
        name = draw(st.sampled_from(known))
        told.gone.add(name)
        return PupilGoes(name)
    return Passes(draw(st.sampled_from((2, 100))))


def _months(draw: st.DrawFn) -> Months:
    row = st.builds(
        MonthRow,
        st.sampled_from((*SCHOOLS, *SCHOOLS, "nowhere")),
        st.sampled_from(("2022-09", "2022-10", "2023-08")),
        st.sampled_from((True, True, False)),
    )
    return Months(tuple(draw(st.lists(row, min_size=1, max_size=6))), draw(st.sampled_from((40, 4000))))


def _calendar(draw: st.DrawFn, told: _Told, school: str, year: int) -> CalendarComes:
    days = draw(st.sets(st.sampled_from(DAYS[year]), min_size=len(DAYS[year]) - 2))
    told.calendars.add((school, year))
    return CalendarComes(school, year, told.version(draw, (school, year)), frozenset(days))


def _pupil(draw: st.DrawFn, told: _Told, name: str) -> PupilComes:
    of = IDENTIFIERS[name]
    if name == "Dan":  # in one event, or a file that uses both would depend on the order
        keys = of if draw(st.booleans()) else BOTH_OF_DAN
    else:
        keys = tuple(sorted(draw(st.sets(st.sampled_from(of), min_size=1))))
    state = PupilComes(name, told.version(draw, name), keys, _stays(draw))
    told.pupils[name] = state
    return state


def _stays(draw: st.DrawFn) -> tuple[Stay, ...]:
    """Consecutive stays with gaps: between two turns the pupil is at one school or at none."""
    if draw(st.booleans()):
        return (Stay(draw(st.sampled_from(SCHOOLS)), TURNS[0], TURNS[-1]),)
    places = [draw(st.sampled_from((*SCHOOLS, SCHOOLS[0], None))) for _ in TURNS[1:]]
    return tuple(
        Stay(place, first, until) for place, first, until in zip(places, TURNS, TURNS[1:], strict=False) if place
    )


def _files(draw: st.DrawFn, told: _Told, *, during: bool) -> Together:
    if draw(st.integers(0, 4)) == 0:
        return Together((_file(draw, None), _file(draw, None)))
    event = _additional(draw, told) if during and draw(st.integers(0, 3)) == 0 else None
    return Together((_file(draw, event),))


def _file(draw: st.DrawFn, during: Event | None) -> File:
    by = draw(st.sampled_from((CPR, CPR, LOGIN, LOCAL)))
    identifiers = [who for name in NAMES for kind, who in IDENTIFIERS[name] if kind is by]
    row = st.builds(
        Row,
        who=st.sampled_from(identifiers),
        day=st.sampled_from(ALL_DAYS),
        category=st.sampled_from(CATEGORIES),
        halves=st.sampled_from((0, 0, 1, 1, 2, 2, 2, 4)),
    )
    rows = draw(st.lists(row, min_size=1, max_size=14))
    former = {who for _, who in BOTH_OF_DAN}
    if sum(row.who in former for row in rows) > 1:  # which of two rows for one fact is refused must not matter
        rows = [row for row in rows if row.who not in former or row.halves <= 2]
    if not rows:
        rows = [Row(identifiers[0], ALL_DAYS[0], "illness", 2)]
    how = How.ROWS if during else draw(st.sampled_from((How.ROWS,) * 6 + (How.WHOLE, How.VALIDATE)))
    return File(tuple(rows), by, draw(st.sampled_from((40, 60, 90, 150, 4000))), how, during)


def _additional(draw: st.DrawFn, told: _Told) -> Event | None:
    """An event about something new: a pupil or a calendar that is not known yet."""
    new = [name for name in NAMES if name not in told.pupils]
    if new and draw(st.booleans()):
        return _pupil(draw, told, draw(st.sampled_from(new)))
    missing = [(school, year) for school in SCHOOLS for year in DAYS if (school, year) not in told.calendars]
    return _calendar(draw, told, *draw(st.sampled_from(missing))) if missing else None
