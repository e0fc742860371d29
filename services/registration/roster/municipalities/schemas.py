"""The bodies and answers of the routes of municipalities."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from libs.shared.values.codes import MunicipalityCode

_EXAMPLE: dict[str, JsonValue] = {"status": "accepted"}


Status = Literal["invited", "accepted", "declined"]
Reason = Literal["pilot", "transition", "correction"]


class MunicipalityIn(BaseModel):
    """What the secretariat says of a municipality; its name is the official one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    status: Status = Field(description="Whether it takes part.")


class MunicipalityOut(BaseModel):
    """A municipality."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"municipality_code": "101", "name": "København", **_EXAMPLE}]}
    )

    municipality_code: MunicipalityCode
    name: str
    status: Status


class ImportsIn(BaseModel):
    """Whether a municipality's files are taken whatever its status."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "pilot"}]})

    reason: Reason | None = Field(
        description="`pilot`: a trial; `transition`: files are brought over before the answer is registered; "
        "`correction`: a former participant corrects what it has sent. Null: by its status alone again."
    )


class MunicipalityListed(BaseModel):
    """A municipality, whether its files are taken, and why where it is not for its status."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "municipality_code": "101",
                    **_EXAMPLE,
                    "may_import": True,
                    "imports_enabled_reason": None,
                    "imports_enabled_on": None,
                }
            ]
        },
    )

    municipality_code: MunicipalityCode
    name: str
    status: Status
    may_import: bool
    imports_enabled_reason: Reason | None
    imports_enabled_on: date | None
