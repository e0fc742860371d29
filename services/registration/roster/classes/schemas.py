"""The answers of the route of classes."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.privacy.free_text import FreeText
from libs.shared.values.codes import Grade, InstitutionNumber
from libs.shared.values.school_years import SchoolYear

KnownClassKind = Literal["ordinary", "special"]
ClassKind = Literal["ordinary", "special", "unknown"]

_CLASS_ID = "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21"


class ClassOut(BaseModel):
    """A class in one school year."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {"class_id": _CLASS_ID, "school_year": "2022/2023", "name": "5A", "grade": 5, "kind": "ordinary"}
            ]
        },
    )

    class_id: UUID
    school_year: SchoolYear
    name: str
    grade: Grade
    kind: ClassKind


class ListedClassOut(BaseModel):
    """A class in the list of a municipality's classes."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "class_id": _CLASS_ID,
                    "institution_number": "101001",
                    "school_year": "2022/2023",
                    "name": "5S",
                    "line": "Specialklasse",
                    "grade": 5,
                    "kind": "unknown",
                }
            ]
        },
    )

    class_id: UUID
    institution_number: InstitutionNumber
    school_year: SchoolYear
    name: str
    line: str | None = Field(description="The class's line (Linje) in the source system.")
    grade: Grade
    kind: ClassKind


class ClassIn(BaseModel):
    """What a class is; its institution, school year and name stand in the address."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"grade": 5, "kind": "ordinary"}]})

    grade: Grade
    kind: KnownClassKind
    line: Annotated[str, FreeText(40)] | None = Field(
        default=None, description="The class's line (Linje) in the source system, if it has one."
    )
