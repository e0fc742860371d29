"""Bodies and answers of the roster's routes, with the fields that its callers use."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from libs.shared.client.operations import Read, Written
from libs.shared.rules.wording import Text

SchoolKind = Literal["public", "private", "special"]


class NamedMunicipality(Read):
    """One of the country's municipalities."""

    municipality_code: str
    name: str


class Municipalities(Read):
    """All of them, by code."""

    items: list[NamedMunicipality]


class SchoolContent(Written):
    """A school without its number. None: it lies in the municipality that runs it, and is no department."""

    name: str
    kind: SchoolKind
    location_municipality_code: str | None = None
    main_institution_number: str | None = None


class WholeSchool(Read):
    """A school with the municipality that runs it, the one in which it lies, and the main school of a department."""

    school_id: UUID
    municipality_code: str
    institution_number: str
    name: str
    kind: SchoolKind
    location_municipality_code: str
    main_institution_number: str | None


class ClassContent(Written):
    """A class without what names it."""

    grade: int
    kind: Literal["ordinary", "special"]


class WholeClass(Read):
    """A class of a school year."""

    class_id: UUID
    name: str
    grade: int
    kind: str


class KindRule(Written):
    """A rule for the kind of a school's classes: patterns for the class's name, its line, or both."""

    kind: Literal["ordinary", "special"]
    name: str | None = None
    line: str | None = None


class KindRulesContent(Written):
    """A school's rules in order: the first that covers a class decides."""

    rules: Sequence[KindRule]


class KindRules(Read):
    """The same, with the school."""

    institution_number: str
    rules: list[KindRule]


class PupilRow(Written):
    """One pupil's time in one class, as a row of the file of pupils."""

    municipality_code: str
    name: str
    institution_number: str
    school_year: str
    class_name: str
    valid_from: date
    valid_to: date | None = None
    cpr_number: str | None = None
    uni_login: str | None = None
    local_id: str | None = None
    name_protected: bool | None = None


class PupilTaken(Read):
    """What became of the row."""

    outcome: str
    reason: str | None
    pupil_id: UUID | None
    receipt_id: UUID


class Change(Read):
    """An object of the feed and what happened to it last."""

    kind: str
    change: str
    school_id: UUID | None
    institution_number: str | None
    class_id: UUID | None
    pupil_id: UUID | None
    valid_from: date | None
    valid_to: date | None
    version: int | None
    changed_at: datetime


class Changes(Read):
    """A page of the feed. ``next`` is sent as ``since`` the next time."""

    items: list[Change]
    next: str
    more: bool


class DisclosureAsked(Written):
    """Why a protected name is needed."""

    purpose: Literal["identity", "parents", "support", "safety"]
    reason: str
    days: int = 1
    case_id: UUID | None = None


class Disclosure(Read):
    """That a name was disclosed, with the name for the person who asked, while it lasts."""

    disclosure_id: UUID
    pupil_id: UUID
    purpose: str
    reason: str
    disclosed_at: datetime
    ends_at: datetime
    name: str | None
    sent_name: str | None


class DisclosureListed(Read):
    """The same for the list, without names."""

    disclosure_id: UUID
    pupil_id: UUID
    purpose: str
    reason: str
    disclosed_by: str
    disclosed_at: datetime
    ends_at: datetime


class Figures(Read):
    """How many pupils are identified."""

    pupils: int
    with_cpr_number: int
    without_cpr_number: int
    no_cpr_number: int
    replacement_number: int
    no_source_id: int
    class_kind_unknown: int
    undecided_case: int
    percent: Decimal | None


class Lack(Read):
    """What is lacking, how often, and what to do."""

    lack: str
    count: int
    remedy: Text


class MunicipalityCoverage(Read):
    """A municipality's figures, with what to do."""

    municipality_code: str
    on: date
    figures: Figures
    lacking: list[Lack]


class SchoolCoverage(Figures):
    """A school's figures."""

    school_id: UUID
    institution_number: str
    name: str


class CountryCoverage(Read):
    """A municipality's figures as the secretariat sees them; None: not shown."""

    municipality_code: str
    name: str
    pupils: int | None
    with_cpr_number: int | None
    without_cpr_number: int | None
    percent: Decimal | None


class LackingPupil(Read):
    """A pupil who lacks something; the name is None if it is protected, and for the system that sends files."""

    pupil_id: UUID
    local_id: str | None
    name: str | None
    institution_number: str
    class_name: str
    grade: int
    lacks: Sequence[str]
