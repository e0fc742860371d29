"""The bodies of single objects have the columns of their kind of file, so that a new column cannot be forgotten."""

import pytest
from pydantic import BaseModel

from libs.shared.files.kind import Kind
from libs.shared.files.kinds.classes import CLASSES
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.files.kinds.schools import SCHOOLS
from services.registration.roster.classes.schemas import ClassIn
from services.registration.roster.pupils.schemas import PupilIn
from services.registration.roster.schools.schemas import SchoolIn


@pytest.mark.parametrize(("kind", "body"), [(SCHOOLS, SchoolIn), (CLASSES, ClassIn)], ids=["schools", "classes"])
def test_address_and_body_together_have_the_columns_of_the_file(kind: Kind, body: type[BaseModel]) -> None:
    assert {*kind.natural_key, *body.model_fields} == set(kind.names)
    required = {column.name for column in kind.columns if column.required} - set(kind.natural_key)
    assert {name for name, field in body.model_fields.items() if field.is_required()} == required


def test_the_body_of_a_pupil_has_the_columns_of_the_file() -> None:
    assert PupilIn.model_fields.keys() == {"municipality_code", *PUPILS.names}
    # A file in a format without the day of transfer may leave it out; about a single pupil it is said.
    required = {"valid_from", *(column.name for column in PUPILS.columns if column.required)}
    assert {name for name, field in PupilIn.model_fields.items() if field.is_required()} == {
        "municipality_code",
        *required,
    }
