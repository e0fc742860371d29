"""The search finds planted values in every form and at every place, so that an empty result is a proof."""

import base64
import hashlib
import os

import pytest

from tests.e2e.security.canaries import Canary, canaries, forms
from tests.e2e.security.searching import Searcher

PEOPLE = canaries(20, seed=3)


def searcher(*people: Canary) -> Searcher:
    return Searcher({pattern: what for person in people or PEOPLE for pattern, what in forms(person)})


def test_every_form_of_every_canary_is_found_in_noise_and_noise_alone_holds_none() -> None:
    looks = searcher()
    noise = os.urandom(40_000)
    assert looks.search("noise", [noise]) == []
    planted = list(forms(PEOPLE[7]))
    text, places = noise, []
    for pattern, what in planted:
        places.append((len(text), what))
        text += pattern + os.urandom(13)
    found = {hit.at for hit in looks.search("noise", [text])}
    assert [what for at, what in places if at not in found] == []
    assert len(planted) > 400


@pytest.mark.parametrize("cut", range(1, 10))
def test_a_number_cut_in_two_by_the_end_of_a_piece_is_found(cut: int) -> None:
    number = PEOPLE[3].cpr_number.encode()
    pieces = [os.urandom(1000) + number[:cut], number[cut:] + os.urandom(1000)]
    found = searcher().search("pieces", pieces)
    assert [hit.at for hit in found] == [1000]


@pytest.mark.parametrize("before", range(9))
def test_a_number_inside_longer_base64_or_hex_is_found_at_every_alignment(before: int) -> None:
    looks = searcher()
    text = b"x" * before + PEOPLE[5].cpr_number.encode() + b";2022-09-05;illness"
    for encoded in (base64.b64encode(text), base64.urlsafe_b64encode(text), text.hex().encode()):
        assert {hit.what.split(":")[0] for hit in looks.search("encoded", [encoded])} == {"canary 5"}


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
@pytest.mark.parametrize("kind", ["", "cpr_number|", "cpr_number|101|"])
def test_an_unkeyed_hash_of_a_number_is_found_raw_in_hex_and_in_base64(name: str, kind: str) -> None:
    looks = searcher()
    digest = hashlib.new(name, f"{kind}{PEOPLE[9].cpr_number}".encode()).digest()
    for form in (digest, digest.hex().encode(), digest.hex().upper().encode(), base64.b64encode(digest)):
        assert {hit.what.split(":")[0] for hit in looks.search("digest", [b"--", form, b"--"])} == {"canary 9"}


def test_a_pattern_too_short_to_mean_anything_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        Searcher({b"123": "three digits"})


def test_no_canary_has_a_number_that_could_be_somebody_s() -> None:
    assert all(60 < int(person.cpr_number[:2]) <= 91 for person in canaries(200, seed=1))
