"""JSON Schemas of rule sets, one per family, frozen under ``schemas``, for other systems that apply the rules.

A rule set is published as JSON. The schema's descriptions give the meaning and unit of each setting and whether a limit
is inclusive; they are the docstrings of the settings models. Conditions between two values (``valid_to`` after
``valid_from``, a threshold on its scale) are described in words, because JSON Schema cannot express them.
"""

import json
from typing import Any

from pydantic import create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import DecimalSchema

from libs.shared.rules.families import SETTINGS
from libs.shared.rules.rule_sets import RuleSet

_DESCRIPTION = (
    "A version of a family of rules, in force from `valid_from` (inclusive) to `valid_to` (exclusive and later; null "
    "while open-ended). `rules` says what each is and where it comes from, `settings` holds every number and name the "
    "rules hold facts against, `choices` are ours where the source is silent, `differences` are places where it is at "
    "odds with itself. Verdicts name the set and its version. Readers ignore fields they do not know."
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(family: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a whole rule set of the family. Raises ``KeyError`` for an unknown family."""
    settings = SETTINGS[family]
    model = create_model("RuleSet", __base__=RuleSet, settings=(settings, ...))
    made = model.model_json_schema(schema_generator=Generator)
    made["description"] = _DESCRIPTION
    made["properties"]["family"] = {"const": family, "description": "What the rules of the set judge."}
    return {
        "$schema": DIALECT,
        "$id": f"urn:skoleloeft:rule-set-schema:{family}",
        **made,
        "title": f"Rule set of the family {family}",
    }


def written(family: str) -> str:
    """The text of the frozen file: indented JSON with a line break at its end."""
    return json.dumps(schema_of(family), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def file_of(family: str) -> str:
    """The name of the family's file."""
    return f"{family}.schema.json"


class Generator(GenerateJsonSchema):
    """Pydantic's schemas, but with decimals as exact text and without titles on fields."""

    def generate(self, schema: CoreSchema, mode: JsonSchemaMode = "validation") -> JsonSchemaValue:
        """The whole schema; its descriptions are without line breaks and with single backticks."""
        made = super().generate(schema, mode)
        for model in (made, *made.get("$defs", {}).values()):
            if "description" in model:
                model["description"] = " ".join(model["description"].replace("``", "`").split())
        return made

    def decimal_schema(self, schema: DecimalSchema) -> JsonSchemaValue:
        """Text such as ``10.5``, or a whole number: many readers would turn a number with decimals into a float.

        The limits apply to both: ``minimum``, ``exclusiveMinimum`` and ``maximum`` to whole numbers, the pattern to
        text. Raises ``ValueError`` for an upper limit other than 100, which would need another pattern.
        """
        limits = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum"}
        found = {word: int(schema[name]) for name, word in limits.items() if name in schema}  # type: ignore[literal-required]  # the names are keys of it
        if found.get("maximum", 100) != 100:
            raise ValueError("only a limit of 100 can be said of text")
        sign = "" if "minimum" in found or "exclusiveMinimum" in found else "-?"
        some = "(?=.*[1-9])" if "exclusiveMinimum" in found else ""
        digits = r"(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?)" if "maximum" in found else r"[0-9]+(\.[0-9]+)?"
        return {"type": ["string", "integer"], "pattern": f"^{some}{sign}{digits}$", **found}

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never True: a title would only repeat the field's name, and the model's description explains the field."""
        return False
