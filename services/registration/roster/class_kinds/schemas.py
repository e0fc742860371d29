"""The rules as they are sent and shown."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from libs.shared.privacy.free_text import FreeText
from libs.shared.values.codes import InstitutionNumber
from services.registration.roster.class_kinds.domain import KindRule

_Pattern = Annotated[str, FreeText(40)]
_RULES: list[Any] = [
    {"kind": "special", "name": "*S", "line": None},
    {"kind": "special", "name": None, "line": "Specialklasse*"},
    {"kind": "ordinary", "name": "*", "line": None},
]


class KindRuleIn(BaseModel):
    """A rule. `*` stands for any characters, `?` for one; capitals do not matter. A class is covered if each of the
    patterns that are given fits.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_RULES[0]]})

    kind: Literal["ordinary", "special"]
    name: _Pattern | None = Field(default=None, description="A pattern for the class's name.", examples=["*S"])
    line: _Pattern | None = Field(
        default=None, description="A pattern for its line (Linje) in the source system.", examples=["Specialklasse*"]
    )

    @model_validator(mode="after")
    def _names_something(self) -> "KindRuleIn":
        if self.name is None and self.line is None:
            raise PydanticCustomError(
                "class_kind_rules.empty",
                "A rule names the class's name, its line or both. Fill in one of them; * covers every class.",
                {"da": "En regel har navn, linje eller begge dele. Udfyld en af dem; * dækker alle klasser."},
            )
        return self


class ClassKindRulesIn(BaseModel):
    """A school's rules in order: the first that covers a class decides, and without one its kind stays unknown."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"rules": _RULES}]})

    rules: list[KindRuleIn] = Field(min_length=1, max_length=100)

    def of_domain(self) -> list[KindRule]:
        """The rules for the use cases."""
        return [KindRule(rule.kind, rule.name, rule.line) for rule in self.rules]


class ClassKindRulesOut(BaseModel):
    """The same, with the school."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"institution_number": "101001", "rules": _RULES}]},
    )

    institution_number: InstitutionNumber
    rules: list[KindRuleIn]

    @classmethod
    def of(cls, number: str, rules: Sequence[KindRule]) -> "ClassKindRulesOut":
        """The view of stored rules."""
        return cls.model_validate({"institution_number": number, "rules": [asdict(rule) for rule in rules]})
