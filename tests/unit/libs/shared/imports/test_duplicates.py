"""The same key twice in a file is found within a chunk and across chunks."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from libs.shared.imports.columns import Key
from libs.shared.imports.duplicates import duplicates, pack, row_hashes, unpack
from libs.shared.privacy.keys import Fingerprints, KeyRing
from tests.factories.imported import DAYS

PRINTS = Fingerprints(KeyRing.generate())


async def chunks(*packed: bytes) -> AsyncIterator[bytes]:
    for one in packed:
        yield one


def hashes(rows: Sequence[tuple[int, int, str]]) -> list[int]:
    columns: dict[str, Sequence[Any]] = {
        "pupil": [Key("cpr_number", "k1", str(pupil)) for pupil, _, _ in rows],
        "date": [None for _ in rows],
        "category": [f"{day}{category}" for _, day, category in rows],
    }
    # The date is left out (None) and the day put into the category: the hashing asks for no particular type.
    return row_hashes(DAYS, columns, PRINTS, PRINTS.active_id)


ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from("ab")), max_size=30)


@given(ROWS, st.integers(1, 10))
async def test_every_repeated_key_is_found_however_the_file_is_cut(rows: list[tuple[int, int, str]], size: int) -> None:
    first: dict[tuple[int, int, str], int] = {}
    expected = {
        number: first[row] for number, row in enumerate(rows, start=1) if first.setdefault(row, number) != number
    }
    found: dict[int, int] = {}
    packed: list[bytes] = []
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        numbers = list(range(start + 1, start + 1 + len(part)))
        made = hashes(part)
        repeated = await duplicates(made, numbers, chunks(*packed))
        found.update({numbers[index]: number for index, number in repeated.items()})
        packed.append(pack(made, numbers))
    assert found == expected


def test_packed_keys_come_back_as_they_were() -> None:
    values, rows = unpack(pack([1, 2**64 - 1], [7, 9]))
    assert list(values) == [1, 2**64 - 1]
    assert list(rows) == [7, 9]


def test_swapped_values_are_another_key() -> None:
    assert len(set(hashes([(1, 2, "a"), (2, 1, "a"), (1, 1, "a"), (2, 2, "a")]))) == 4
