"""The bodies and answers of the routes of municipalities."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from libs.shared.values.codes import MunicipalityCode

_EXAMPLE: dict[str, JsonValue] = {"status": "accepted"}


Status = Literal["invited", "accepted", "declined"]
ListedStatus = Literal["not_invited", "invited", "accepted", "declined"]
Reason = Literal["pilot", "transition", "correction"]


class MunicipalityIn(BaseModel):
    """What the secretariat says of a municipality; its name is the official one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    status: Status = Field(description="Whether it takes part.")


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
                    "name": "København",
                    **_EXAMPLE,
                    "comparison": False,
                    "may_import": True,
                    "imports_enabled_reason": None,
                    "imports_enabled_on": None,
                }
            ]
        },
    )

    municipality_code: MunicipalityCode
    name: str
    status: ListedStatus = Field(description="`not_invited`: it is listed because the evaluation compares with it.")
    comparison: bool = Field(description="Whether the evaluation compares with it.")
    may_import: bool
    imports_enabled_reason: Reason | None
    imports_enabled_on: date | None


class SourceOut(BaseModel):
    """Where the codes and names come from."""

    model_config = ConfigDict(from_attributes=True)

    title: str
    publisher: str
    address: str
    valid_from: date
    checked_on: date = Field(description="The day on which the list was last compared with its source.")


class NamedMunicipality(BaseModel):
    """A municipality of the country."""

    municipality_code: MunicipalityCode
    name: str = Field(description="The official name, without the word Kommune.")


class MunicipalityCodesOut(BaseModel):
    """All municipalities by code."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": {
                        "title": "Regioner, landsdele og kommuner, v1:2007-",
                        "publisher": "Danmarks Statistik",
                        "address": "https://www.dst.dk/da/Statistik/dokumentation/nomenklaturer/nuts",
                        "valid_from": "2007-01-01",
                        "checked_on": "2026-11-30",
                    },
                    "items": [{"municipality_code": "101", "name": "København"}],
                }
            ]
        }
    )

    source: SourceOut
    items: list[NamedMunicipality]
