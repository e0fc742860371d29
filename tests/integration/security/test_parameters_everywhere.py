"""No address, query, header or cookie takes an identifier of a person or of a source system, because every proxy logs
these. Every parameter of every service is in this list, and its schema has one of the listed forms.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.registration.screening.indicators.schemas import SUBJECT
from tests.factories.wired import SERVICES, app_of, operations

Schema = dict[str, Any]
Form = Callable[[Schema], bool]


def _pattern(*patterns: str) -> Form:
    return lambda schema: schema.get("type") == "string" and schema.get("pattern") in patterns


def _of(kind: str, **more: str) -> Form:
    return lambda schema: schema.get("type") == kind and all(schema.get(name) == value for name, value in more.items())


def _listed(schema: Schema) -> bool:
    return "enum" in schema or schema.get("pattern") == "^(da|en)$"


def _column(schema: Schema) -> bool:
    """Whether it is one of the declared columns of a list, which ``libs.shared.web.lists.sortable`` writes."""
    return bool(re.fullmatch(r"\^-\?\([a-z_|]+\)\$", schema.get("pattern", "")))


def _named(schema: Schema) -> bool:
    """Whether it is a text. Such a parameter names something published or declared, which anybody may know."""
    return schema.get("type") == "string"


OWN_ID, DAY = _of("string", format="uuid"), _of("string", format="date")
MUNICIPALITY, INSTITUTION = _pattern("^[0-9]{3}$", r"^\d{3}$"), _pattern("^[0-9A-Z]{6}$")
NUMBER, YES_OR_NO = _of("integer"), _of("boolean")
SLUG, SCHOOL_YEAR = _pattern("^[a-z0-9_]{1,80}$"), _pattern("^[0-9]{4}/[0-9]{4}$")
KEY = _pattern(r"^[\x21-\x7e]{1,200}$")
_ROSTER_KIND = "(school|class|pupil|membership)"
ROSTER_KINDS = _pattern(f"^{_ROSTER_KIND}(,{_ROSTER_KIND})*$")
SOURCE, MOMENT = _pattern("^[A-Za-z][A-Za-z._-]{0,40}[0-9]{0,3}$"), _of("string", format="date-time")
OPAQUE = _named
"""A token that an earlier answer gave."""
SEARCH_WORDS = _named
"""What somebody looks for in the open catalog; it finds nothing about persons, so there is no reason to write one."""
PROTOCOL = _named
"""A header of HTTP itself."""

ALLOWED: dict[tuple[str, str], tuple[Form, ...]] = {
    **{
        ("path", f"{name}_id"): (OWN_ID,)
        for name in (
            *(
                "case",
                "course",
                "delivery",
                "draft",
                "enrolment",
                "guidance",
                "kept_list",
                "project",
                "pupil",
                "receipt",
            ),
            *("assessment", "school", "selection"),
        )
    },
    ("path", "day"): (DAY,),
    ("path", "grade"): (NUMBER,),
    ("path", "indicator"): (_listed,),
    ("path", "subject"): (_pattern(SUBJECT),),
    # A pupil's id is random and says nothing of the pupil to others.
    **{("path", f"{name}_id"): (OWN_ID,) for name in ("conflict", "disclosure")},
    **{("query", f"{name}_id"): (OWN_ID,) for name in ("class", "pupil")},
    **dict.fromkeys((("path", "initiative_id"), ("path", "entry_id")), (OWN_ID,)),
    ("path", "number"): (NUMBER,),
    **dict.fromkeys((("query", "late"), ("query", "released"), ("query", "by_rule")), (YES_OR_NO,)),
    **dict.fromkeys((("query", "basis"), ("query", "role"), ("query", "step")), (_listed,)),
    ("path", "class_name"): (_named,),  # part of a class's natural key; one with a CPR number is refused
    ("path", "school_year"): (_pattern(r"^\d{4}-\d{4}$"),),
    ("path", "municipality_code"): (MUNICIPALITY,),
    ("path", "version"): (NUMBER,),
    ("path", "institution_number"): (INSTITUTION,),
    **dict.fromkeys((("path", "family"), ("path", "id"), ("path", "kind"), ("path", "name")), (_named,)),
    **dict.fromkeys((("query", name) for name in ("as_of", "first", "last", "on")), (DAY,)),
    ("path", "held_on"): (DAY,),
    ("path", "starts_at"): (_pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$"),),
    **dict.fromkeys((("query", f"{name}_id") for name in ("class", "initiative", "project", "school")), (OWN_ID,)),
    **dict.fromkeys((("query", "attention"), ("query", "outcome")), (_listed,)),
    ("query", "variant"): (_pattern("^[A-E][1-3]?$"),),
    **dict.fromkeys(
        (("query", name) for name in ("atomic", "identifier", "language", "level", "mode", "scope")), (_listed,)
    ),
    **dict.fromkeys(
        (("query", name) for name in ("lack", "outcome", "stage", "standing", "state", "status")), (_listed,)
    ),
    ("query", "rule"): (_pattern(r"^(S-ABSENCE|S-TEST|S-NOT-READY|S-MARK)$"),),
    ("query", "sort"): (_column,),
    **dict.fromkeys((("query", name) for name in ("category", "change", "product")), (_listed,)),
    ("query", "code"): (_pattern("^[a-z0-9_.]{1,80}$"),),
    ("query", "reason"): (SLUG,),
    **dict.fromkeys((("query", name) for name in ("audience", "theme")), (SLUG,)),
    ("query", "subject"): (SLUG, _listed),
    **dict.fromkeys((("query", name) for name in ("grade", "page_size", "version")), (NUMBER,)),
    **dict.fromkeys((("query", name) for name in ("after", "page_token", "since")), (OPAQUE,)),
    **dict.fromkeys((("query", name) for name in ("at_risk", "at_start", "everyone", "is_reversed")), (YES_OR_NO,)),
    **dict.fromkeys((("query", name) for name in ("held_only", "open_only", "waiting_only")), (YES_OR_NO,)),
    ("query", "kind"): (_listed, _named),
    ("query", "kinds"): (ROSTER_KINDS,),
    **dict.fromkeys((("query", "municipality"), ("query", "located_in")), (MUNICIPALITY,)),
    **dict.fromkeys((("query", "institution"), ("query", "departments_of")), (INSTITUTION,)),
    ("query", "source"): (SOURCE,),
    ("query", "source_moment"): (MOMENT,),
    ("query", "q"): (SEARCH_WORDS,),
    ("query", "school_year"): (SCHOOL_YEAR,),
    ("header", "idempotency-key"): (KEY,),
    **dict.fromkeys(
        (("header", name) for name in ("content-encoding", "if-match", "if-none-match", "prefer")), (PROTOCOL,)
    ),
}


def _alternatives(schema: Schema, document: Schema) -> Iterator[Schema]:
    """The schemas inside references, unions and lists, without null."""
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    if "anyOf" in schema:
        for each in schema["anyOf"]:
            yield from _alternatives(each, document)
    elif schema.get("type") == "array":
        yield from _alternatives(schema["items"], document)
    elif schema.get("type") != "null":
        yield schema


def fault(parameter: Schema, document: Schema) -> str | None:
    """The reason why a parameter is not allowed; None if it is."""
    place, name = parameter["in"], parameter["name"].lower()
    forms = ALLOWED.get((place, name))
    if forms is None:
        return f"{place} parameter {name}: say in this list of what kind it is; identifiers belong in a body"
    for schema in _alternatives(parameter["schema"], document):
        if not any(form(schema) for form in forms):
            return f"{place} parameter {name} has not the form of its kind: {schema}"
    return None


@pytest.mark.parametrize("name", SERVICES)
async def test_every_parameter_is_of_a_kind_that_names_nobody(name: str) -> None:
    app = await app_of(name)
    document = app.openapi()
    faults = [
        f"{method} {path}: {wrong}"
        for path, method, operation in operations(app)
        for parameter in operation.get("parameters", [])
        if (wrong := fault(parameter, document))
    ]
    assert faults == []


async def test_the_list_names_no_parameter_that_is_gone() -> None:
    found = {
        (parameter["in"], parameter["name"].lower())
        for name in SERVICES
        for _, _, operation in operations(await app_of(name))
        for parameter in operation.get("parameters", [])
    }
    assert set(ALLOWED) == found


@pytest.mark.parametrize(
    ("place", "name", "schema"),
    [
        ("query", "local_id", {"type": "string", "maxLength": 64}),
        ("query", "municipality", {"type": "string"}),
        ("path", "school_id", {"type": "string"}),
        ("cookie", "pupil", {"type": "string", "format": "uuid"}),
        ("header", "x-uni-login", {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ("query", "as_of", {"type": "array", "items": {"type": "string"}}),
    ],
)
def test_a_parameter_that_could_name_somebody_is_a_fault(place: str, name: str, schema: Schema) -> None:
    assert fault({"in": place, "name": name, "schema": schema}, {}) is not None
