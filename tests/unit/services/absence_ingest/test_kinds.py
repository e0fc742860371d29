"""The two kinds of file in the documentation for municipal IT, and the subscriptions of the group."""

import string
from datetime import date
from typing import Any

import pytest

from libs.shared.base.clock import utc_now
from libs.shared.contracts.topics import subscribed
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.files.columns import ParseContext
from libs.shared.files.errors import Refused
from libs.shared.files.guide import guide
from libs.shared.files.header import Header
from libs.shared.files.kind import Kind
from libs.shared.files.kinds.absence import ABSENCE
from libs.shared.files.kinds.completeness import COMPLETENESS, read_month
from libs.shared.files.parse import Layout, parse_chunk
from libs.shared.files.problems import ColumnUnknown
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing, LookupKeys
from libs.shared.runtime.parts import kinds_of
from services.absence_ingest.wiring import rooms, subscriptions

CONTEXT = ParseContext("101", IdentifierKind.CPR_NUMBER, LookupKeys(KeyRing.generate()), date(2023, 9, 1))


def test_the_templates_are_the_headers_of_the_design() -> None:
    assert ABSENCE.template() == "pupil;date;category;days\r\n"
    assert COMPLETENESS.template() == "institution_number;month;reported\r\n"


@pytest.mark.parametrize("kind", [ABSENCE, COMPLETENESS])
@pytest.mark.parametrize("language", ["da", "en"])
def test_the_guide_explains_every_column_and_every_code(kind: Kind, language: str) -> None:
    text = guide(kind, language)
    assert all(f"`{column.name}`" in text for column in kind.columns)
    assert all(f"`{error.code}`" in text for error in kind.errors)


@pytest.mark.parametrize("kind", [ABSENCE, COMPLETENESS])
def test_every_error_has_two_texts_that_can_be_filled_in(kind: Kind) -> None:
    known: dict[str, Any] = {"column": "x", "allowed": "y"}
    for error in kind.errors:
        names = {name for text in (error.da, error.en) for _, name, _, _ in string.Formatter().parse(text) if name}
        assert names <= set(known), error.code
        assert error.da.format(**known) != error.en.format(**known)


def test_a_misspelt_column_is_a_problem_and_is_not_passed_over() -> None:
    with pytest.raises(ColumnUnknown):
        Header.read("pupil;date;category;day", ABSENCE)


def test_each_field_says_by_code_what_is_wrong_with_it_and_no_value_is_repeated() -> None:
    rows = [
        "61O1120008;2022-09-30;illness;1",
        "6101120008;2022-02-31;illness;1",
        "6101120008;2099-09-01;illness;1",
        "6101120008;2022-09-30;sygdom på rejse;1",
        "6101120008;2022-09-30;illness;en halv",
        "6101120008;2022-09-30;illness;",
        "610112-0008 ;30-09-2022 ;illness ;0,5 ",
        "6101120008;2022-09-30;illness;2",
        "6101120008;0209-09-08;illness;1",
        "6101120008;31-12-9999;illness;1",
        "6101120008;2022-10-03;illness;1",
    ]
    layout = Layout("csv", "utf-8", Header.read(ABSENCE.template(), ABSENCE))
    parsed = parse_chunk(ABSENCE, layout, CONTEXT, "\n".join(rows).encode(), 2)
    assert [(row.row, row.errors[0].column, row.errors[0].code) for row in parsed.refused] == [
        (1, "pupil", "cpr_number.invalid"),
        (2, "date", "date.invalid"),
        (3, "date", "date.in_future"),
        (4, "category", "category.unknown"),
        (5, "days", "days.invalid"),
        (6, "days", "value.required"),
        (8, "days", "absence.over_one_day"),
        (9, "date", "date.out_of_range"),
        (10, "date", "date.in_future"),
    ]
    assert all("rejse" not in str(error.as_json()) for row in parsed.refused for error in row.errors)
    assert parsed.columns["days"] == [1, 2]
    assert parsed.columns["pupil"][0] == parsed.columns["pupil"][1]


@pytest.mark.parametrize("text", ["2022-09", "2023-09", "1990-08"])
def test_a_month_that_has_begun_is_a_month(text: str) -> None:
    assert read_month(text, CONTEXT) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2022-13", "month.invalid"),
        ("2022-9", "month.invalid"),
        ("09-2022", "month.invalid"),
        ("0000-01", "date.out_of_range"),
        ("0001-01", "date.out_of_range"),
        ("1990-07", "date.out_of_range"),
        ("9999-12", "date.in_future"),
        ("٢٠٢٢-٠٩", "month.invalid"),
        ("2023-10", "date.in_future"),
    ],
)
def test_a_month_to_come_or_of_another_form_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_month(text, CONTEXT)
    assert refused.value.code == code


def test_the_group_reads_the_topics_it_is_declared_to_read() -> None:
    outbox = Outbox("absence_ingest")
    nowhere = Database("postgresql://absence_ingest_app@127.0.0.1:1/absence_ingest")
    kinds = kinds_of(rooms(nowhere, outbox, utc_now))
    assert subscriptions(outbox).topics == subscribed("absence_ingest")
    assert [kind.name for kind in kinds] == ["completeness", "absence"]
