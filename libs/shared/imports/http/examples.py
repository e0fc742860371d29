"""Examples for the API documentation of imports, made from the kinds of file that the service itself takes."""

import json
from collections.abc import Iterable
from typing import Any

from libs.shared.files.errors import FieldError
from libs.shared.files.formats import Format
from libs.shared.files.guide import guide
from libs.shared.files.kind import RETURNED_COLUMNS, Kind
from libs.shared.imports.http.kind_views import KindView
from libs.shared.imports.http.listed_view import ListedReceiptView

_RECEIPT = "/v1/imports/5f0c1f0e-6b0e-4b52-9d3a-0d6f1c1a7a10"
_ERROR = "value.required"


def body(kinds: Iterable[Kind], formats: Iterable[Format] = ()) -> dict[str, Any]:
    """The description of the uploaded file in the OpenAPI document, with an example of each kind."""
    declared = list(kinds)
    of_formats = {media: {"schema": {"type": "string", "format": "binary"}} for each in formats for media in each.media}
    return {
        "requestBody": {
            "required": True,
            "description": "The file: CSV with a header, or NDJSON. `Content-Encoding: gzip` is accepted.",
            "content": {
                "text/csv": {
                    "schema": {"type": "string"},
                    "examples": {kind.name: {"summary": kind.title_en, "value": csv_file(kind)} for kind in declared},
                },
                "application/x-ndjson": {
                    "schema": {"type": "string"},
                    "examples": {kind.name: {"summary": kind.title_en, "value": json_file(kind)} for kind in declared},
                },
                **of_formats,
            },
        }
    }


def csv_file(kind: Kind) -> str:
    """A CSV file of one row, made of the examples of the kind's columns."""
    return kind.template() + ";".join(column.column.example for column in kind.columns) + "\r\n"


def json_file(kind: Kind) -> str:
    """The same row as NDJSON."""
    row = {column.name: column.column.example for column in kind.columns if column.column.example}
    return json.dumps(row, ensure_ascii=False) + "\n"


def guide_title(kind: Kind) -> str:
    """The first line of the Danish guide."""
    return guide(kind, "da").partition("\n")[0] + "\n"


def kinds_listed(kind: Kind) -> list[dict[str, Any]]:
    """The list of kinds, with one of them."""
    return [KindView.of(kind).model_dump(mode="json")]


def receipt(kind: Kind) -> dict[str, Any]:
    """A final receipt of a file of the kind."""
    return {
        "id": _RECEIPT.rpartition("/")[2],
        "kind": kind.name,
        "municipality_code": "101",
        "mode": "commit",
        "atomic": "row",
        "identifier": "cpr_number",
        "state": "completed",
        "written": True,
        "rows": 120,
        "accepted": 100,
        "unchanged": 10,
        "parked": 6,
        "refused": 4,
        "refused_by_code": {_ERROR: 4},
        "notices": [],
        "parked_now": 2,
        "refused_later": 0,
        "chunks": 1,
        "chunks_done": 1,
        "error": None,
        "snapshot": None,
        "file": None,
        "parts": [],
        "created_at": "2022-10-03T08:00:00Z",
        "queued_at": "2022-10-03T08:00:01Z",
        "finished_at": "2022-10-03T08:00:02Z",
        "position": "p1.W1s…",
        "links": {
            "self": _RECEIPT,
            "refused": f"{_RECEIPT}/refused",
            "refused_csv": f"{_RECEIPT}/refused.csv",
            "parked": f"{_RECEIPT}/parked",
        },
    }


def receipts(kind: Kind) -> dict[str, Any]:
    """A page of the list of receipts, with that receipt."""
    shown = receipt(kind)
    return {"items": [{name: shown[name] for name in ListedReceiptView.model_fields}], "next_page_token": None}


def refused_rows(kind: Kind) -> dict[str, Any]:
    """A page with one refused row: its first required column is empty."""
    return {
        "items": [
            {
                "kind": kind.name,
                "row": 17,
                "line": 18,
                "after_parking": False,
                "errors": [
                    {
                        "code": _ERROR,
                        "column": _required(kind),
                        "value_class": "empty",
                        "messages": _messages(kind),
                    }
                ],
            }
        ],
        "next_page_token": None,
    }


def refused_csv(kind: Kind) -> str:
    """The same row in the file of refused rows."""
    messages = _messages(kind)
    cells = ["" if column.name == _required(kind) else column.column.example for column in kind.columns]
    header = ";".join((*RETURNED_COLUMNS, *kind.names))
    return f"{header}\r\n" + ";".join(("17", _ERROR, messages["da"], messages["en"], *cells)) + "\r\n"


PARKED_ROWS: dict[str, Any] = {
    "items": [
        {
            "kind": "absence",
            "row": 12,
            "reason": "unknown_pupil",
            "identifier": "cpr_number",
            "parked_at": "2022-10-03T08:00:02Z",
            "refused_at": "2023-01-01T08:00:02Z",
        }
    ],
    "next_page_token": None,
}
"""A page with one parked row; it shows nothing that depends on the kind."""


def _required(kind: Kind) -> str:
    return next((column.name for column in kind.columns if column.required), kind.names[0])


def _messages(kind: Kind) -> dict[str, str]:
    return kind.catalog.messages(FieldError(_ERROR, _required(kind), "empty").as_json())
