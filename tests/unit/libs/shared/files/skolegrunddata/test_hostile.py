"""Files that are made to cost: each limit, and the memory and time of files without an end."""

import time
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest

from libs.shared.base.errors import Problem
from libs.shared.files.skolegrunddata import limits
from libs.shared.files.skolegrunddata.reader import SnapshotReader
from tests.unit.libs.shared.files.skolegrunddata.documents import TODAY, document, employee, group, pupil

MEBIBYTE = 1024 * 1024
START = document(group()).partition("</Institution>")[0]
LAUGHS = '<!DOCTYPE a [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30))


def refusal(pieces: Iterable[str | bytes]) -> tuple[str, int]:
    """The code with which a file is refused, and the bytes that were read until then."""
    reader, fed = SnapshotReader(TODAY), 0
    try:
        for piece in pieces:
            data = piece.encode() if isinstance(piece, str) else piece
            fed += len(data)
            reader.feed(data)
        reader.end()
    except Problem as refused:
        return refused.code, fed
    return "", fed


def after(start: str, piece: str, times: int) -> Iterator[str]:
    yield start
    for _ in range(times):
        yield piece


ENDLESS: dict[str, tuple[Iterator[str], str]] = {
    "a tag": (after(START + "<a ", "x" * 1000, 100_000), "xml.token_too_long"),
    "an attribute": (after(START + '<a b="', "x" * 1000, 100_000), "xml.token_too_long"),
    "attributes": (after(START + "<a ", 'b="x" ' * 100, 100_000), "xml.token_too_long"),
    "a comment": (after(START + "<!--", "x" * 1000, 100_000), "xml.token_too_long"),
    "an instruction": (after("<?a ", "x" * 1000, 100_000), "xml.token_too_long"),
    "a comment before the root": (after("<!--", "x" * 1000, 100_000), "xml.token_too_long"),
    "nesting": (after(START, "<a>" * 100, 100_000), "xml.too_deep"),
    "nesting before the root": (after("", "<Envelope>" * 100, 100_000), "xml.too_deep"),
    "a text that is read": (after(START + pupil().partition("Ask")[0], "x" * 1000, 100_000), "xml.value_too_long"),
    "a CDATA section": (
        after(START + pupil().partition("Ask")[0] + "<![CDATA[", "x" * 1000, 100_000),
        "xml.value_too_long",
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_has_no_end_is_refused_within_a_few_blocks(what: str) -> None:
    pieces, code = ENDLESS[what]
    found, fed = refusal(pieces)
    assert found == code
    assert fed < len(START) + limits.TOKEN_BYTES + 3 * limits.BLOCK_BYTES


@pytest.mark.parametrize(
    "entities",
    [
        LAUGHS + "]>",
        '<!DOCTYPE a [<!ENTITY a "' + "x" * 50_000 + '">]>',
        '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
        '<!DOCTYPE a PUBLIC "-//x" "http://127.0.0.1:9/x">',
    ],
    ids=["billion laughs", "quadratic blow-up", "external entity", "parameter entity", "public identifier"],
)
def test_entities_are_refused_before_anything_is_expanded_or_fetched(entities: str) -> None:
    started = time.process_time()
    assert refusal([entities + document(group(name="&a29;"))])[0] == "xml.doctype"
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    "each",
    ["<a{0}/>", '<a b{0}="x"/>', '<a xmlns:p{0}="u"/>', '<a xmlns="u{0}"/>'],
    ids=["elements", "attributes", "prefixes", "namespaces"],
)
def test_names_that_are_never_the_same_are_refused_as_the_parser_keeps_each(each: str) -> None:
    pieces = (START if n == 0 else each.format(n) for n in range(1_000_000))
    assert refusal(pieces)[0] == "xml.too_many_names"


def test_an_institution_has_so_many_groups_and_persons_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = after(START, group("g", kind="Hold"), limits.MOST_GROUPS)
    assert refusal(groups)[0] == "skolegrunddata.too_many_groups"
    monkeypatch.setattr("libs.shared.files.skolegrunddata.members.MOST_PERSONS", 50)
    assert refusal(after(START, employee(), 51))[0] == "skolegrunddata.too_many_persons"


def _grown(piece: str, size: int, rows: int) -> float:
    """The most memory, in MiB, while a file of that size is read to the end."""
    reader, given = SnapshotReader(TODAY), 0
    reader.feed(START.encode())
    data, read = piece.encode(), 0
    tracemalloc.start()
    try:
        while given < size:
            read += len(reader.feed(data))
            given += len(data)
        reader.feed(b"</Institution></UNILoginImport>")
        read += len(reader.end())
        assert read == rows
        return tracemalloc.get_traced_memory()[1] / MEBIBYTE
    finally:
        tracemalloc.stop()


def test_memory_is_flat_for_a_hundred_megabytes_of_what_is_not_kept() -> None:
    photograph = "<Photo>" + "iVBORw0KGgo=" * 80_000 + "</Photo>"
    ignored = employee().replace("</Person>", photograph + "</Person>") + "<!-- x -->" * 100
    assert _grown(ignored, 100 * MEBIBYTE, rows=1) < 8
