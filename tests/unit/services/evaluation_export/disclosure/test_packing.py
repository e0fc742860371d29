"""A group that is packed for the store is unpacked unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation_export.disclosure.packing import pack, unpack
from services.evaluation_export.disclosure.release import Group

pseudonyms = st.binary(min_size=16, max_size=16)
figures = {"pupils": "20", "illness": None}


@given(st.dictionaries(pseudonyms, st.binary(min_size=8, max_size=8)))
def test_days_come_back_with_each_persons_fingerprint(members: dict[bytes, bytes]) -> None:
    group = Group("2022", "all", members, figures)
    assert unpack(pack(group), {}) == group


@given(st.sets(pseudonyms))
def test_a_count_has_no_fingerprints_and_its_persons_stand_in_order(persons: set[bytes]) -> None:
    group = Group("2022/2023", "all", dict.fromkeys(persons, b""), figures)
    packed = pack(group)
    assert packed.members == b"".join(sorted(persons))
    assert packed.fingerprints == b""
    assert unpack(packed, {}) == group


@pytest.mark.parametrize("members", [{b"short": b""}, {b"a" * 16: b"12345678", b"b" * 16: b""}])
def test_what_would_not_come_back_is_refused(members: dict[bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="length"):
        pack(Group("2022", "all", members, figures))
