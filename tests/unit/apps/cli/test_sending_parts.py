"""A file of several kinds at the command line: how it is sent, and what its receipt comes to."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from apps.cli.kinds import kind_of, media_of_kind
from apps.cli.receipt_table import console, table_of, told_beside
from apps.cli.sending import code_of
from libs.shared.client.imports.models import Receipt
from libs.shared.client.imports.uploads import File
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.imports.http.examples import receipt as example_of
from tests.unit.libs.shared.files.skolegrunddata.documents import document

PART: dict[str, Any] = example_of(PUPILS)
IGNORED = [{"sort": "employees", "title": {"da": "ansatte", "en": "employees"}, "count": 3}]
WHOLE = PART | {
    "kind": "skolegrunddata",
    "file": {"facts": {"institution_number": "910101", "groups": 2}, "ignored": IGNORED},
    "parts": [PART | {"kind": "classes", "refused": 0}, PART],
}


@pytest.mark.parametrize("packed", [False, True])
def test_the_beginning_tells_the_format_and_how_it_is_sent(tmp_path: Path, packed: bool) -> None:
    path, content = tmp_path / "school.data", document().encode()
    path.write_bytes(gzip.compress(content) if packed else content)
    kind = kind_of(path, "utf-8")
    upload = File.of(path, "utf-8", media_of_kind(kind))
    assert (kind, upload.content_type, upload.gzip) == ("skolegrunddata", "application/xml", packed)
    assert media_of_kind("pupils") is None


def test_a_receipt_shows_its_parts_and_what_is_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    receipt = Receipt.model_validate(WHOLE)
    console().print(table_of([("school.xml", receipt)], "en"))
    shown = capsys.readouterr().out
    assert [line.split()[:3] for line in shown.splitlines()[1:]] == [
        ["school.xml", "skolegrunddata", "120"],
        ["–", "classes", "120"],
        ["–", "pupils", "120"],
    ]
    assert "Not kept: 3 employees." in told_beside(receipt, "en")
    assert code_of(receipt) == 1
