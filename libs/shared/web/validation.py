"""Validation errors of requests with the platform's own texts: pointer, stable code and both languages, never the
input.

Pydantic's own message and ``input`` are not used, because they repeat values. The context that it gives (limits,
allowed values, lengths) comes from the platform's models and is safe. A validator of the platform may raise
``PydanticCustomError(code, english, {"da": danish})``; its texts are then used unchanged.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from libs.shared.observability.redaction import redact_text
from libs.shared.web.documents import FieldProblem, Messages
from libs.shared.web.texts import DATE_LIMITS, FALLBACK, TEXTS

MAX_ERRORS = 100
_PARTS = frozenset({"body", "query", "path", "header", "cookie"})
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_MISSPELT = re.compile(r"[a-z][a-z_]{0,39}")
"""The form of an unknown field's name that may be repeated: that of our own fields. Others could be a pupil's name or
login.
"""
_UNKNOWN = frozenset({"extra_forbidden", "parameter_unknown", "parameters_none"})
_LIMITS = ("ge", "gt", "le", "lt")
_SAFE_CONTEXT = frozenset({
    "ge", "gt", "le", "lt", "min_length", "max_length", "multiple_of", "expected", "max_digits", "decimal_places",
    "whole_digits", "expected_tags", "discriminator", "expected_version", "position",
})  # fmt: skip


def field_problems(errors: Iterable[Mapping[str, Any]]) -> list[FieldProblem]:
    """Pydantic's errors as field problems, at most ``MAX_ERRORS`` of them, in the order given."""
    return [_field_problem(error) for error in without_echoes(errors)]


def without_echoes(errors: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first ``MAX_ERRORS``, without lists that are reported as too short only because an element is invalid."""
    given = [error for _, error in zip(range(MAX_ERRORS), errors, strict=False)]
    inside = {tuple(error.get("loc", ()))[:depth] for error in given for depth in range(len(error.get("loc", ())))}
    return [error for error in given if error.get("type") != "too_short" or tuple(error.get("loc", ())) not in inside]


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:
    error_type = str(error.get("type", ""))
    where = tuple(error.get("loc", ()))
    part = str(where[0]) if where and where[0] in _PARTS else "body"
    inside = where[1:] if where and where[0] in _PARTS else where
    context = {key: value for key, value in (error.get("ctx") or {}).items() if key in _SAFE_CONTEXT}
    if error_type == "json_invalid":
        context["position"] = inside[0] if inside else 0
        inside = ()
    if error_type in _UNKNOWN and not _MISSPELT.fullmatch(str(inside[-1]) if inside else ""):
        inside = (*inside[:-1], "?")
    code, messages = _wording(error_type, context, error)
    return FieldProblem.model_validate({"pointer": pointer(inside), "in": part, "code": code, "messages": messages})


def _wording(error_type: str, context: Mapping[str, Any], error: Mapping[str, Any]) -> tuple[str, Messages]:
    """Code and sentences for an error type; a sentence that lacks its context falls back to the general one."""
    danish = (error.get("ctx") or {}).get("da")
    if isinstance(danish, str):
        return error_type, Messages(da=danish, en=str(error.get("msg", FALLBACK.en)))
    # Pydantic gives the limit of a date as a text, and that of a number as a number.
    limit = next((context[name] for name in _LIMITS if name in context), None)
    text = (DATE_LIMITS if isinstance(limit, str | date) else TEXTS).get(error_type, FALLBACK)
    if "expected" in context:
        context = {**context, "expected_da": _in_danish(str(context["expected"]))}
    try:
        return text.code, Messages(da=text.da.format(**context), en=text.en.format(**context))
    except KeyError:
        return FALLBACK.code, Messages(da=FALLBACK.da, en=FALLBACK.en)


def _in_danish(choices: str) -> str:
    """Pydantic's list of choices, ``'a', 'b' or 'c'``, with the Danish word before the last; numbers have no quotes."""
    english = "' or '" if "'" in choices else " or "
    before, between, last = choices.rpartition(english)
    return f"{before}{english.replace('or', 'eller')}{last}" if between else choices


def pointer(parts: Iterable[Any]) -> str:
    """A JSON pointer (RFC 6901). A part that is no plain field name or index came from the caller and becomes ``?``."""
    return "".join(f"/{_safe_part(part)}" for part in parts)


def _safe_part(part: Any) -> str:
    if isinstance(part, int):
        return redact_text(str(part))
    text = str(part)
    return redact_text(text) if _FIELD.fullmatch(text) else "?"
