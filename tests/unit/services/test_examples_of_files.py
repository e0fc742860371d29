"""The API documentation shows files of the service's own kinds, which the service accepts."""

from datetime import date

import pytest

from libs.shared.files.columns import ParseContext
from libs.shared.files.header import Header
from libs.shared.files.kind import Kind
from libs.shared.files.kinds.absence import ABSENCE
from libs.shared.files.kinds.completeness import COMPLETENESS
from libs.shared.files.kinds.declared import COURSE_KINDS, ROSTER_KINDS
from libs.shared.files.parse import CSV, NDJSON, Layout, Parsed, parse_chunk
from libs.shared.imports.http import examples
from libs.shared.imports.http.kind_views import KindView
from libs.shared.imports.http.listed_view import ListedReceiptView
from libs.shared.imports.http.views import ParkedView, ReceiptView, RefusedView
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing, LookupKeys
from libs.shared.web.pages import Page

CONTEXT = ParseContext("101", IdentifierKind.CPR_NUMBER, LookupKeys(KeyRing.generate()), date(2023, 6, 30))
every_kind = pytest.mark.parametrize(
    "kind", [*ROSTER_KINDS, *COURSE_KINDS, ABSENCE, COMPLETENESS], ids=lambda kind: kind.name
)


def parsed_csv(kind: Kind, text: str) -> Parsed:
    header, _, rows = text.partition("\r\n")
    return parse_chunk(kind, Layout(CSV, "utf-8", Header.read(header, kind)), CONTEXT, rows.encode(), 2)


@every_kind
def test_the_csv_file_of_the_documentation_is_taken(kind: Kind) -> None:
    parsed = parsed_csv(kind, examples.csv_file(kind))
    assert (parsed.rows, parsed.refused) == (1, [])


@every_kind
def test_the_ndjson_file_of_the_documentation_is_taken(kind: Kind) -> None:
    parsed = parse_chunk(kind, Layout(NDJSON, "utf-8", None), CONTEXT, examples.json_file(kind).encode(), 1)
    assert (parsed.rows, parsed.refused) == (1, [])


@every_kind
def test_the_refused_row_of_the_documentation_is_refused_for_the_reason_shown(kind: Kind) -> None:
    parsed = parsed_csv(kind, examples.refused_csv(kind))
    (shown,) = Page[RefusedView].model_validate(examples.refused_rows(kind)).items
    (error,) = shown.errors
    assert (error.code, error.column) in {(each.code, each.column) for row in parsed.refused for each in row.errors}


@every_kind
def test_each_example_fits_the_model_of_its_answer(kind: Kind) -> None:
    assert ReceiptView.model_validate(examples.receipt(kind)).kind == kind.name
    assert [each.kind for each in Page[ListedReceiptView].model_validate(examples.receipts(kind)).items] == [kind.name]
    assert [KindView.model_validate(each).name for each in examples.kinds_listed(kind)] == [kind.name]
    assert Page[ParkedView].model_validate(examples.PARKED_ROWS).items
    assert examples.guide_title(kind).startswith("# ")


def test_every_kind_of_the_service_has_an_example_of_its_own() -> None:
    for kinds in (ROSTER_KINDS, (ABSENCE, COMPLETENESS)):
        for media in examples.body(kinds)["requestBody"]["content"].values():
            assert list(media["examples"]) == [kind.name for kind in kinds]
