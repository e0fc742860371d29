"""Where a pupil is, by what all schools of the municipality say. Pure.

A school's files are never compared with another school's while they are taken: each says what it says (a claim), and
the stays follow from all claims together. So the order in which files of different schools arrive does not matter.
See ``docs/decisions/0016``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from libs.shared.base.clock import danish_date
from services.registration.roster.pupils.memberships import Interval

Key = tuple[object, date]
"""A class's id and a first day."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Claim:
    """A school's statement that a pupil is in a class. ``stated_at`` is the moment at which the school's source made
    the first complete file with it; None if only files without such a moment had it.
    """

    institution_number: str
    school_year: str
    interval: Interval
    stated_at: datetime | None = None

    @property
    def key(self) -> Key:
        """What names the claim."""
        return self.interval.key

    @property
    def is_withdrawn(self) -> bool:
        """Whether both dates are equal."""
        return self.interval.valid_to == self.interval.valid_from


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's decision at which of two schools a pupil is while both claim the pupil. It holds for claims that begin
    on ``covers_to`` or before.
    """

    kept: str
    other: str
    school_year: str
    covers_to: date


@dataclass(frozen=True, slots=True)
class Placed:
    """A claim and the stay that it gives (empty: none). ``rival`` is the other claim that limits it, if there is one.

    ``since`` is the first day on which the other school's statement should be known to this one; ``unclear`` says that
    nothing tells which of the two is right. Both are without meaning when a person has decided.
    """

    claim: Claim
    stay: Interval
    rival: Claim | None = None
    since: date | None = None
    unclear: bool = False

    @property
    def is_limited(self) -> bool:
        """Whether the stay is not the one that the school claims."""
        return self.stay != self.claim.interval


def place(claims: Sequence[Claim], rulings: Sequence[Ruling] = ()) -> list[Placed]:
    """The stays of one pupil. On each day the pupil is where the claim that began last says, if it goes on; a claim
    that was overtaken does not come back.
    """
    if len(claims) == 1:  # nearly every pupil
        return [Placed(claims[0], claims[0].interval)]
    found = []
    for year in sorted({each.school_year for each in claims}):
        of_year = [each for each in claims if each.school_year == year]
        if len({each.institution_number for each in of_year if not each.is_withdrawn}) < 2:
            found += [Placed(each, each.interval) for each in of_year]
        else:
            found += _Placing(of_year, [each for each in rulings if each.school_year == year]).placed()
    return found


@dataclass(slots=True)
class _Begun:
    """A claim with the day on which it takes over from other schools."""

    claim: Claim
    begins: date
    held_back_by: Claim | None = None
    decided: bool = False


class _Placing:
    """The claims of one pupil and school year."""

    def __init__(self, claims: Sequence[Claim], rulings: Sequence[Ruling]) -> None:
        # In an order of their own, so that of several claims that limit one the same is named whatever came first.
        claims = sorted(claims, key=lambda each: (each.institution_number, each.interval))
        self._withdrawn = [each for each in claims if each.is_withdrawn]
        self._first_named = _first_named(claims)
        self._rulings: Mapping[frozenset[str], Ruling] = {frozenset((each.kept, each.other)): each for each in rulings}
        self._begun = [_Begun(each, each.interval.valid_from) for each in claims if not each.is_withdrawn]
        for each in self._begun:
            self._begin_when_named(each)
        for each in sorted(self._begun, key=lambda each: (each.begins, each.claim.institution_number)):
            self._wait_as_decided(each)

    def placed(self) -> list[Placed]:
        """The stays."""
        order = sorted((each for each in self._begun if _lasts(each)), key=self._rank)
        found = [Placed(each, each.interval) for each in self._withdrawn]
        found += [self._void(each) for each in self._begun if not _lasts(each)]
        for number, each in enumerate(order):
            later = order[number + 1] if number + 1 < len(order) else None
            found.append(self._limited(each, later))
        return found

    def _rank(self, each: _Begun) -> tuple[date, datetime, tuple[int, ...], object]:
        """The higher one decides. The last two parts tell nothing about who is right: they only do not depend on the
        order of arrival.
        """
        named = self._first_named.get(each.claim.institution_number) or _NEVER
        number = tuple(-ord(sign) for sign in each.claim.institution_number)
        return each.begins, named, number, each.claim.key

    def _begin_when_named(self, each: _Begun) -> None:
        """A school that first named the pupil after another one had, with a first day that is not after the other's,
        did not write the day of the transfer: it is the day on which it named the pupil.
        """
        named = self._first_named.get(each.claim.institution_number)
        if named is None:
            return
        day, own = danish_date(named), each.claim.interval
        before = [
            other.claim
            for other in self._begun
            if other.claim.institution_number != each.claim.institution_number
            and _overlap(other.claim, each.claim)
            and own.valid_from <= other.claim.interval.valid_from <= day
            and (self._first_named.get(other.claim.institution_number) or named) < named
        ]
        if before:
            last = max(before, key=lambda claim: claim.interval.valid_to)
            each.begins = max(own.valid_from, min(day, last.interval.valid_to))
            each.held_back_by = last

    def _wait_as_decided(self, each: _Begun) -> None:
        """By a decision for another school the pupil comes here only when the other school's claim has ended."""
        for other in self._begun:
            ruling = self._ruling(each.claim, other.claim)
            if ruling is None or ruling.kept == each.claim.institution_number or not _overlap(each.claim, other.claim):
                continue
            if each.begins >= other.begins:
                each.begins = max(each.begins, other.claim.interval.valid_to)
                each.held_back_by, each.decided = other.claim, True

    def _ruling(self, one: Claim, other: Claim) -> Ruling | None:
        found = self._rulings.get(frozenset((one.institution_number, other.institution_number)))
        covered = found is not None and max(one.interval.valid_from, other.interval.valid_from) <= found.covers_to
        return found if covered else None

    def _void(self, each: _Begun) -> Placed:
        """A claim that another school's leaves no day."""
        unclear = not each.decided
        return Placed(each.claim, _empty(each.claim), each.held_back_by, since=None, unclear=unclear)

    def _limited(self, each: _Begun, later: _Begun | None) -> Placed:
        own = each.claim.interval
        to = own.valid_to if later is None else min(own.valid_to, later.begins)
        stay = Interval(each.begins, to, own.class_id) if to > each.begins else _empty(each.claim)
        if later is None or later.begins >= own.valid_to:
            return Placed(each.claim, stay, each.held_back_by)
        if self._ruling(each.claim, later.claim) is not None:
            return Placed(each.claim, stay, later.claim)
        mine, named = (self._first_named.get(one.claim.institution_number) for one in (each, later))
        since = later.begins if named is None else max(later.begins, danish_date(named))
        unclear = later.begins == each.begins and (mine is None or named is None or mine == named)
        return Placed(each.claim, stay, later.claim, since, unclear)


def _first_named(claims: Iterable[Claim]) -> dict[str, datetime]:
    """When each school first named the pupil in a complete file of the year, in a class that was withdrawn too."""
    found: dict[str, datetime] = {}
    for each in claims:
        if each.stated_at is not None:
            found[each.institution_number] = min(each.stated_at, found.get(each.institution_number, each.stated_at))
    return found


def _lasts(each: _Begun) -> bool:
    return each.begins < each.claim.interval.valid_to


def _overlap(one: Claim, other: Claim) -> bool:
    mine, theirs = one.interval, other.interval
    return mine.valid_from < theirs.valid_to and theirs.valid_from < mine.valid_to


def _empty(claim: Claim) -> Interval:
    own = claim.interval
    return Interval(own.valid_from, own.valid_from, own.class_id)
