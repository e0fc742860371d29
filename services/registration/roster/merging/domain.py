"""The identity of two pupils who are one, and the history of a pupil. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from services.registration.roster.pupils.claims import Claim
from services.registration.roster.pupils.domain import Identifier, Identity, IdentityChanged, IsRealCprNumber
from services.registration.roster.pupils.stays import RowKey, Stays


@dataclass(frozen=True, slots=True)
class Joined:
    """The identity afterwards, what is no longer a present identifier, and whether the CPR number is the loser's."""

    identity: Identity = field(repr=False)
    former: tuple[Identifier, ...] = field(repr=False)
    number_of_loser: bool


def two_numbers(winner: Identity, loser: Identity, is_real_cpr: IsRealCprNumber) -> bool:
    """Whether both have a real CPR number, and these differ."""
    numbers = (winner.cpr_number, loser.cpr_number)
    return None not in numbers and numbers[0] != numbers[1] and all(is_real_cpr(each) for each in numbers if each)


def joined(winner: Identity, loser: Identity, is_real_cpr: IsRealCprNumber) -> Joined:
    """The winner's identifiers and name; the loser's where the winner has none, and its real CPR number rather than a
    replacement number.
    """
    mine, other = winner.cpr_number, loser.cpr_number
    of_loser = other is not None and (mine is None or (is_real_cpr(other) and not is_real_cpr(mine)))
    identity = replace(
        winner,
        cpr_number=other if of_loser else mine,
        uni_login=winner.uni_login or loser.uni_login,
        local_id=winner.local_id or loser.local_id,
        name_protected=bool(winner.name_protected or loser.name_protected),
    )
    kept = set(identity.identifiers)
    former = tuple(sorted({*winner.identifiers, *loser.identifiers} - kept))
    return Joined(identity, former, of_loser)


def all_claims(one: Stays, other: Stays) -> list[Claim]:
    """The claims about both; of two with one class and first day the longer one, stated when it was first stated."""
    found = {each.key: each for each in one.claims}
    for each in other.claims:
        before = found.get(each.key)
        if before is None:
            found[each.key] = each
            continue
        stated = [when for when in (before.stated_at, each.stated_at) if when is not None]
        longer = max(before.interval, each.interval)
        found[each.key] = replace(before, interval=longer, stated_at=min(stated, default=None))
    return list(found.values())


def contradictory(winner: Stays, loser: Stays) -> bool:
    """Whether one school has the two in two classes from the same day on, so that nothing tells which one to keep."""
    return any(
        one.institution_number == other.institution_number
        and one.interval.valid_from == other.interval.valid_from
        and one.interval.class_id != other.interval.class_id
        and not one.is_withdrawn
        and not other.is_withdrawn
        for one in winner.claims
        for other in loser.claims
    )


@dataclass(frozen=True, slots=True)
class HistoricIdentifier:
    """An identifier that is or was the pupil's. ``value`` is None for all but ids of source systems."""

    identifier_id: UUID
    kind: str
    value: str | None = field(repr=False)
    since: datetime | None
    until: datetime | None
    finds_pupil: bool


@dataclass(frozen=True, slots=True)
class HistoricStay:
    """What a school says about the pupil's time in a class, and the days of it that count."""

    institution_number: str
    school_year: str
    class_id: UUID
    claimed_from: date
    claimed_to: date
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class History:
    """A pupil's identifiers, stays, merges and splits."""

    pupil_id: UUID
    municipality_code: str
    identifiers: list[HistoricIdentifier]
    stays: list[HistoricStay]
    changes: list[IdentityChanged]


@dataclass(frozen=True, slots=True)
class Going:
    """A decision, answers or an enrolment, and whether it becomes the new pupil's or stays."""

    kind: str
    record_id: UUID
    to_new: bool


@dataclass(frozen=True, slots=True)
class Splitting:
    """What the new pupil gets: claims by class and first day, identifiers by the ids of the history, and a name;
    and where the records go of which a person said so.
    """

    stays: Sequence[RowKey]
    identifier_ids: Sequence[UUID]
    name: str = field(repr=False)
    records: Sequence[Going] = ()
