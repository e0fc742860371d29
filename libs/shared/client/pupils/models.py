"""Bodies and answers about who a pupil is, with the fields that their callers use. None has a name or a CPR number, but
the case in which two names came with one id.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from libs.shared.client.operations import Read, Written


class Identifier(Read):
    """An identifier that is or was the pupil's; ``value`` of an id of the source system alone."""

    identifier_id: UUID
    kind: str
    value: str | None
    until: datetime | None
    finds_pupil: bool


class Stay(Read):
    """What a school says about the time in a class, and the days of it that count."""

    institution_number: str
    school_year: str
    class_id: UUID
    claimed_from: date
    claimed_to: date
    valid_from: date
    valid_to: date


class IdentityChange(Read):
    """A merge or a split; ``other_id`` is the former id, or the pupil that was made."""

    kind: str
    other_id: UUID
    changed_at: datetime


class History(Read):
    """A pupil's identifiers, stays, merges and splits."""

    pupil_id: UUID
    municipality_code: str
    identifiers: list[Identifier]
    stays: list[Stay]
    changes: list[IdentityChange]


class MergeAsked(Written):
    """The pupil who is the same child."""

    merged_pupil_id: UUID
    confirm_two_numbers: bool = False


class StayNamed(Written):
    """A stay by its class and first day."""

    class_id: UUID
    claimed_from: date


RecordKind = Literal["selection", "assessment", "enrolment"]


class RecordGoes(Written):
    """A decision, answers or an enrolment, and whose it is after a split."""

    kind: RecordKind
    id: UUID
    goes_to: Literal["new", "original"]


class SplitAsked(Written):
    """What the new pupil gets, and where records go of which the caller says so."""

    name: str
    stays: Sequence[StayNamed]
    identifier_ids: Sequence[UUID]
    records: Sequence[RecordGoes] = ()


class LeftBehind(Read):
    """A decision, answers or an enrolment of a pupil; after a split, one of the original pupil's."""

    kind: RecordKind
    id: UUID
    institution_number: str
    day: date


class PupilRecords(Read):
    """What a split may say of where it goes."""

    pupil_id: UUID
    records: list[LeftBehind]


class Divided(Read):
    """The two pupils of a split, and what a person looks at next."""

    pupil_id: UUID
    new_pupil_id: UUID
    left: list[LeftBehind]


class PupilConflict(Read):
    """Rows whose identifiers contradict what is known."""

    conflict_id: UUID
    kind: str
    pupil_id: UUID
    other_id: UUID | None
    institution_number: str
    dismissed_at: datetime | None


class OtherSchool(Read):
    """The claim of the other school."""

    institution_number: str
    class_id: UUID
    first_day: date


class MembershipConflict(Read):
    """A school's claim that counts for fewer days than the school says, as another school has the pupil."""

    conflict_id: UUID
    pupil_id: UUID
    institution_number: str
    class_name: str
    school_year: str
    valid_from: date
    valid_to: date
    other: OtherSchool
    reason: str


class MembershipDecided(Written):
    """At which of the two schools the pupil is."""

    institution_number: str


class MembershipDecision(Read):
    """A decision about two schools as it stands."""

    pupil_id: UUID
    institution_number: str
    other_institution_number: str
    covers_to: date


class IdentityCase(Read):
    """A pupil and the other name that came with the pupil's id; both are None if one of them is protected."""

    case_id: UUID
    pupil_id: UUID
    known_name: str | None
    sent_name: str | None
    name_protected: bool
    institution_number: str
    rows: int


class IdentityDecided(Written):
    """Whether the two names are one child's."""

    decision: Literal["same_pupil", "another_pupil"]


class IdentityDecision(Read):
    """A decision about a name as it stands."""

    case_id: UUID
    decision: str
