"""The stays of one pupil as they are stored, and what changes when a school claims something else. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from services.registration.roster.pupils.claims import Claim, Placed, Ruling, place
from services.registration.roster.pupils.memberships import Interval, settle

RowKey = tuple[UUID, date]


@dataclass(frozen=True, slots=True)
class Limit:
    """Why a stay is not what the school claims, as it is stored: the claim's end, the first day of the stay's row, the
    limiting claim, and whether a person may have to decide (see ``Placed``).
    """

    claimed_to: date
    valid_from: date
    rival: RowKey | None
    since: date | None
    unclear: bool

    @classmethod
    def of(cls, placed: Placed) -> "Limit":
        """The limit of a claim that is limited."""
        rival = placed.rival.interval.key if placed.rival else None
        return cls(placed.claim.interval.valid_to, placed.stay.valid_from, rival, placed.since, placed.unclear)


@dataclass(frozen=True, slots=True)
class Stays:
    """What is stored about a pupil's stays: the schools' claims, the rows of ``membership``, the limits by the claims
    that they limit, and people's decisions.
    """

    claims: Sequence[Claim] = ()
    rows: Mapping[RowKey, Interval] = field(default_factory=dict)
    limits: Mapping[RowKey, Limit] = field(default_factory=dict)
    rulings: Sequence[Ruling] = ()

    def crossed_by(self, institution_number: str, row: Interval) -> bool:
        """Whether another school claims the pupil on a day of the row."""
        return any(
            each.institution_number != institution_number
            and each.interval.valid_from < row.valid_to
            and each.interval.valid_to > row.valid_from
            and not each.is_withdrawn
            for each in self.claims
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be written: rows of ``membership``, each with ``stated_at``; limits, and claims that have none any
    more. ``stated`` are unchanged rows that a complete file has for the first time.
    """

    rows: Mapping[RowKey, tuple[Interval, datetime | None]] = field(default_factory=dict)
    limits: Mapping[RowKey, Limit] = field(default_factory=dict)
    unlimited: Collection[RowKey] = ()
    stated: Mapping[RowKey, datetime] = field(default_factory=dict)

    @property
    def stays(self) -> list[Interval]:
        """The stays that change."""
        return [interval for interval, _ in self.rows.values()]


def changes(stored: Stays, claims: Iterable[Claim], rulings: Sequence[Ruling] | None = None) -> Changes:
    """What changes when these are all claims about the pupil."""
    placed = place(list(claims), stored.rulings if rulings is None else rulings)
    wanted: dict[RowKey, tuple[Interval, datetime | None]] = {}
    # An empty stay keeps the claim's own row. A stay that begins later than claimed may have a withdrawn one's key.
    for each in sorted(placed, key=lambda each: each.stay.valid_to > each.stay.valid_from):
        wanted[each.stay.key] = each.stay, each.claim.stated_at
    rows = {
        key: (stay, stated)
        for key, (stay, stated) in wanted.items()
        if stored.rows.get(key) != stay
        and (key in stored.rows or stay.valid_to > stay.valid_from or _is_kept(key, placed))
    }
    for key, row in stored.rows.items():
        if key not in wanted and row.valid_to > row.valid_from:
            rows[key] = replace(row, valid_to=row.valid_from), None
    limits = {each.claim.interval.key: Limit.of(each) for each in placed if each.is_limited}
    stated = {
        key: when
        for key, (_, when) in wanted.items()
        if key not in rows and when is not None and any(e.stated_at is None and e.key == key for e in stored.claims)
    }
    return Changes(
        rows,
        {key: limit for key, limit in limits.items() if stored.limits.get(key) != limit},
        [key for key in stored.limits if key not in limits],
        stated,
    )


def _is_kept(key: RowKey, placed: Iterable[Placed]) -> bool:
    """Whether the row is of a claim that leaves no day: it is written so that the claim is not lost."""
    return any(each.is_limited and each.stay.key == key for each in placed)


@dataclass(frozen=True, slots=True)
class Stated:
    """A row's place and time."""

    institution_number: str
    school_year: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class Taken:
    """The result by row index: claims that change, rows that say what is known, overlapping rows, and repeated rows
    with their first row; and what changes by them.
    """

    written: Collection[int]
    unchanged: Collection[int]
    overlapping: Collection[int]
    repeated: Mapping[int, int]
    changes: Changes


def take(stored: Stays, rows: Sequence[tuple[int, Stated]], within: Collection[UUID], moment: datetime | None) -> Taken:
    """Take one pupil's rows of one file. A school's rows are compared with that school's own claims alone (``settle``).

    A file that has the pupil at two schools on one day contradicts itself: its later row is refused. ``moment`` is when
    a complete file was made; None for another one.
    """
    written: set[int] = set()
    unchanged: set[int] = set()
    repeated: dict[int, int] = {}
    overlapping = _contradicting(rows)
    claims = {each.key: each for each in stored.claims}
    own: dict[str, list[tuple[int, Stated]]] = {}
    for index, row in rows:
        if index not in overlapping:
            own.setdefault(row.institution_number, []).append((index, row))
    for number, of_school in own.items():
        known = [each.interval for each in stored.claims if each.institution_number == number]
        settled = settle(known, [(index, row.interval) for index, row in of_school], within)
        written |= settled.written.keys()
        unchanged |= set(settled.unchanged)
        overlapping |= set(settled.overlapping)
        repeated |= settled.repeated
        for key, interval in settled.ended.items():
            claims[key] = replace(claims[key], interval=interval)
        for index, row in of_school:
            if index in settled.written or index in settled.unchanged:
                before = claims.get(row.interval.key)
                stated = before.stated_at if before is not None and before.stated_at is not None else moment
                claims[row.interval.key] = Claim(number, row.school_year, row.interval, stated)
    return Taken(written, unchanged, overlapping, repeated, changes(stored, claims.values()))


def _contradicting(rows: Sequence[tuple[int, Stated]]) -> set[int]:
    found: set[int] = set()
    kept: list[Stated] = []
    for index, row in rows:
        mine = row.interval
        if any(
            each.institution_number != row.institution_number
            and each.interval.valid_from < mine.valid_to
            and mine.valid_from < each.interval.valid_to
            for each in kept
        ):
            found.add(index)
        elif mine.valid_to > mine.valid_from:
            kept.append(row)
    return found
