"""Whether a row is about a pupil: evidence for it, evidence against it, and cases that a person must decide."""

from itertools import product

import pytest

from libs.shared.privacy.identifiers import IdentifierKind
from services.registration.roster.pupils.domain import Identity, known_as, needs_evidence, same_person
from services.registration.roster.pupils.evidence import Likeness, Match, compare, replaces
from services.registration.roster.pupils.names import Names

A, B = "6101120008", "6201120008"
REPLACED = "6301120008"
ASK = Identity(A, "ask00001", "L1", "Ask Prøvesen")
BOTH = frozenset({IdentifierKind.CPR_NUMBER, IdentifierKind.UNI_LOGIN})


def is_real_cpr(cpr_number: str) -> bool:
    """Treat A and B as real CPR numbers and ``REPLACED`` as a replacement number, as in production."""
    return cpr_number != REPLACED


def found(row: Identity, pupil: Identity = ASK) -> Match:
    return compare(Likeness(pupil, frozenset(pupil.identifiers), Names([pupil.name])), row, is_real_cpr)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Identity(A, None, None, "Ask Prøvesen"), Match.SAME),
        (Identity(A, None, None, "Bo Opdigtsen"), Match.SAME),  # a number belongs to one person, whatever the name
        (Identity(None, "ask00001", None, "Bo Opdigtsen"), Match.SAME),
        (Identity(None, None, "L1", "Ask Opdigtsen"), Match.SAME),
        (Identity(None, None, "L1", "Bo Opdigtsen"), Match.UNCLEAR),
        (Identity(B, None, "L1", "Bo Opdigtsen"), Match.AGAINST),
        (Identity(None, "bo000002", "L1", "Ask Prøvesen"), Match.AGAINST),
        # The number changed: UNI-Login and id, or one of them with the name.
        (Identity(B, "ask00001", "L1", "Bo Opdigtsen"), Match.SAME),
        (Identity(B, "ask00001", None, "Asta Prøvesen"), Match.SAME),
        (Identity(B, None, "L1", "Prøvesen, Ask"), Match.SAME),
        (Identity(B, "ask00001", None, "Bo Opdigtsen"), Match.AGAINST),
        (Identity(B, None, "L1", "Asta Prøvesen"), Match.AGAINST),  # a sibling with the family's shared id
        (Identity(B, "bo000002", "L1", "Ask Prøvesen"), Match.AGAINST),
        # The number is the same and the UNI-Login has changed.
        (Identity(A, "ask00002", None, "Ask Prøvesen"), Match.SAME),
        (Identity(A, "ask00002", "L1", "Bo Opdigtsen"), Match.SAME),
        (Identity(A, "bo000002", None, "Bo Opdigtsen"), Match.AGAINST),
        (Identity(REPLACED, None, "L1", "Ask Prøvesen"), Match.SAME),
        (Identity(REPLACED, None, "L1", "Bo Opdigtsen"), Match.UNCLEAR),
    ],
)
def test_what_a_row_says_of_a_pupil_who_has_all_identifiers(row: Identity, expected: Match) -> None:
    assert found(row) is expected


def test_an_id_that_is_all_there_is_needs_a_name_that_agrees() -> None:
    alone = Identity(None, None, "L1", "Ask Prøvesen")
    assert found(Identity(None, None, "L1", "Ask P. Jensen"), alone) is Match.SAME
    assert found(Identity(B, "bo000002", "L1", "Bo Opdigtsen"), alone) is Match.UNCLEAR
    assert found(Identity(B, "bo000002", "L1", "Ask Opdigtsen"), alone) is Match.SAME


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Søren Ågård", "søren JENSEN", True),
        ("So\u0308ren", "Sören", True),  # decomposed, as macOS writes it
        ("A\u030asa Berg", "Åsa Holm", True),
        ("Anne-Marie Holm", "Marie Berg", True),
        ("Ask 1", "Bo 1", False),  # numbers do not distinguish names
        ("Ali al Hassan", "Omar Al Said", False),
        ("Ib A. Holm", "Bo A. Berg", False),
        ("Å Ø", "Å Æ", True),  # there are only single letters
        ("STRAßE", "strasse", True),
    ],
)
def test_names_agree_when_a_part_of_one_stands_in_the_other(one: str, other: str, agree: bool) -> None:
    assert Names([one]).agree(other) is agree
    assert Names([other]).agree(one) is agree


def test_an_old_number_needs_the_proof_to_come_back_that_the_new_one_needed() -> None:
    renumbered = Identity(B, "ask00001", "L1", "Ask Prøvesen")
    owned = frozenset({*renumbered.identifiers, (IdentifierKind.CPR_NUMBER, A)})
    pupil = Likeness(renumbered, owned, Names([renumbered.name]))

    def comes_back(row: Identity) -> bool:
        assert compare(pupil, row, is_real_cpr) is Match.SAME
        return replaces(IdentifierKind.CPR_NUMBER, pupil, row, is_real_cpr)

    assert not comes_back(Identity(A, None, None, "Ask Prøvesen"))
    assert comes_back(Identity(A, "ask00001", "L1", "Ask Prøvesen"))


def test_a_replacement_number_gives_way_and_never_comes_back() -> None:
    assert same_person(REPLACED, A, is_real_cpr)
    assert not same_person(A, B, is_real_cpr)
    known = known_as(Identity(REPLACED, name="Ask"), Identity(A, name="Ask"), BOTH, is_real_cpr)
    assert known.cpr_number == A
    assert known_as(known, Identity(REPLACED, name="Ask"), BOTH, is_real_cpr).cpr_number == A


def test_what_a_row_leaves_empty_stays_and_what_is_not_proven_does_not_change() -> None:
    known = known_as(ASK, Identity(None, None, "L2", "Ask P"), frozenset(), is_real_cpr)
    assert known == Identity(A, "ask00001", "L2", "Ask P")
    assert (
        known_as(ASK, Identity(B, "ask00002", None, "Ask P"), frozenset(), is_real_cpr).identifiers == ASK.identifiers
    )
    assert known_as(ASK, Identity(B, None, None, "Ask P"), BOTH, is_real_cpr).cpr_number == B


def test_an_identity_never_shows_its_values() -> None:
    assert A not in repr(ASK)
    assert "Ask" not in repr(ASK)


def test_evidence_matters_only_when_a_number_differs() -> None:
    numbers, logins = (None, A, B, REPLACED), (None, "ask00001", "bo000002")
    identities = [Identity(number, login, "L1", "Ask Prøvesen") for number, login in product(numbers, logins)]
    needed = 0
    for before, row in product(identities, identities):
        with_proof, without = (known_as(before, row, proven, is_real_cpr) for proven in (BOTH, frozenset()))
        needed += with_proof != without
        assert needs_evidence(before, row) or with_proof == without, (before, row)
    assert needed > 0
