"""Lists as JSON and as CSV: the same rows, the same order, and a next page in both."""

import csv
import io
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from starlette.responses import Response

from libs.shared.db.order import Order, Place
from libs.shared.web.lists import LISTED, Lists, prefers_csv, sortable
from libs.shared.web.pages import Page, PageSize, PageToken
from tests.factories.service import Tokens, app_of


class Amount(BaseModel):
    weekly: float
    unit: str


class Course(BaseModel):
    number: int
    title: str
    open: bool
    subjects: list[str]
    planned: Amount | None
    verdicts: list[Amount]


def _course(number: int) -> Course:
    planned = Amount(weekly=10.5, unit="lessons") if number % 2 else None
    verdicts = [Amount(weekly=1, unit="lessons")] if number == 1 else []
    return Course(
        number=number,
        title="=1+1" if number == 0 else f"Forløb {number}",
        open=number == 1,
        subjects=["dansk", "matematik"],
        planned=planned,
        verdicts=verdicts,
    )


def _router() -> APIRouter:
    router = APIRouter(prefix="/v1/courses", tags=["courses"])

    @router.get("", response_model=Page[Course], responses=LISTED)
    async def courses(
        lists: Lists,
        sort: Annotated[str, sortable("number", "title")] = "number",
        most: int = 5,
        page_size: PageSize = 2,
        page_token: PageToken = None,
    ) -> Page[Course] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "courses", order)
        found = sorted(map(_course, range(most)), key=lambda each: each.number, reverse=order.descending)
        if after is not None:
            at = [str(each.number) for each in found].index(after.unique)
            found = found[at + 1 :]
        return lists.answer(
            "courses",
            order,
            found[: page_size + 1],
            page_size,
            model=Course,
            item=lambda each: each,
            place=lambda each: Place(str(each.number), str(each.number)),
        )

    return router


@pytest.fixture
def app(tokens: Tokens) -> FastAPI:
    return app_of("courses", [_router()], tokens)


def _rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def test_a_csv_has_the_rows_of_the_json_page(client: httpx.AsyncClient) -> None:
    pages = (await client.get("/v1/courses")).json()
    rows = _rows(await client.get("/v1/courses", headers={"Accept": "text/csv"}))
    assert [int(row["number"]) for row in rows] == [each["number"] for each in pages["items"]] == [0, 1]
    assert rows[1] == {
        "number": "1",
        "title": "Forløb 1",
        "open": "true",
        "subjects": "dansk, matematik",
        "planned.weekly": "10.5",
        "planned.unit": "lessons",
        "verdicts": '[{"weekly": 1.0, "unit": "lessons"}]',
    }
    assert rows[0]["title"] == "'=1+1"  # no spreadsheet takes it for a formula
    assert rows[0]["planned.weekly"] == ""


async def test_the_link_of_a_csv_leads_through_every_page(client: httpx.AsyncClient) -> None:
    address, seen = "/v1/courses?sort=-number&most=5", list[int]()
    for _ in range(3):
        answer = await client.get(address, headers={"Accept": "text/csv"})
        seen += [int(row["number"]) for row in _rows(answer)]
        address = answer.links["next"]["url"] if answer.links else ""
    assert (seen, address) == ([4, 3, 2, 1, 0], "")


async def test_an_empty_csv_has_its_columns(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/courses?most=0", headers={"Accept": "text/csv"})
    assert answer.text.lstrip("\ufeff") == "number;title;open;subjects;planned.weekly;planned.unit;verdicts\r\n"


@pytest.mark.parametrize("other", ["sort=title", "sort=-number", "sort=number&most=4"])
async def test_a_token_is_bound_to_order_and_filters(client: httpx.AsyncClient, other: str) -> None:
    token = (await client.get("/v1/courses?sort=number&most=5")).json()["next_page_token"]
    same = await client.get("/v1/courses", params={"sort": "number", "most": 5, "page_size": 1, "page_token": token})
    assert [each["number"] for each in same.json()["items"]] == [2]
    assert (await client.get(f"/v1/courses?{other}", params={"page_token": token})).status_code == 400


async def test_an_unknown_column_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/courses?sort=planned")).status_code == 422


@pytest.mark.parametrize(
    ("accept", "csv_wanted"),
    [
        (None, False),
        ("*/*", False),
        ("application/json", False),
        ("text/csv", True),
        ("TEXT/CSV; charset=utf-8", True),
        ("application/json, text/csv;q=0.9", False),
        ("application/json;q=0.5, text/csv;q=0.9", True),
        ("text/csv, application/json", False),
        ("text/csv;q=0", False),
        ("text/csv;q=nonsense", False),
        ("text/html, " * 30 + "text/csv", False),
    ],
)
def test_csv_needs_a_higher_weight_than_json(accept: str | None, csv_wanted: bool) -> None:
    assert prefers_csv(accept) is csv_wanted
