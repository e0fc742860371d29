"""A municipality of the security tests: its objects, its roster, and whether a text reveals any of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from libs.shared.base.clock import danish_date, utc_now

YEAR = "2022/2023"
FIRST_DAY, DAY_AFTER = "2022-08-01", "2023-08-01"
DECIDED_ON = "2023-03-01"
_TODAY = danish_date(utc_now())
_BEGAN = _TODAY.year - (_TODAY.month < 8)
THIS_YEAR = f"{_BEGAN}/{_BEGAN + 1}"
SINCE, UNTIL = f"{_BEGAN}-08-01", f"{_BEGAN + 1}-08-01"
"""The school year that today lies in: a school is shown pupils who are there today."""


@dataclass
class Tenant:
    """A municipality and the ids of its objects. It has two schools with five pupils each."""

    code: str
    institutions: tuple[str, str]
    schools: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    pupils: list[list[str]] = field(default_factory=list)
    selections: list[str] = field(default_factory=list)
    kept_lists: list[str] = field(default_factory=list)
    assessments: list[str] = field(default_factory=list)
    projects: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    """What each school was given of the grant."""
    guidance: list[str] = field(default_factory=list)
    courses: list[str] = field(default_factory=list)
    course_codes: list[str] = field(default_factory=list)
    enrolments: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    """Two; the second is for tests that may throw it away."""
    school_drafts: list[str] = field(default_factory=list)
    receipts: dict[str, list[str]] = field(default_factory=dict)
    """By service: one of each school's own integration, and one of the municipality's."""
    disclosures: list[str] = field(default_factory=list)
    """One of each school: of the protected name of its last pupil."""
    conflicts: list[str] = field(default_factory=list)
    """One of each school: a row with the identifiers of two of its pupils."""
    cases: list[str] = field(default_factory=list)
    """One of each school: an id of its first pupil that came with another name."""
    secrets: list[str] = field(default_factory=list)

    def cpr(self, number: int) -> str:
        """An invented replacement number of this municipality."""
        return f"611212{int(self.code):03d}{number % 10}" if number < 10 else f"621212{int(self.code):03d}{number % 10}"

    def local_id(self, number: int) -> str:
        """A local id of this municipality."""
        return f"{self.code}-local-{number:03d}"

    def objects(self, place: int, service: str) -> dict[str, str]:
        """Path parameter → the id of an object of the school at ``place``."""
        return {
            "school_id": self.schools[place],
            "selection_id": self.selections[place],
            "kept_list_id": self.kept_lists[place],
            "assessment_id": self.assessments[place],
            "project_id": self.projects[place],
            "entry_id": self.entries[place],
            "guidance_id": self.guidance[place],
            "course_id": self.courses[place],
            "enrolment_id": self.enrolments[place],
            "draft_id": self.school_drafts[place],
            "case_id": self.cases[place],
            "disclosure_id": self.disclosures[place],
            "conflict_id": self.conflicts[place],
            "receipt_id": self.receipts.get(service, ["", ""])[place],
        }

    def told_in(self, text: str) -> list[str]:
        """The marks that occur in a text."""
        return standing_in(self.marks, text)

    @property
    def marks(self) -> list[str]:
        """Ids and texts that must not occur in an answer to another municipality."""
        ids = [
            *self.schools,
            *self.classes,
            *self.selections,
            *self.kept_lists,
            *self.assessments,
            *self.projects,
            *self.entries,
            *self.guidance,
            *self.courses,
            *self.enrolments,
            *self.drafts,
        ]
        ids += [
            *self.cases,
            *self.disclosures,
            *self.conflicts,
            *self.school_drafts,
            *(receipt for receipts in self.receipts.values() for receipt in receipts),
        ]
        return [*ids, *self.institutions, *self.secrets, *(pupil for pupils in self.pupils for pupil in pupils)]


def odd_rows(tenant: Tenant) -> str:
    """A file that protects the name of the last pupil of each school, and has a row with the identifiers of its first
    two.
    """
    rows = []
    for place, number in enumerate(tenant.institutions):
        first, second, last = (place * 5 + seat for seat in (0, 1, 4))
        stay = f"{number};{YEAR};5A;{FIRST_DAY};{DAY_AFTER}"
        rows.append(f"{tenant.cpr(last)};{tenant.local_id(last)};Prøve{tenant.code} Elev{last};{stay};true")
        rows.append(f"{tenant.cpr(first)};{tenant.local_id(second)};Prøve{tenant.code} Elev{first};{stay};")
    header = "cpr_number;local_id;name;institution_number;school_year;class_name;valid_from;valid_to;name_protected\n"
    return header + "\n".join(rows)


def same_ids(tenant: Tenant) -> str:
    """A file with only the local id of the first pupil of each school, and another name."""
    rows = []
    for place, number in enumerate(tenant.institutions):
        name = f"Fremmed{tenant.code}{place} Barn{tenant.code}{place}"
        tenant.secrets.append(name)
        rows.append(f"{tenant.local_id(place * 5)};{name};{number};{THIS_YEAR};5A;{SINCE};{UNTIL}")
    header = "local_id;name;institution_number;school_year;class_name;valid_from;valid_to\n"
    return header + "\n".join(rows)


_WORD = re.compile(r"(?<![\w.-])[\w-]+(?![\w-]|\.\d)")
"""A word, an id or a whole number; not a part of one, and not a part of a decimal number."""


def standing_in(marks: Iterable[str], text: str) -> list[str]:
    """Those of ``marks`` that occur in a text as separate words, because six digits may occur by chance within a random
    id or a measured value.
    """
    words = set(_WORD.findall(text))
    return [mark for mark in marks if (mark in words if _WORD.fullmatch(mark) else mark in text)]


def roster_files(tenant: Tenant) -> dict[str, str]:
    """The files of schools, classes, calendars and pupils, by kind."""
    days = [f"2022-{month:02d}-{day:02d}" for month in (9, 10, 11) for day in (5, 6, 7, 8)]
    schools, classes, calendars, pupils = [], [], [], []
    for place, number in enumerate(tenant.institutions):
        schools.append(f"{number};Skolen {number};public")
        classes += [f"{number};{year};5A;5;ordinary" for year in (YEAR, THIS_YEAR)]
        calendars += [f"{number};{day}" for day in days]
        for seat in range(5):
            count = place * 5 + seat
            name = f"Prøve{tenant.code} Elev{count}"
            tenant.secrets += [name, tenant.cpr(count), tenant.local_id(count), f"uni{tenant.code}{count:02d}"]
            identifiers = f"{tenant.cpr(count)};uni{tenant.code}{count:02d};{tenant.local_id(count)}"
            pupils.append(f"{identifiers};{name};{number};{YEAR};5A;{FIRST_DAY};{DAY_AFTER}")
            pupils.append(f"{identifiers};{name};{number};{THIS_YEAR};5A;{SINCE};{UNTIL}")
    return {
        "schools": "institution_number;name;kind\n" + "\n".join(schools),
        "classes": "institution_number;school_year;name;grade;kind\n" + "\n".join(classes),
        "calendars": "institution_number;date\n" + "\n".join(calendars),
        "pupils": "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from;valid_to\n"
        + "\n".join(pupils),
    }
