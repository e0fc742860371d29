"""Rows are gathered by pupil, and identifiers of two pupils never meet in one."""

from uuid import UUID

from libs.shared.privacy.identifiers import IdentifierKind
from services.registration.pupils.domain import Identity, fold, group_rows, same_person

P, Q = UUID(int=1), UUID(int=2)
A, B = "6101120008", "6201120008"
REPLACED = "6301120008"


def counts(cpr_number: str) -> bool:
    """As in production, if A and B were CPR numbers and the third a replacement number."""
    return cpr_number != REPLACED


def grouped(*rows: Identity, **known: UUID) -> tuple[list[list[int]], list[int]]:
    """Groups by row, and refused rows; ``known`` gives pupils by local id."""
    identifiers = {(IdentifierKind.LOCAL_ID, name): pupil for name, pupil in known.items()}
    groups, refused = group_rows(list(enumerate(rows)), identifiers, {P: A, Q: B}, counts)
    return [group.rows for group in groups], refused


def test_rows_that_share_any_identifier_are_one_pupil() -> None:
    rows = (Identity(A, None, "L1"), Identity(None, None, "L2"), Identity(None, "ask00001", "L1"))
    assert grouped(*rows) == ([[0, 2], [1]], [])


def test_rows_of_one_known_pupil_by_two_identifiers_are_one_pupil() -> None:
    assert grouped(Identity(None, None, "L1"), Identity(None, None, "L2"), L1=P, L2=P) == ([[0, 1]], [])


def test_a_row_that_would_make_two_pupils_one_is_refused() -> None:
    rows = (Identity(None, "ask00001"), Identity(None, None, "L9"), Identity(None, "ask00001", "L9"))
    assert grouped(*rows) == ([[0], [1]], [2])


def test_a_row_that_names_two_known_pupils_is_refused() -> None:
    rows = (Identity(A, None, "L1"), Identity(None, None, "L2"), Identity(B, None, "L1"))
    assert grouped(*rows, L1=P, L2=Q) == ([[0], [1]], [2])


def test_a_local_id_given_to_another_child_is_refused() -> None:
    assert grouped(Identity(B, None, "L1"), L1=P) == ([], [0])


def test_a_row_of_a_known_pupil_joins_what_an_earlier_row_began() -> None:
    rows = (Identity(None, "ask00001"), Identity(None, "ask00001", "L1"))
    assert grouped(*rows, L1=P) == ([[0, 1]], [])


def test_a_replacement_number_gives_way_and_never_comes_back() -> None:
    assert same_person(REPLACED, A, counts)
    assert not same_person(A, B, counts)
    known = fold(Identity(REPLACED, name="Ask"), [Identity(A, name="Ask")], counts)
    assert known.cpr_number == A
    assert fold(known, [Identity(REPLACED, name="Ask")], counts).cpr_number == A


def test_what_a_row_leaves_empty_stays_as_it_was() -> None:
    known = fold(Identity(A, "ask00001", "L1", "Ask"), [Identity(None, None, "L2", "Ask P")], counts)
    assert known == Identity(A, "ask00001", "L2", "Ask P")


def test_an_identity_never_shows_its_values() -> None:
    assert A not in repr(Identity(A, "ask00001", "L1", "Ask"))
