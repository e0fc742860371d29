import re

import pytest

from libs.shared.auth.principal import Principal, Role
from libs.shared.privacy.keys import BlindIndex, KeyRing
from libs.shared.privacy.subjects import SubjectKeys

SUB = "anna.zebrasen@example.dk"
CLAIMS = {"sub": SUB, "roles": [Role.SCHOOL.value]}


def test_the_keyed_form_tells_nothing_of_the_subject_and_is_the_same_wherever_the_ring_is() -> None:
    ring = KeyRing.generate()
    kept = SubjectKeys(ring).subject_key(SUB)
    assert re.fullmatch(r"k1:[0-9a-f]{32}", kept)
    assert kept == SubjectKeys(KeyRing.parse(ring.export())).subject_key(SUB)
    assert kept != SubjectKeys(KeyRing.generate()).subject_key(SUB)
    assert kept != SubjectKeys(ring).subject_key(SUB.upper())
    assert kept[3:] not in BlindIndex(ring).value("subject", SUB)[1]


def test_after_a_rotation_a_bearer_is_still_known_by_the_former_key() -> None:
    old, new = KeyRing.generate("k1"), KeyRing.generate("k2")
    before = Principal.from_claims(CLAIMS, SubjectKeys(old))
    after = Principal.from_claims(CLAIMS, SubjectKeys(KeyRing({"k2": new["k2"], "k1": old["k1"]})))
    assert after.subject.startswith("k2:")
    assert after.is_subject(before.subject)
    assert after.is_subject(after.subject)
    stranger = Principal.from_claims(CLAIMS | {"sub": "another"}, SubjectKeys(old))
    assert not after.is_subject(stranger.subject)
    assert not after.is_subject(None)


@pytest.mark.parametrize("sub", ["\ud800", "ø" * 255])
def test_any_subject_that_a_token_may_carry_has_a_form(sub: str) -> None:
    assert len(SubjectKeys(KeyRing.generate("k" * 32)).subject_key(sub)) == 65
