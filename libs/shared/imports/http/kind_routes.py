"""HTTP for the kinds of file a service takes: their list, templates and guides."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.errors import NotFound
from libs.shared.files.guide import guide, guide_of_format
from libs.shared.files.kind import Kind
from libs.shared.imports.handlers import Kinds
from libs.shared.imports.http import examples
from libs.shared.imports.http.access import formats_of, kinds_of
from libs.shared.imports.http.kind_views import KindView
from libs.shared.web.access import require
from libs.shared.web.lists import CSV_MEDIA, LISTED, csv_of

Sender = Annotated[Principal, Depends(require(Role.MUNICIPALITY_INTEGRATION, Role.SECRETARIAT))]
"""A caller who may send some kind of file."""


class _Csv(Response):
    media_type = "text/csv"


class _Markdown(Response):
    media_type = "text/markdown"


def as_text(media: str, example: str) -> dict[int | str, dict[str, Any]]:
    """The response of a route that returns a document, for its OpenAPI description."""
    content = {media: {"schema": {"type": "string"}, "example": example}}
    return {200: {"description": "The document.", "content": content}}


def as_json(example: Any) -> dict[int | str, dict[str, Any]]:
    """The example of a JSON response, for the OpenAPI description of its route."""
    return {200: {"content": {"application/json": {"example": example}}}}


def as_list(model: type[BaseModel], example: Any) -> dict[int | str, dict[str, Any]]:
    """The response of a list of ``model``, with the example of its JSON page, and the same page as CSV."""
    listed = LISTED[200]
    table = {**listed["content"][CSV_MEDIA], "example": csv_of(model, example["items"])}
    return {200: {**listed, "content": {CSV_MEDIA: table, "application/json": {"example": example}}}}


def _kind(kinds: Kinds, caller: Principal, name: str) -> Kind:
    """The kind named in the path. Raises ``NotFound`` for an unknown one."""
    for kind in kinds_of(kinds, caller):
        if kind.name == name:
            return kind
    raise NotFound


def add_kinds(router: APIRouter, kinds: Kinds) -> None:
    """Add the routes under ``/kinds``. Their examples show the service's first kind."""
    shown = next(iter(kinds))

    @router.get(
        "/kinds", summary="The kinds of file this service takes", responses=as_json(examples.kinds_listed(shown))
    )
    async def listed(caller: Sender) -> list[KindView]:
        own = [KindView.of(kind) for kind in kinds_of(kinds, caller)]
        return own + [KindView.of_format(each) for each in formats_of(kinds, caller)]

    @router.get(
        "/kinds/{kind}/template.csv",
        summary="The empty file: its header line",
        response_class=_Csv,
        responses=as_text("text/csv", shown.template()),
    )
    async def template(kind: str, caller: Sender) -> Response:
        found = _kind(kinds, caller, kind)
        disposition = {"Content-Disposition": f'attachment; filename="{found.name}.csv"'}
        return _Csv(found.template(), headers=disposition)

    @router.get(
        "/kinds/{kind}/guide",
        summary="How the file is written, in Danish or English",
        response_class=_Markdown,
        responses=as_text("text/markdown", examples.guide_title(shown)),
    )
    async def kind_guide(
        kind: str, caller: Sender, language: Annotated[str, Query(pattern="^(da|en)$", examples=["da"])] = "da"
    ) -> Response:
        for each in formats_of(kinds, caller):
            if each.name == kind:
                return _Markdown(guide_of_format(each, language))
        return _Markdown(guide(_kind(kinds, caller, kind), language))
