"""Text written by a person or named in a file: it never contains a CPR number.

``Annotated[str, FreeText(4000)]`` is a text of a body; a text column of a file is checked by ``files.columns``, and a
document of many texts by the code that traverses it. All refuse with the same code and text, which name the place and
never the number. Names cannot be recognised, so ``privacy.texts`` declares which texts may be stored where.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import AfterValidator, BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from libs.shared.privacy.cpr_in_text import holds_cpr_number

MARK = "x-free-text"
"""The mark of such a text in a JSON Schema, by which a test finds them all."""

CODE = "text.identifier"
DA = (
    "{what} indeholder noget, der ligner et CPR-nummer. Fjern det, og skriv uden oplysninger, der udpeger en person. "
    "Er det andre tal, så sæt ord mellem dem."
)
EN = (
    "{what} holds something like a CPR number. Remove it, and write without anything that points out a person. "
    "If these are other numbers, put words between them."
)

Model = TypeVar("Model", bound=BaseModel)


def require_free_text(text: str, field: str = "") -> str:
    """The text itself. Raises ``PydanticCustomError`` for one with a CPR number.

    ``field`` is named in the message, for errors whose location does not name it.
    """
    if holds_cpr_number(text):
        danish = DA.format(what=f"Teksten i {field}" if field else "Teksten")
        english = EN.format(what=f"The text in {field}" if field else "The text")
        raise PydanticCustomError(CODE, "{en}", {"en": english, "da": danish})
    return text


@dataclass(frozen=True, slots=True)
class FreeText:
    """Annotates ``str``: 1 to ``most`` characters, without surrounding blanks and without a CPR number."""

    most: int

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(strip_whitespace=True, min_length=1, max_length=self.most)
        return core_schema.no_info_after_validator_function(require_free_text, text)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), MARK: True}


def texts_in(value: object, field: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a model or of plain JSON, including names of members, with its JSON pointer."""
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts_in(getattr(value, name), f"{field}/{name}")
    elif isinstance(value, dict):
        for name, each in value.items():
            yield field, str(name)
            yield from texts_in(each, f"{field}/{name}")
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            yield from texts_in(each, f"{field}/{index}")


def _all_free(model: Model) -> Model:
    for field, text in texts_in(model):
        require_free_text(text, field.removeprefix("/"))
    return model


FreeTexts = AfterValidator(_all_free)
"""Annotates a model of the rules, which know no identifiers: none of its texts may contain a CPR number."""
