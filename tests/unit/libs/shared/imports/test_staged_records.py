"""The digests of staged rows are equal for equal keys and different for all others, even for the same values in other
columns.
"""

from itertools import combinations
from typing import Annotated
from uuid import UUID

from libs.shared.files.columns import Column, Key
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.imports.staging.records import Sealing, names, records
from libs.shared.privacy.keys import Fingerprints, KeyRing, LookupKeys, Vault


class PairRow(ImportRow):
    """Two identifiers and two texts that form the key, and a text that is not part of it."""

    one: Annotated[Key, Column("Den ene", "One", "", identifier=True)]
    other: Annotated[Key | None, Column("Den anden", "Other", "", identifier=True)]
    left: Annotated[str, Column("Venstre", "Left", "")]
    right: Annotated[str, Column("Højre", "Right", "")]
    note: Annotated[str, Column("Note", "Note", "")]


PAIRS = Kind(
    name="pairs",
    model=PairRow,
    natural_key=("one", "other", "left", "right"),
    settles_by=("one",),
    title_da="Par",
    title_en="Pairs",
    about_da="",
    about_en="",
    of_pupils=True,
)
RING = KeyRing.generate()
SEALING = Sealing(UUID(int=1), "101", Vault(RING), Fingerprints(RING), RING.active_id, LookupKeys(RING))


def key(first: str) -> Key:
    return Key("cpr_number", "k1", (first * 64)[:64])


A, B = key("0123456789abcdef" * 2 + "fedcba9876543210"), key("00112233445566778899aabbccddeeff")
DIFFERENT = [
    (A, B, "x", "y"),
    (B, A, "x", "y"),
    (A, A, "x", "y"),
    (B, B, "x", "y"),
    (A, None, "x", "y"),
    (A, B, "y", "x"),
    (A, B, "x", "x"),
    (A, B, "y", "y"),
]


def digests(rows: list[tuple[Key, Key | None, str, str]], notes: list[str]) -> list[tuple[int, int]]:
    """The digests (group, key) of each row."""
    columns = dict(zip(("one", "other", "left", "right"), zip(*rows, strict=True), strict=True)) | {"note": notes}
    made = records(PAIRS, columns, range(1, len(rows) + 1), SEALING)
    places = [names(PAIRS).index(name) for name in ("row_no", "group_hash", "key_hash")]
    by_row = {record[places[0]]: (record[places[1]], record[places[2]]) for record in made}
    return [by_row[row] for row in range(1, len(rows) + 1)]


def test_rows_with_one_key_have_one_digest_and_rows_with_any_other_key_another() -> None:
    found = digests([*DIFFERENT, *DIFFERENT], [str(n) for n in range(2 * len(DIFFERENT))])
    assert found[: len(DIFFERENT)] == found[len(DIFFERENT) :]
    for (one, (_, first)), (other, (_, second)) in combinations(zip(DIFFERENT, found, strict=False), 2):
        assert first != second, (one, other)


def test_the_group_is_that_of_the_columns_a_kind_settles_by_alone() -> None:
    groups = dict(zip(DIFFERENT, digests(DIFFERENT, ["" for _ in DIFFERENT]), strict=True))
    assert len({group for (one, *_), (group, _) in groups.items() if one == A}) == 1
    assert groups[DIFFERENT[0]][0] != groups[DIFFERENT[1]][0]


def test_digests_fit_the_column_that_holds_them() -> None:
    for group, key_hash in digests([(key("f"), key("8"), "x", "y"), (key("0"), key("7"), "x", "y")], ["", ""]):
        assert -(2**63) <= group < 2**63
        assert -(2**63) <= key_hash < 2**63
