"""A split batch keeps records together that must stay in order."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from libs.shared.eventlog.port import Record
from libs.shared.events.arrivals import Arrival
from libs.shared.events.strands import strands


def arrival(offset: int, key: str, municipality: str | None) -> Arrival:
    return Arrival(Record("t", 0, offset, key, b"", (), 0), uuid4(), None, None, municipality)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from([None, "101", "201", "301"])), max_size=30))
def test_a_key_and_a_municipality_are_each_in_one_strand_in_order_and_nothing_is_lost(
    given_: list[tuple[str, str | None]],
) -> None:
    arrivals = [arrival(offset, *one) for offset, one in enumerate(given_)]
    found = strands(arrivals)
    assert sorted(a.record.offset for strand in found for a in strand) == list(range(len(arrivals)))
    for strand in found:
        assert [a.record.offset for a in strand] == sorted(a.record.offset for a in strand)
    for name in ("key", "municipality"):
        places: dict[str, set[int]] = {}
        for number, strand in enumerate(found):
            for one in strand:
                value = one.record.key if name == "key" else one.municipality
                if value is not None:
                    places.setdefault(value, set()).add(number)
        assert all(len(numbers) == 1 for numbers in places.values())


def test_municipalities_and_keys_without_one_go_apart() -> None:
    arrivals = [arrival(0, "a", "101"), arrival(1, "b", "201"), arrival(2, "c", None), arrival(3, "d", "101")]
    assert [[one.record.offset for one in strand] for strand in strands(arrivals)] == [[0, 3], [1], [2]]
    joined = [arrival(0, "a", "101"), arrival(1, "a", None), arrival(2, "b", "101")]
    assert [len(strand) for strand in strands(joined)] == [3]
