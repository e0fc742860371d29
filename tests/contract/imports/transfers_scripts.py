"""Random events at four schools: one sends CSV files with days, complete ones and corrections, one complete files
without a first day as SkoleGrunddata has them, with corrections, one OneRoster: whole zips, and changes to them; and
one in another municipality CSV files. Complete files may be held and decided about, and two pupils may be merged.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.contract.imports.transfers_reference import AFTER, FIRST, Change, Decide, Event, File, Merge, Row

TURNS = (FIRST, date(2022, 9, 1), date(2022, 10, 17), date(2023, 1, 9))
MADE = (date(2022, 6, 20), *(date(2022, month, 17) for month in (8, 9, 10, 11)), date(2023, 1, 9), date(2023, 2, 9))
LATER = timedelta(days=1)
"""A zip has no zone in its moment, so no file of another school is made on the same day."""
MOVING = (1, 2)
"""Pupils whom every school may have."""
LEFT, RIGHT = 3, 4
"""One child whom the first school knows by CPR number and id, and the two others by UNI-Login: two pupils until a
person merges them.
"""
OTHERS = 5
"""A pupil of each school whom no other school has: 5, 6, 7 and 8."""
DATED, UNDATED, ONEROSTER, ELSEWHERE = range(4)
CLASSES = ("5A", "5B")
PUPILS = {DATED: (*MOVING, LEFT), UNDATED: (*MOVING, RIGHT), ONEROSTER: (*MOVING, RIGHT), ELSEWHERE: MOVING}
History = tuple[list[Event], list[Event]]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """What happens, in two orders. The files of one school keep their order, and its decisions with them."""
    made: list[list[Event]] = [
        draw(files_of(DATED)),
        draw(files_of(UNDATED)),
        draw(zips()),
        draw(files_of(ELSEWHERE)),
        draw(st.sampled_from(([], [Merge(LEFT, RIGHT)], [Merge(RIGHT, LEFT)]))),
    ]
    turns = [of for of, events in enumerate(made) for _ in events]
    return _in_order(made, draw(st.permutations(turns))), _in_order(made, draw(st.permutations(turns)))


def _in_order(events: Sequence[Sequence[Event]], turns: Sequence[int]) -> list[Event]:
    left = [iter(of) for of in events]
    return [next(left[of]) for of in turns]


@st.composite
def files_of(draw: st.DrawFn, school: int) -> list[Event]:
    """The files of one school, in order, each complete one with the decision about it."""
    made: list[date | None] = [*sorted(draw(st.lists(st.sampled_from(MADE), unique=True, max_size=3)))]
    if draw(st.booleans()):
        made.insert(draw(st.integers(0, len(made))), None)
    events: list[Event] = []
    own = False
    for number, day in enumerate(made):
        last = not any(made[number + 1 :])
        rows = draw(rows_of(school, dated=school != UNDATED or day is None))
        fate = draw(_fates(rows, day, own=own, last=last))
        file = (
            File(school, day, rows, fate=fate or "confirm") if fate else File(school, day, _with_own(school, rows, day))
        )
        own = own if fate in {"reject", "replace"} else fate is None
        events += _decided(file)
    return events


def _fates(rows: Sequence[Row], day: date | None, *, own: bool, last: bool) -> st.SearchStrategy[str | None]:
    """The fates that a complete file may have if it lacks the school's own pupil; None if it does not lack it."""
    if not rows or not own or day is None or day <= FIRST:
        return st.none()
    return st.sampled_from((None, None, "confirm", "reject", *(() if last else ("replace",))))


def _decided(file: File) -> list[Event]:
    if file.made is None or file.changes or file.fate == "replace":
        return [file]
    return [file, Decide(file.school, file.fate == "confirm")]


def _with_own(school: int, rows: Sequence[Row], day: date | None) -> tuple[Row, ...]:
    dated = day is None or school in {DATED, ELSEWHERE}
    return (*rows, Row(OTHERS + school, "5A", FIRST if dated else None, AFTER))


@st.composite
def zips(draw: st.DrawFn) -> list[Event]:
    """The zips of one source, in order; the first one is whole, and the one after a whole one that was not taken."""
    made = sorted(draw(st.lists(st.sampled_from(MADE), unique=True, max_size=4)))
    kinds = ["whole", *(draw(st.sampled_from(("whole", "changes", "changes"))) for _ in made[1:])]
    events: list[Event] = []
    own, fate = False, None
    for number, day in enumerate(each + LATER for each in made):
        if kinds[number] == "changes" and fate not in {"reject", "replace"}:
            events.append(File(ONEROSTER, day, changes=draw(changes_until(day))))
            continue
        rows = draw(rows_of(ONEROSTER, dated=draw(st.booleans())))
        fate = draw(_fates(rows, day, own=own, last=number + 1 == len(made)))
        own = own if fate in {"reject", "replace"} else fate is None
        first = rows[0].first if rows else None
        more = () if fate else (Row(OTHERS + ONEROSTER, "5A", FIRST if first else None, AFTER),)
        events += _decided(File(ONEROSTER, day, (*rows, *more), fate=fate or "confirm"))
    return events


