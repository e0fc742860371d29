import asyncio
import io
import json
import logging
import uuid
from collections.abc import Iterator

import pytest
from opentelemetry.trace import SpanKind

from libs.shared.observability.correlation import accepted_or_new, correlation
from libs.shared.observability.logs import get_logger
from libs.shared.observability.redaction import REDACTED, redact, redact_text
from libs.shared.observability.tracing import Tracing, continue_trace
from tests.factories.logs import logged

CPR = "6101120008"  # the replacement form: day 61


REQUEST = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with logged("registration") as stream:
        yield stream


def last(lines: io.StringIO) -> dict[str, object]:
    found: dict[str, object] = json.loads(lines.getvalue().splitlines()[-1])
    return found


def test_a_line_carries_service_correlation_and_trace(lines: io.StringIO) -> None:
    with correlation(REQUEST), Tracing("registration").span("work"):
        get_logger("x").info("import.received", rows=3)
    line = last(lines)
    assert line["event"] == "import.received"
    assert line["service"] == "registration"
    assert line["correlation_id"] == REQUEST
    assert line["rows"] == 3
    assert len(str(line["trace_id"])) == 32


def test_an_exception_is_logged_by_type_and_place_and_without_its_message(lines: io.StringIO) -> None:
    try:
        int("Canary Jensen")
    except ValueError:
        get_logger("x").exception("import.failed")
        logging.getLogger("library").exception("library failed")
    text = lines.getvalue()
    assert "Canary" not in text
    assert len(text.splitlines()) == 2
    failure = last(lines)["failure"]
    assert isinstance(failure, dict)
    assert failure["type"] == "builtins.ValueError"
    assert "test_logs.py" in failure["where"][0]


def test_a_database_error_shows_its_sqlstate_and_not_its_row(lines: io.StringIO) -> None:
    class UniqueViolation(Exception):
        sqlstate = "23505"

    class Wrapped(Exception):
        orig = UniqueViolation("Key (name)=(Canary Jensen) already exists")

    def insert() -> None:
        raise Wrapped("INSERT ... Canary Jensen")

    try:
        insert()
    except Wrapped:
        get_logger("x").exception("import.failed")
    failure = last(lines)["failure"]
    assert isinstance(failure, dict)
    assert failure["sqlstate"] == "23505"
    assert "Canary" not in lines.getvalue()


async def test_a_lost_task_does_not_print_its_exception(lines: io.StringIO) -> None:
    async def fail() -> None:
        raise ValueError("Canary Jensen")

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop = asyncio.get_running_loop()
    loop.call_exception_handler({"message": "lost", "exception": task.exception(), "future": task})
    assert "Canary" not in lines.getvalue()
    assert "lost" in lines.getvalue()


def test_an_object_is_logged_by_its_type_never_by_its_repr(lines: io.StringIO) -> None:
    class Row:
        def __repr__(self) -> str:
            return "Row(name='Canary Jensen')"

    get_logger("x").info("row", row=Row(), rows=[Row()])
    assert "Canary" not in lines.getvalue()
    assert "<Row>" in lines.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "61 10 12 0008",
        "611012–0008",
        "611012 - 0008",
        "6 1 1 0 1 2 0 0 0 8",
        "6110120008\u200b",
        CPR,
        "611012-0008",
        "611012 0008",
        f"x{CPR}y",
        f"/v1/pupils/{CPR}?a=1",
        "a=6110120008,b",
    ],
)
def test_anything_like_a_cpr_number_is_removed(text: str) -> None:
    cleaned = redact_text(text)
    assert REDACTED in cleaned
    assert "0008" not in cleaned


def test_a_cpr_number_is_removed_from_numbers_keys_and_depths() -> None:
    planted = {"a": int(CPR), CPR: [{"b": (f"no {CPR}",)}], "f": float(CPR)}
    assert "0008" not in json.dumps(redact(planted))


def test_the_platforms_own_ids_stay_readable() -> None:
    own = str(uuid.UUID("12345678-1234-4234-8234-a1234567890b"))
    assert redact_text(own) == own
    trace_id = "4bf92f3577b34da6a1234567890b4736"
    assert redact_text(trace_id) == trace_id


@pytest.mark.parametrize(
    "offered",
    [
        None,
        "",
        "short",
        CPR,
        f"id-{CPR}",
        "a b c d e f g",
        "x" * 65,
        "<script>alert",
        "Kanariefugl-Zebrasen",
        "journey-2022_08.15",
        REQUEST + "0",
        "abcdefabcdefabcdefabcd6101120008",
        "6101120008abcdefabcdefabcdefabcd",
    ],
)
def test_a_correlation_id_that_is_not_sane_is_replaced(offered: str | None) -> None:
    assert accepted_or_new(offered) != offered


@pytest.mark.parametrize("offered", [REQUEST, REQUEST.upper(), "5f0e5c1c-3a55-4b0c-9d53-1f0f5d2a7c90"])
def test_a_random_correlation_id_is_kept(offered: str) -> None:
    assert accepted_or_new(offered) == offered


def test_a_trace_id_that_hides_a_cpr_number_begins_a_trace_of_its_own(lines: io.StringIO) -> None:
    for trace_id, kept in ((REQUEST, True), ("abcdefabcdefabcdefabcd6101120008", False)):
        tracing = Tracing("registration")
        with continue_trace(f"00-{trace_id}-00f067aa0ba902b7-01", tracing=tracing, kind=SpanKind.SERVER):
            get_logger("x").info("work")
        assert (last(lines)["trace_id"] == trace_id) is kept
