"""Where the columns of our kinds come from in a zip, for refusals that name them as the sender knows them."""

from typing import NamedTuple

from libs.shared.files.oneroster.vocabulary import CLASS_KIND, CLASSES, ENROLMENTS, NAME_PROTECTED, ORGS, USERS
from libs.shared.files.origins import Origin, Origins


class ClassNumbers(NamedTuple):
    """The numbers of the rows that a class is made of; 0 for one that the zip does not have."""

    class_row: int
    org: int = 0


class PupilNumbers(NamedTuple):
    """The same of a pupil in a class. ``numbered`` is the user's row if its ``identifier`` is the CPR number."""

    enrolment: int
    user: int = 0
    class_row: int = 0
    org: int = 0
    numbered: int = 0


def _of_class(name: str) -> Origin:
    return Origin(name, CLASSES, ClassNumbers._fields.index("class_row"))


def _of_pupil(file: str, number: str, name: str) -> Origin:
    return Origin(name, file, PupilNumbers._fields.index(number))


def _of_user(name: str) -> tuple[Origin, ...]:
    return (_of_pupil(USERS, "user", name), _of_pupil(ENROLMENTS, "enrolment", "userSourcedId"))


def _of_the_class(name: str, *others: Origin) -> tuple[Origin, ...]:
    reference = _of_pupil(ENROLMENTS, "enrolment", "classSourcedId")
    return (_of_pupil(CLASSES, "class_row", name), *others, reference)


ORIGINS: dict[str, Origins] = {
    "classes": {
        "institution_number": (
            Origin("identifier", ORGS, ClassNumbers._fields.index("org")),
            _of_class("schoolSourcedId"),
        ),
        "school_year": (_of_class("termSourcedIds"),),
        "name": (_of_class("title"),),
        "grade": (_of_class("grades"),),
        "kind": (_of_class(CLASS_KIND),),
        "line": (_of_class("title"),),
    },
    "pupils": {
        "cpr_number": (_of_pupil(USERS, "numbered", "identifier"), *_of_user("userIds")),
        "uni_login": _of_user("userIds"),
        "local_id": _of_user("sourcedId"),
        "name": _of_user("givenName+familyName"),
        "institution_number": (
            _of_pupil(ORGS, "org", "identifier"),
            _of_pupil(ENROLMENTS, "enrolment", "schoolSourcedId"),
        ),
        "school_year": _of_the_class("termSourcedIds"),
        "class_name": _of_the_class("title"),
        "valid_from": (_of_pupil(ENROLMENTS, "enrolment", "beginDate"),),
        "valid_to": (_of_pupil(ENROLMENTS, "enrolment", "endDate"),),
        "name_protected": _of_user(NAME_PROTECTED),
    },
}
"""By kind and column. What earlier files of the source told is named by the reference to it."""
