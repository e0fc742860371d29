"""Keys: rotation, tampering, separation of purposes, and that no key is ever shown."""

import base64
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import BlindIndex, KeyRing, KeyRingInvalid, LookupKeys, Undecryptable, Vault

CPR = IdentifierKind.CPR_NUMBER
LOCAL = IdentifierKind.LOCAL_ID
A = base64.b64encode(b"a" * 32).decode()
B = base64.b64encode(b"b" * 32).decode()


def test_the_first_key_is_active_and_the_ring_can_be_written_again() -> None:
    ring = KeyRing.parse(f"k2:{A}, k1:{B}")
    assert ring.active_id == "k2"
    assert list(ring) == ["k2", "k1"]
    assert KeyRing.parse(ring.export())["k1"] == b"b" * 32
    assert A not in repr(ring)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "id:base64"),
        (A, "key 1"),
        (f"k1:{A},k1:{B}", "twice"),
        ("k1:c2hvcnQtc2VjcmV0", "12 bytes"),
        ("k1:!!secret!!", "not base64"),
        (f"bad id:{A}", "key 1"),
        (f"k1:{A},", "key 2"),
    ],
)
def test_a_bad_ring_says_which_key_and_never_shows_it(text: str, says: str) -> None:
    with pytest.raises(KeyRingInvalid, match=says) as caught:
        KeyRing.parse(text)
    shown = "".join(traceback.format_exception(caught.value)).replace(f'KeyRing.parse("{text}")', "")
    for secret in ("secret!!", "c2hvcnQt", A[:20]):
        assert secret not in shown


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_encrypted_is_read_again_in_its_context_alone(plaintext: bytes, context: bytes) -> None:
    vault = Vault(KeyRing.parse(f"k1:{A}"))
    sealed = vault.encrypt(plaintext, context)
    assert vault.decrypt(sealed, context) == plaintext
    with pytest.raises(Undecryptable):
        vault.decrypt(sealed, context + b"x")


@given(st.data())
def test_any_changed_or_missing_byte_is_noticed(data: st.DataObject) -> None:
    vault = Vault(KeyRing.parse(f"k1:{A}"))
    sealed = vault.encrypt(b"name", b"pupil")
    place = data.draw(st.integers(0, len(sealed) - 1))
    flip = data.draw(st.integers(1, 255))
    with pytest.raises(Undecryptable):
        vault.decrypt(sealed[:place] + bytes((sealed[place] ^ flip,)) + sealed[place + 1 :], b"pupil")
    with pytest.raises(Undecryptable):
        vault.decrypt(sealed[:place], b"pupil")


def test_a_nonce_is_never_used_twice() -> None:
    vault = Vault(KeyRing.parse(f"k1:{A}"))
    assert len({vault.encrypt(b"same", b"") for _ in range(1000)}) == 1000


def test_an_old_key_is_read_until_it_leaves_the_ring() -> None:
    sealed = Vault(KeyRing.parse(f"k1:{A}")).encrypt(b"name", b"")
    both = Vault(KeyRing.parse(f"k2:{B},k1:{A}"))
    assert both.needs_rotation(sealed)
    assert both.decrypt(sealed, b"") == b"name"
    assert not both.needs_rotation(both.encrypt(b"name", b""))
    with pytest.raises(Undecryptable, match="k1"):
        Vault(KeyRing.parse(f"k2:{B}")).decrypt(sealed, b"")


def test_a_cpr_number_has_one_key_everywhere_and_a_local_id_one_per_municipality() -> None:
    keys = LookupKeys(KeyRing.parse(f"k1:{A}"))
    assert keys.value(CPR, "6101120008", "101") == keys.value(CPR, "6101120008", "147")
    assert keys.value(LOCAL, "7", "101") != keys.value(LOCAL, "7", "147")


def test_lookup_keys_cover_every_key_of_the_ring_while_it_rotates() -> None:
    old = LookupKeys(KeyRing.parse(f"k1:{A}"))
    both = LookupKeys(KeyRing.parse(f"k2:{B},k1:{A}"))
    values = both.all_values(CPR, "6101120008", "101")
    assert [key_id for key_id, _ in values] == ["k2", "k1"]
    assert values[0] == both.value(CPR, "6101120008", "101")
    assert values[1] == old.value(CPR, "6101120008", "101")


@given(st.text(max_size=6), st.text(max_size=6), st.text(max_size=6), st.text(max_size=6))
def test_no_two_different_identifiers_share_a_framing(m1: str, i1: str, m2: str, i2: str) -> None:
    keys = LookupKeys(KeyRing.parse(f"k1:{A}"))
    same = keys.value(LOCAL, i1, m1) == keys.value(LOCAL, i2, m2)
    assert same == ((m1, i1) == (m2, i2))


def test_the_blind_index_and_the_lookup_key_of_one_ring_are_unlike() -> None:
    ring = KeyRing.parse(f"k1:{A}")
    index = BlindIndex(ring)
    assert index.value("cpr_number", "6101120008") != LookupKeys(ring).value(CPR, "6101120008", "101")
    assert index.value("cpr_number", "6101120008") != index.value("name", "6101120008")
    assert index.all_values("cpr_number", "6101120008") == [index.value("cpr_number", "6101120008")]
