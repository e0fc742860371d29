"""Writes groups and persons of a file and counts, as it writes them, what is not kept of them."""

from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from synthetic.roster import Pupil
from synthetic.skolegrunddata.forecast import RefusedElement
from synthetic.skolegrunddata.packages import Package
from synthetic.skolegrunddata.xml_writer import XmlWriter

_PROTECTED_ONE_IN, _PROTECTED = 50, 11
_DAYS_OF_MONTHS = 28


@dataclass(frozen=True, slots=True)
class Student:
    """How a pupil stands in the file; texts may be wrong, for dirt."""

    pupil: Pupil
    level: str
    main_group: str
    role: str = "Elev"
    cpr_number: str | None = None
    local_id: str | None = None
    protected: str | None = None


def is_protected(number: int) -> bool:
    """Whether the pupil of that number has name and address protection: one in fifty."""
    return number % _PROTECTED_ONE_IN == _PROTECTED


@dataclass
class Persons:
    """Writes the elements of one institution. ``refused`` and ``ignored`` are what they should come to."""

    xml: XmlWriter
    package: Package
    source: str
    refused: list[RefusedElement] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    groups: int = 0
    persons: int = 0
    classes: int = 0
    pupils: int = 0

    def group(self, elements: dict[str, str], refused: str = "") -> None:
        """A group; ``refused`` is the code if it is a class that is refused."""
        self.groups += 1
        if elements["GroupType"] == "Hovedgruppe":
            self.classes += 1
        else:
            self.ignored["other_groups"] += 1
        if refused:
            self.refused.append(RefusedElement("classes", self.groups, refused))
        with self.xml.inside("Group"):
            for name, text in elements.items():
                self.xml.text(name, text)

    def student(self, one: Student, refused: str = "") -> None:
        """A pupil, or a child of the after-school care; ``refused`` is the code if the row is refused."""
        if one.role == "Elev":
            self.pupils += 1
        else:
            self.ignored["other_roles"] += 1
        with self._person():
            self._identity(one)
            with self.xml.inside("Student"):
                self.xml.text("Role", one.role)
                self.xml.text("Level", one.level)
                self.xml.text("MainGroupId", one.main_group)
                if one.role == "Elev":
                    self.xml.text("GroupId", f"H{one.main_group}")
                    self.ignored["other_memberships"] += 1
                for number in range(2 if self.package.details else 0):
                    self._contact(one.pupil, number)
        if refused:
            self.refused.append(RefusedElement("pupils", self.persons, refused))

    def employee(self, number: int, groups: list[str]) -> None:
        """A teacher, with everything a person may have."""
        with self._person():
            self._other("A", number)
            with self.xml.inside("Employee"):
                self.xml.text("Role", "Lærer")
                self.xml.text("ShortName", f"L{number}")
                for group in groups:
                    self.xml.text("GroupId", group)
        self.ignored["employees"] += 1

    def extern(self, number: int) -> None:
        """A person from outside."""
        with self._person():
            self._other("E", number)
            with self.xml.inside("Extern"):
                self.xml.text("Role", "Ekstern")
        self.ignored["externs"] += 1

    def _person(self) -> AbstractContextManager[None]:
        self.persons += 1
        return self.xml.inside("InstitutionPerson", {"source": self.source})

    def _identity(self, one: Student) -> None:
        pupil = one.pupil
        first, _, last = pupil.name.partition(" ")
        cpr_number = pupil.cpr_number if one.cpr_number is None else one.cpr_number
        if self.package.identities:
            self.xml.text("LocalPersonId", pupil.local_id if one.local_id is None else one.local_id)
        self._login(pupil.uni_login, "" if self.package.identities else pupil.name)
        if not self.package.identities:
            return
        protected = one.protected or ("true" if is_protected(pupil.number) else "false")
        with self.xml.inside("Person", {"protected": protected, "verificationLevel": "1"}):
            self.xml.text("FirstName", first)
            self.xml.text("FamilyName", last)
            self.xml.text("CivilRegistrationNumber", cpr_number)
            self._details(pupil.number)

    def _other(self, letter: str, number: int) -> None:
        if self.package.identities:
            self.xml.text("LocalPersonId", f"{letter}{number}")
        self._login(f"prov{letter.lower()}{number:03d}", "Prøve Voksen")
        if self.package.identities:
            with self.xml.inside("Person", {"protected": "false", "verificationLevel": "1"}):
                self.xml.text("FirstName", "Prøve")
                self.xml.text("FamilyName", f"Voksensen {number}")
                self._details(number)

    def _login(self, user_id: str, name: str) -> None:
        with self.xml.inside("UNILogin"):
            self.xml.text("UserId", user_id)
            self.xml.text("Name", name)
            if self.package.details:
                self.xml.text("InitialPassword", "prøve<&>123")
                self.xml.text("PasswordState", "Initial")
                self.ignored["passwords"] += 2

    def _details(self, number: int) -> None:
        """What is never kept."""
        if not self.package.details:
            return
        self.xml.text("EmailAddress", f"p{number}@example.dk")
        self.xml.text("BirthDate", f"2012-01-{1 + number % _DAYS_OF_MONTHS:02d}")
        self.xml.text("Gender", "U")
        self.xml.text("PhotoId", str(number))
        with self.xml.inside("Address"):
            self.xml.text("StreetAddress", f"Prøvevej {number}")
            self.xml.text("PostalCode", "9999")
            self.xml.text("PostalDistrict", "Prøveby")
        for name in ("HomePhoneNumber", "MobilePhoneNumber"):
            self.xml.text(name, "00000000", {"protected": "false"})
        self.xml.text("AliasFirstName", "Prøvenavn")
        self.ignored.update(
            {
                **dict.fromkeys(("email_addresses", "birth_dates", "genders", "photographs", "addresses"), 1),
                "phone_numbers": 2,
                "alias_names": 1,
            }
        )

    def _contact(self, pupil: Pupil, number: int) -> None:
        custody = {"relation": "Mor" if number else "Far", "childCustody": "true", "accessLevel": "1"}
        with self.xml.inside("ContactPerson", custody), self.xml.inside("Person", {"protected": "false"}):
            self.xml.text("FirstName", "Prøve")
            self.xml.text("FamilyName", f"Forælder {pupil.number}-{number}")
            with self.xml.inside("Address"):
                self.xml.text("StreetAddress", f"Prøvevej {pupil.number}")
            self.xml.text("MobilePhoneNumber", "00000000", {"protected": "true"})
        self.ignored["contact_persons"] += 1
