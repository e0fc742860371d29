"""A list as the caller wants it: sorted by a column of his choice, page by page, as JSON or as CSV.

A route takes ``lists: Lists`` and ``sort: Annotated[str, sortable("last_day", "title")] = "last_day"``, reads with
``lists.after`` where the page begins, and returns ``lists.answer``; it declares ``response_model=Page[…]`` and
``responses=LISTED``. ``libs.shared.db.order`` makes the SQL.

A CSV answer (``Accept: text/csv``) has the same rows as the JSON page. The address of the next page is in the header
``Link`` with ``rel="next"`` (RFC 8288), which is missing on the last page.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, TypeVar, get_args, get_origin

from fastapi import Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from libs.shared.base.spreadsheets import csv_line
from libs.shared.db.order import Order, Place
from libs.shared.web.pages import Page, Turning

CSV_MEDIA = "text/csv"
SEPARATOR = ";"
"""A Danish spreadsheet splits columns at a semicolon."""

LISTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "One page. / Én side.",
        "content": {CSV_MEDIA: {"schema": {"type": "string"}}},
        "headers": {
            "Link": {
                "description": 'Of a CSV answer: the next page, `rel="next"`. / I et CSV-svar: næste side.',
                "schema": {"type": "string"},
            }
        },
    }
}
"""The OpenAPI description of a list that ``Listing.answer`` writes."""

Item = TypeVar("Item", bound=BaseModel)
Row = TypeVar("Row")

_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$")
_MOST_RANGES = 20


def sortable(*names: str) -> Any:
    """The query parameter ``sort`` of a list that can be sorted by these columns."""
    listed = ", ".join(f"`{name}`" for name in names)
    return Query(
        pattern=f"^-?({'|'.join(map(re.escape, names))})$",
        description=f"One of {listed}; with a minus before it, the highest first. / Én af {listed}; med minus foran "
        "kommer den højeste først.",
    )


class Listing:
    """The pages of one request for a list."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._turning = Turning(request)
        self._csv = prefers_csv(request.headers.get("accept"))

    def after(self, token: str | None, name: str, order: Order) -> Place | None:
        """Where the page begins; None for the first one. Raises ``PageTokenInvalid`` (400), also for the token of a
        list that was sorted or filtered in another way.
        """
        key = self._turning.read(token, self._name(name, order), (str, str))
        return None if key is None else Place(str(key[0]), str(key[1]))

    def answer(
        self,
        name: str,
        order: Order,
        found: Sequence[Row],
        size: int,
        *,
        model: type[Item],
        item: Callable[[Row], Item],
        place: Callable[[Row], Place],
    ) -> Page[Item] | Response:
        """The page of ``found``, which may have one row more than ``size``; that row only shows that more rows follow.

        ``item`` makes the view of a row, which is a ``model``; ``place`` gives the place after which the next page
        begins.
        """

        def key(row: Row) -> Sequence[str]:
            at = place(row)
            return at.value, at.unique

        page = self._turning.page(self._name(name, order), found, size, item=item, key=key)
        return self._as_csv(page, model) if self._csv else page

    def _name(self, name: str, order: Order) -> str:
        """The list with its order and its filters, to which a token is bound."""
        filters = sorted(each for each in self._request.query_params.multi_items() if each[0] not in _TURNS)
        return json.dumps([name, str(order), filters])

    def _as_csv(self, page: Page[Item], model: type[Item]) -> Response:
        content = csv_of(model, (each.model_dump(mode="json", by_alias=True) for each in page.items))
        headers = {"Vary": "Accept"}
        if page.next_page_token is not None:
            following = self._request.url.include_query_params(page_token=page.next_page_token)
            headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
        # Excel reads a file without the byte order mark as Windows-1252.
        return Response("\ufeff" + content, media_type=f"{CSV_MEDIA}; charset=utf-8", headers=headers)


_TURNS = frozenset({"page_size", "page_token", "sort"})

Lists = Annotated[Listing, Depends(Listing)]
"""The dependency of a route with a list: ``lists: Lists``, then ``lists.after`` and ``lists.answer``."""


def csv_of(model: type[BaseModel], items: Iterable[Mapping[str, Any]]) -> str:
    """The CSV of items that a list shows as JSON; its columns are the fields of their model."""
    columns = list(_columns(model))
    lines = [csv_line(columns, SEPARATOR)]
    lines += [csv_line((_cell(each, name) for name in columns), SEPARATOR) for each in items]
    return "".join(lines)


def prefers_csv(accept: str | None) -> bool:
    """Whether an ``Accept`` header names CSV with a higher weight than JSON. A range such as ``*/*`` asks for JSON."""
    weights = {CSV_MEDIA: 0.0, "application/json": 0.0}
    for part in (accept or "").split(",")[:_MOST_RANGES]:
        media, *parameters = (each.strip().lower() for each in part.split(";"))
        if media in weights:
            weights[media] = max(weights[media], _weight(parameters))
    return weights[CSV_MEDIA] > weights["application/json"]


def _weight(parameters: Sequence[str]) -> float:
    asked = [each for each in parameters if each.startswith("q=")]
    if not asked:
        return 1.0
    found = _WEIGHT.match(asked[0])
    return float(found[1]) if found else 0.0


def _columns(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The columns of a model: its fields, with a dot between a field and the fields of the model inside it."""
    for name, field in model.model_fields.items():
        column = prefix + (field.alias or name)
        inner = _model_in(field.annotation)
        if inner is None:
            yield column
        else:
            yield from _columns(inner, f"{column}.")


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model of a field that holds one, which may also be null; None for every other field."""
    choices = [each for each in get_args(annotation) or (annotation,) if each is not type(None)]
    only = choices[0] if len(choices) == 1 and get_origin(annotation) not in (list, tuple, dict) else None
    return only if isinstance(only, type) and issubclass(only, BaseModel) else None


def _cell(shown: Any, column: str) -> object:
    """The value under a dotted column: several values with a comma between them, anything else with parts as JSON."""
    for step in column.split("."):
        shown = shown.get(step) if isinstance(shown, Mapping) else None
    if isinstance(shown, bool):
        return "true" if shown else "false"
    if isinstance(shown, list) and not any(isinstance(each, list | dict) for each in shown):
        return ", ".join(map(str, shown))
    return json.dumps(shown, ensure_ascii=False) if isinstance(shown, list | dict) else shown
