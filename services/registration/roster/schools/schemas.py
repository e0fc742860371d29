"""The bodies and answers of the routes of schools and their numbers."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.privacy.free_text import FreeText
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode

_SCHOOL_ID = "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"


SchoolKind = Literal["public", "private", "special"]


class SchoolOut(BaseModel):
    """A school."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "school_id": _SCHOOL_ID,
                    "municipality_code": "101",
                    "institution_number": "101001",
                    "name": "Prøveskolen Nord",
                    "kind": "public",
                    "location_municipality_code": "101",
                    "main_institution_number": None,
                }
            ]
        },
    )

    school_id: UUID
    municipality_code: MunicipalityCode = Field(description="The municipality that runs it (administrationskommune).")
    institution_number: InstitutionNumber
    name: str
    kind: SchoolKind
    location_municipality_code: MunicipalityCode = Field(
        description="The municipality in which it lies (beliggenhedskommune)."
    )
    main_institution_number: InstitutionNumber | None = Field(
        description="The main school's number (hovedskole), if it is a department (afdeling)."
    )


class SchoolIn(BaseModel):
    """What a school is; its number stands in the address."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"name": "Prøveskolen Nord", "kind": "public"},
                {"name": "Specialskolen", "kind": "special", "location_municipality_code": "147"},
                {"name": "Afdeling Syd", "kind": "public", "main_institution_number": "101001"},
            ]
        },
    )

    name: Annotated[str, FreeText(200)]
    kind: SchoolKind
    location_municipality_code: MunicipalityCode | None = Field(
        default=None, description="The municipality in which it lies; null: the one that runs it."
    )
    main_institution_number: InstitutionNumber | None = Field(
        default=None, description="The main school's number; null: it is no department."
    )


Standing = Literal["registered", "first_use", "disputed", "former", "refused"]


class InstitutionOut(BaseModel):
    """A number that a municipality's school has or had."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "institution_number": "101001",
                    "municipality_code": "101",
                    "school_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
                    "name": "Prøveskolen Nord",
                    "kind": "public",
                    "standing": "first_use",
                    "belongs_to": None,
                    "location_municipality_code": "101",
                    "first_used_on": "2022-08-01",
                }
            ]
        },
    )

    institution_number: InstitutionNumber
    municipality_code: MunicipalityCode
    school_id: UUID
    name: str
    kind: SchoolKind
    standing: Standing = Field(
        description="`registered` by the register or your decision; `first_use` of a number that nothing is said of, "
        "to be decided; `disputed`: the register gives it to another municipality, or nobody; `former` and `refused` "
        "no longer have it."
    )
    belongs_to: MunicipalityCode | None = Field(description="The municipality of the register, or of your decision.")
    location_municipality_code: MunicipalityCode = Field(description="The municipality in which the school lies.")
    first_used_on: date


class DecisionIn(BaseModel):
    """Whose a number is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"municipality_code": "101"}]})

    municipality_code: MunicipalityCode | None = Field(description="Null: nobody's, so that no school may use it.")


class DecisionOut(DecisionIn):
    """A decision as it stands."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [{"municipality_code": "101", "institution_number": "101001"}]},
    )

    institution_number: InstitutionNumber
