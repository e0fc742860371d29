"""Conditions of a write (RFC 9110, 13.1): the object is as the caller read it, or does not exist yet."""

from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header
from pydantic import BaseModel

from libs.shared.base.errors import Problem

IfMatch = Annotated[
    str | None,
    Header(
        description="The `ETag` that you read; 412 if the object has changed since. / Den `ETag`, du har læst; 412, "
        "hvis objektet er ændret siden."
    ),
]
IfNew = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        pattern=r"^\*$",
        description="`*`: create it; 412 if it exists. / `*`: opret det; 412, hvis det findes.",
    ),
]

ETAG: dict[str, Any] = {"headers": {"ETag": {"description": "Strong, from the content.", "schema": {"type": "string"}}}}
"""The OpenAPI description of an answer with an ``ETag``."""


class PreconditionRequired(Problem):
    """Neither condition is given: two callers could overwrite each other's changes unseen."""

    status = 428
    code = "precondition.required"
    da = "Send If-Match med den ETag, du har læst, for at ændre objektet, eller If-None-Match: * for at oprette det."
    en = "Send If-Match with the ETag that you read to change the object, or If-None-Match: * to create it."


class PreconditionFailed(Problem):
    """The object is not as the caller says."""

    status = 412
    code = "precondition.failed"
    da = "Objektet er ikke, som du har læst det, eller det findes allerede. Hent det igen, og send din ændring af det."
    en = "The object is not as you read it, or it exists already. Read it again, and send your change of that."


def etag_of(content: BaseModel) -> str:
    """The strong ``ETag`` of what is shown of an object."""
    return f'"{sha256(content.model_dump_json().encode()).hexdigest()[:32]}"'


def require_match(current: BaseModel | None, if_match: str | None, if_new: str | None) -> None:
    """Raises ``PreconditionRequired`` and ``PreconditionFailed``. ``current`` is what is shown of the object under the
    locks of the write; None if it does not exist.
    """
    if if_match is None and if_new is None:
        raise PreconditionRequired
    if if_new is not None and current is not None:
        raise PreconditionFailed
    if if_match is not None:
        named = [part.strip() for part in if_match.split(",")]
        if current is None or ("*" not in named and etag_of(current) not in named):
            raise PreconditionFailed
