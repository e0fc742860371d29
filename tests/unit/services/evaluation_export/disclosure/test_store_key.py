"""The pseudonyms of persons in the store of releases."""

from uuid import UUID

import pytest

from libs.shared.base.tellable import SetUpFault
from libs.shared.privacy.keys import KeyRing
from services.evaluation_export.disclosure.store_key import StoreKey

RING = KeyRing({"k1": bytes(range(32))})
PERSON = UUID("2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21")


def test_a_person_is_the_same_in_every_release_and_another_one_in_each_municipality() -> None:
    one, again = StoreKey(RING).person(PERSON, "101"), StoreKey.parse(RING.export()).person(PERSON, "101")
    assert one == again
    assert (len(one.pseudonym), len(one.salt)) == (16, 32)
    elsewhere = StoreKey(RING).person(PERSON, "147")
    assert {one.pseudonym, one.salt}.isdisjoint({elsewhere.pseudonym, elsewhere.salt})


def test_nothing_of_a_person_is_the_same_under_another_key() -> None:
    one, other = StoreKey(RING), StoreKey(KeyRing.generate())
    assert one.check != other.check
    assert one.check == StoreKey(RING).check
    assert one.person(PERSON, "101").pseudonym != other.person(PERSON, "101").pseudonym


def test_the_keys_id_may_be_any() -> None:
    assert StoreKey(KeyRing({"other": RING["k1"]})).check == StoreKey(RING).check


def test_a_ring_of_two_keys_is_refused_since_one_of_them_would_make_nothing_comparable() -> None:
    with pytest.raises(SetUpFault, match="EVALUATION_EXPORT_RELEASE_KEY"):
        StoreKey(KeyRing({"k1": bytes(32), "k2": bytes(range(32))}))
