"""Bodies as spreadsheets, scripts and networks produce them. CPR numbers have the replacement form and belong to
nobody.
"""

import asyncio
import time

import httpx
import pytest

from journey.platform import SERVICES
from libs.shared.client.imports.models import Receipt
from tests.e2e.cases.municipal_it import ABSENCE, PUPILS, YEAR, MunicipalIt, counts, words

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.slow, pytest.mark.timeout(180)]

SLOW = 20.0
"""A second on an idle machine."""


async def slowest_while(it: MunicipalIt, task: "asyncio.Task[httpx.Response]") -> float:
    """The slowest answer of absence_ingest's liveness check while a request is running, in seconds."""
    slowest = 0.0
    async with httpx.AsyncClient(timeout=60) as client:
        while not task.done():
            began = time.monotonic()
            await client.get(it.platform.addresses.of("absence_ingest") + "/health/live")
            slowest = max(slowest, time.monotonic() - began)
            await asyncio.sleep(0.02)
    return slowest


async def refused_at_once(it: MunicipalIt, body: bytes) -> httpx.Response:
    """Send a body of absence, which must be refused quickly without delaying others; returns the answer."""
    began = time.monotonic()
    task = asyncio.create_task(it.post("absence", body))
    assert await slowest_while(it, task) < SLOW
    response = await task
    assert time.monotonic() - began < SLOW
    assert 400 <= response.status_code < 500, response.text
    assert len(response.content) < 4096
    return response


async def test_lost_line_ends_are_refused_at_once_with_that_reason(it: MunicipalIt) -> None:
    rows = [f"61011240{n % 100:02};2022-09-05;illness;1" for n in range(130_000)]
    for given in (rows[:3], rows):
        response = await refused_at_once(it, ("pupil;date;category;days" + "".join(given)).encode())
        assert "line end" in words(response)
        assert "linjeskift" in words(response)


async def test_one_column_name_repeated_is_refused_at_once(it: MunicipalIt) -> None:
    response = await refused_at_once(it, b"pupil;" * 700_000 + b"\n6101124001;2022-09-05;illness;1\n")
    assert response.json()["code"] in {"header.too_long", "column.duplicate", "header.too_wide"}


@pytest.mark.parametrize("quote", ["", '"'])
async def test_cr_alone_ends_lines_or_is_the_reason(it: MunicipalIt, quote: str) -> None:
    header = ";".join(f"{quote}{name}{quote}" for name in ("pupil", "date", "category", "days"))
    response = await it.post(
        "absence", f"{header}\r6101124001;2022-09-05;illness;1\r6101124002;2022-09-07;illness;0,5\r"
    )
    if response.is_success:
        receipt = Receipt.model_validate_json(response.content)
        assert (await it.final("absence", receipt)).rows == 2
    else:
        assert "line end" in words(response)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
async def test_utf_16_is_told_by_its_name(it: MunicipalIt, encoding: str) -> None:
    response = await it.post("absence", (ABSENCE + "6101124001;2022-09-05;illness;1\n").encode(encoding))
    assert 400 <= response.status_code < 500
    assert "utf-16" in words(response)


async def test_rows_and_columns_of_separators_are_none(it: MunicipalIt) -> None:
    rows = "6101124001;2022-09-12;illness;1\n6101124002;2022-09-12;illness;1\n"
    receipt = await it.send("absence", ABSENCE + rows + ";;;\n;;;\n ; ;;\n")
    assert (receipt.rows, receipt.refused) == (2, 0)
    wide = (ABSENCE + rows.replace("-12", "-13")).replace("\n", ";;\n")
    receipt = await it.send("absence", wide + "\n")
    assert (receipt.rows, receipt.refused) == (2, 0)


async def test_the_line_of_excel_is_read(it: MunicipalIt) -> None:
    receipt = await it.send("absence", "sep=;\n" + ABSENCE + "6101124001;2022-09-15;illness;1\n")
    assert (receipt.rows, receipt.refused) == (1, 0)


async def test_two_ways_to_write_a_letter_name_one_class(it: MunicipalIt) -> None:
    await it.school("202001")
    header = "institution_number;school_year;name;grade;kind\n"
    assert counts(await it.send("classes", header + "202001;2022/2023;5\u00c5;5;ordinary\n")) == (1, 0, 0, 0)
    assert counts(await it.send("classes", header + "202001;2022/2023;5A\u030a;5;ordinary\n")) == (0, 1, 0, 0)
    pupil = "6201124001;;nfd-1;A\u030age Pa\u030afundsen 1;202001;2022/2023;5A\u030a;2022-08-01;2023-08-01\n"
    assert counts(await it.send("pupils", PUPILS + pupil)) == (1, 0, 0, 0)


async def test_lost_letters_are_refused_by_name_and_told_from_what_was_sent(it: MunicipalIt) -> None:
    await it.school("208001", "5A")
    lost = await it.send("pupils", PUPILS + f"6801124011;;ff-1;S\ufffdren Pr\ufffdvesen 11;208001;{YEAR}\n")
    assert counts(lost) == (0, 0, 0, 1)
    (code,) = lost.refused_by_code
    assert code != "encoding.invalid"
    wrong = (PUPILS + f"6801124012;;ff-2;Søren Prøvesen 12;208001;{YEAR}\n").encode("windows-1252")
    undecodable = await it.send("pupils", wrong)
    assert undecodable.refused_by_code == {"encoding.invalid": 1}
    back = await it.returned("pupils", undecodable)
    again = await it.send("pupils", back)
    assert counts(again) == (0, 0, 0, 1), "what was handed back with lost letters is not taken for a name"


@pytest.mark.parametrize("query", [{"Mode": "validate"}, {"dry_run": "true"}])
async def test_unknown_query_parameters_are_refused(it: MunicipalIt, query: dict[str, str]) -> None:
    response = await it.post("absence", ABSENCE + "6101124001;2022-09-19;illness;1\n", **query)
    assert response.status_code == 422
    assert next(iter(query)).lower() in words(response)


async def test_405_names_every_method_of_the_resource(it: MunicipalIt) -> None:
    async with httpx.AsyncClient() as client:
        for service in SERVICES:
            address = it.platform.addresses.of(service)
            paths = (await client.get(f"{address}/openapi.json")).json()["paths"]
            for path, operations in paths.items():
                known = {method.upper() for method in operations}
                wrong = next(method for method in ("PATCH", "DELETE", "PUT") if method not in known)
                place = path.replace("{", "").replace("}", "")
                response = await client.request(wrong, address + place)
                if response.status_code != 404:  # this path may match a route with a parameter
                    assert response.status_code == 405, (path, response.text)
                    allowed = {method.strip() for method in response.headers["Allow"].split(",")}
                    assert known <= allowed, (path, known, allowed)
