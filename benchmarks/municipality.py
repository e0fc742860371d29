"""An invented municipality for the absence benchmark: one school, one year, pupils absent on some of its days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from libs.shared.contracts.registration import (
    CalendarChanged,
    Membership,
    MunicipalityChanged,
    PupilChanged,
    SchoolChanged,
)
from libs.shared.contracts.state import LookupKey, State
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing, LookupKeys
from synthetic.people import cpr_number
from synthetic.school_days import bounds, name, school_days

CODE, INSTITUTION = "101", "101001"
FIRST_YEAR, BIRTH_YEAR, SEED = 2022, 2012, 7
DAYS_PER_PUPIL = 20
"""Rows per pupil: two school days in three weeks over a school year."""

CATEGORIES = ("illness", "illness", "authorised", "illness", "unauthorised")


@dataclass(frozen=True, slots=True)
class Municipality:
    """``pupils`` has each pupil's id by CPR number. The numbers are in replacement form and belong to nobody; the ids
    are new in each run.
    """

    school_id: UUID
    pupils: dict[str, UUID]
    keys: LookupKeys

    @staticmethod
    def pupils_for(rows: int) -> int:
        """The number of pupils that have ``rows`` rows together. Raises ``ValueError`` if it is not a whole number."""
        pupils, rest = divmod(rows, DAYS_PER_PUPIL)
        if rest:
            raise ValueError(f"{rows} is no multiple of {DAYS_PER_PUPIL}")
        return pupils

    @classmethod
    def of(cls, rows: int, first_pupil: int, lookup_keys: str) -> "Municipality":
        """A municipality with pupils for ``rows``, numbered from ``first_pupil`` so that no two files share a pupil."""
        numbers = range(first_pupil, first_pupil + cls.pupils_for(rows))
        pupils = {cpr_number(BIRTH_YEAR, number, SEED): uuid4() for number in numbers}
        return cls(uuid4(), pupils, LookupKeys(KeyRing.parse(lookup_keys)))

    def states(self) -> Iterator[State]:
        """The states that registration would have published for it."""
        common = {"aggregate_version": 1, "municipality_code": CODE}
        here = {"school_id": self.school_id, "institution_number": INSTITUTION, "school_year": name(FIRST_YEAR)}
        days = list(school_days(FIRST_YEAR))
        yield MunicipalityChanged(**common, name="Prøvekøbing", status="accepted")
        yield SchoolChanged(**common, school_id=self.school_id, institution_number=INSTITUTION, kind="public")
        yield CalendarChanged(**common, **here, school_days=days)
        first, after = bounds(FIRST_YEAR)
        membership = Membership(**here, class_id=uuid4(), grade=4, valid_from=first, valid_to=after)
        for number, pupil_id in self.pupils.items():
            key_id, value = self.keys.value(IdentifierKind.CPR_NUMBER, number, CODE)
            yield PupilChanged(
                **common,
                pupil_id=pupil_id,
                person_id=uuid4(),
                has_cpr_number=True,
                lookup_keys=[LookupKey(kind="cpr_number", key_id=key_id, value=value)],
                memberships=[membership],
            )

    def months(self) -> int:
        """The number of pupil-months that the file has rows for."""
        return sum(len({(day.year, day.month) for day in _days(seat)}) for seat in range(len(self.pupils)))

    def file(self) -> bytes:
        """The absence file of all pupils, day by day, in the order in which an administrative system writes it."""
        lines = ["pupil;date;category;days\n"]
        for day in sorted({day for seat in range(_PATTERNS) for day in _days(seat)}):
            for seat, number in enumerate(self.pupils):
                if day in _days(seat):
                    half = "0,5" if seat % 4 == 0 else "1"
                    lines.append(f"{number};{day};{CATEGORIES[(seat + day.day) % len(CATEGORIES)]};{half}\n")
        return "".join(lines).encode()


_PATTERNS = 9


def _pattern(seat: int) -> frozenset[date]:
    days = school_days(FIRST_YEAR)
    return frozenset(days[seat % _PATTERNS :: _PATTERNS][:DAYS_PER_PUPIL])


_ALL = tuple(_pattern(seat) for seat in range(_PATTERNS))


def _days(seat: int) -> frozenset[date]:
    return _ALL[seat % _PATTERNS]