@st.composite
def rows_of(draw: st.DrawFn, school: int, *, dated: bool) -> tuple[Row, ...]:
    """The rows of one file about pupils of more than one school."""
    rows = []
    for pupil in PUPILS[school]:
        if draw(st.integers(0, 3)):
            first = draw(st.sampled_from((FIRST, FIRST, *TURNS))) if dated else None
            until = draw(st.sampled_from((AFTER, AFTER, AFTER, *TURNS) if dated else (None, None, None, *TURNS)))
            until = max(first, until) if first and until else until
            real = draw(st.booleans()) and pupil != RIGHT
            rows.append(Row(pupil, draw(st.sampled_from(CLASSES)), first, until, real))
    return tuple(rows)


@st.composite
def changes_until(draw: st.DrawFn, made: date) -> tuple[Change, ...]:
    """What has changed until a day. The other pupil's user is always there, so that the zip is not empty."""
    found = [Change(OTHERS + ONEROSTER, None, made, removed=False)]
    for pupil in PUPILS[ONEROSTER]:
        day, named = made - timedelta(days=draw(st.integers(0, 30))), draw(st.booleans())
        real = draw(st.booleans()) and pupil != RIGHT
        name, other = draw(st.permutations(CLASSES))
        first = draw(st.sampled_from((None, day, *TURNS)))
        starts = Change(pupil, name, day, removed=False, first=first, named=named, real=real)
        ends = Change(pupil, other, day, removed=True, named=named, real=real)
        user = Change(pupil, None, day, removed=draw(st.booleans()), real=real)
        found += draw(st.sampled_from(([], [starts], [ends], [starts, ends], [ends, starts], [user], [user])))
    return tuple(found)


_AUGUST, _SEPTEMBER, _OCTOBER, _NOVEMBER = (date(2022, month, 18) for month in (8, 9, 10, 11))
_OWN = Row(OTHERS + ONEROSTER, "5A", None, AFTER)
_ZIPS: list[Event] = [
    File(
        ONEROSTER,
        _AUGUST,
        (
            Row(1, "5A", None, None, real=False),
            Row(2, "5A", FIRST, AFTER, real=False),
            Row(RIGHT, "5B", None, None, real=False),
            _OWN,
        ),
    ),
    File(
        ONEROSTER,
        _SEPTEMBER,
        changes=(
            Change(1, "5B", _SEPTEMBER, removed=False, first=_SEPTEMBER, named=False),
            Change(1, "5A", _SEPTEMBER, removed=True, named=False),
            Change(2, "5A", _SEPTEMBER, removed=False, real=False),
        ),
    ),
    File(ONEROSTER, _OCTOBER, changes=(Change(1, None, _OCTOBER, removed=True, real=False),)),
    File(ONEROSTER, _NOVEMBER, (Row(2, "5B", None, None),), fate="reject"),
    Decide(ONEROSTER, confirm=False),
]
_UNDATED: list[Event] = [
    File(UNDATED, date(2022, 10, 1), (Row(1, "5A", None, None, real=False), Row(2, "5B", None, None))),
    Decide(UNDATED, confirm=True),
]
_DATED: list[Event] = [
    File(DATED, None, (Row(2, "5A", date(2022, 11, 1), AFTER), Row(LEFT, "5A", date(2022, 10, 17), AFTER)))
]
_ELSEWHERE: list[Event] = [
    File(ELSEWHERE, date(2022, 9, 17), (Row(2, "5A", FIRST, AFTER), Row(8, "5A", FIRST, AFTER))),
    Decide(ELSEWHERE, confirm=True),
    File(ELSEWHERE, date(2022, 12, 1), (Row(1, "5A", date(2022, 11, 1), AFTER),), fate="confirm"),
    Decide(ELSEWHERE, confirm=True),
]
_MERGE: list[Event] = [Merge(LEFT, RIGHT)]
PLANTED: History = (
    [*_ZIPS, *_UNDATED, *_DATED, *_MERGE, *_ELSEWHERE],
    [*_ELSEWHERE, *_MERGE, *_DATED, *_UNDATED, *_ZIPS],
)
"""A move within a school, a user who is taken away after a transfer, a transfer by a correction, real numbers, a move
from another municipality by a held file, a rejected one, and a child who was two pupils.
"""
