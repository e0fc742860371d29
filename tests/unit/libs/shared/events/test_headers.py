"""Headers are restored exactly as the outbox stored them, whichever id and key they name."""

import tracemalloc
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from libs.shared.events.headers import packed, unpacked

NAMES = st.sampled_from(["ce_id", "ce_subject", "ce_type", "content-type"]) | st.text(max_size=20)
ID, OTHER = UUID(int=1), UUID(int=2)


@given(st.data(), st.text(max_size=20))
def test_headers_come_back_as_they_were_in_their_order(data: st.DataObject, key: str) -> None:
    values = st.sampled_from([str(ID).encode(), key.encode(), b""]) | st.binary(max_size=20)
    headers = tuple(data.draw(st.lists(st.tuples(NAMES, values), max_size=8)))
    assert unpacked(packed(headers, ID, key), ID, key) == headers


def test_the_events_of_a_transaction_share_their_headers_and_each_gets_its_own_id_and_key() -> None:
    shared = packed((("ce_id", str(ID).encode()), ("ce_source", b"/a"), ("ce_subject", b"one")), ID, "one")
    assert shared == packed(
        (("ce_id", str(OTHER).encode()), ("ce_source", b"/a"), ("ce_subject", b"two")), OTHER, "two"
    )
    assert dict(unpacked(shared, OTHER, "two")) == {
        "ce_id": str(OTHER).encode(),
        "ce_source": b"/a",
        "ce_subject": b"two",
    }


def test_an_id_that_is_not_the_rows_own_is_kept() -> None:
    headers = (("ce_id", str(OTHER).encode()), ("ce_subject", b"another"))
    assert unpacked(packed(headers, ID, "one"), ID, "one") == headers


def test_long_headers_of_a_foreign_producer_are_not_remembered() -> None:
    long = [packed(tuple((f"{n}-{name}", b"x" * 50) for name in range(1_000)), ID, "one") for n in range(50)]
    tracemalloc.start()
    try:
        for each in long:
            assert len(unpacked(each, ID, "one")) == 1_000
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 500_000
