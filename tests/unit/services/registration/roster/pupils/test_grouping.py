"""Rows are grouped by pupil, and a group never mixes the identifiers of two pupils."""

import itertools
from uuid import UUID, uuid4

from libs.shared.privacy.identifiers import IdentifierKind
from services.registration.roster.pupils.cases import MOST_OPEN, Case, Cases, Decision
from services.registration.roster.pupils.domain import Identity
from services.registration.roster.pupils.grouping import Grouped, Known, group_rows

P, Q, R = UUID(int=1), UUID(int=2), UUID(int=3)
A, B, C = "6101120008", "6201120008", "6301120008"
ASK = Identity(A, None, "L1", "Ask Prøvesen")
BO = Identity(B, "bo000002", "L2", "Bo Opdigtsen")
TOVE = "Tove Digtet"


def grouped(*rows: Identity, cases: tuple[Case, ...] = (), **pupils: UUID) -> Grouped:
    """Group the rows, where P is Ask, Q is Bo and R is Tove; ``pupils`` gives the pupils of further local ids."""
    identities = {P: ASK, Q: BO, R: Identity(C, None, None, TOVE)}
    known = {identifier: pupil for pupil, each in identities.items() for identifier in each.identifiers}
    known |= {(IdentifierKind.LOCAL_ID, name): pupil for name, pupil in pupils.items()}
    return group_rows(list(enumerate(rows)), Known(known, identities, Cases(cases)), lambda _number: True)


def new(*rows: Identity) -> tuple[list[list[int]], list[int], list[int]]:
    """(groups, contradicting rows, unclear rows), if no pupil is known yet."""
    found = group_rows(list(enumerate(rows)), Known({}, {}, Cases()), lambda _number: True)
    return _by_rows(found)


def _by_rows(found: Grouped) -> tuple[list[list[int]], list[int], list[int]]:
    groups = sorted(group.rows for group in found.groups)
    return groups, sorted(found.against), sorted(index for index, _, _ in found.unclear)


def test_rows_that_share_any_identifier_are_one_pupil() -> None:
    rows = (Identity(A, None, "L1", "Ask"), Identity(None, None, "L2", "Bo"), Identity(None, "ask00001", "L1", "Ask"))
    assert new(*rows) == ([[0, 2], [1]], [], [])


def test_a_row_joins_two_others_wherever_it_stands_in_the_file() -> None:
    rows = (
        Identity(None, "ask00001", None, "Ask"),
        Identity(None, None, "L9", "Ask"),
        Identity(None, "ask00001", "L9", "Ask"),
    )
    for order in itertools.permutations(rows):
        assert new(*order) == ([[0, 1, 2]], [], [])


def test_a_row_that_names_two_known_pupils_is_against_them() -> None:
    rows = (ASK, BO, Identity(A, None, "L2", "Ask Prøvesen"))
    assert _by_rows(grouped(*rows)) == ([[0], [1]], [2], [])


def test_a_row_of_a_known_pupil_joins_what_another_row_began() -> None:
    rows = (Identity(None, "ask00001", None, "Ask"), Identity(None, "ask00001", "L1", "Ask"))
    found = grouped(*rows)
    assert _by_rows(found) == ([[0, 1]], [], [])
    assert found.groups[0].pupil_id == P


def test_one_file_gives_a_pupil_one_number_whatever_the_order_of_its_rows() -> None:
    second = Identity(B.replace("0008", "0009"), None, "L1", "Ask Prøvesen")
    for order in ((ASK, second), (second, ASK)):
        groups, against, _ = _by_rows(grouped(*order))
        assert groups == [[order.index(ASK)]]
        assert against == [order.index(second)]


def test_an_id_alone_with_another_name_opens_one_case_per_name() -> None:
    rows = [Identity(None, None, "L1", name) for name in (TOVE, "TOVE  digtet", "Ida Holm", "Ask Holm")]
    found = grouped(*rows)
    assert _by_rows(found) == ([[3]], [], [0, 1, 2])
    first, again, other = (case for _, _, case in found.unclear)
    assert first == again
    assert first.case_id != other.case_id
    assert first.pupil_id == P


def test_two_new_children_with_one_id_are_not_one() -> None:
    rows = (Identity(None, None, "L7", "Ida Holm"), Identity(None, None, "L7", TOVE))
    assert new(*rows) == ([[0]], [], [1])


def test_an_id_with_more_names_than_can_be_decided_is_no_id() -> None:
    rows = [Identity(None, None, "L1", f"Barn{chr(97 + n // 26)}{chr(97 + n % 26)}") for n in range(MOST_OPEN + 5)]
    _, against, unclear = _by_rows(grouped(*rows))
    assert (len(against), len(unclear)) == (5, MOST_OPEN)


def test_a_child_decided_to_be_the_same_is_taken_by_the_new_name() -> None:
    case = Case(uuid4(), P, TOVE, Decision.SAME_PUPIL)
    found = grouped(Identity(None, None, "L1", "tove digtet"), cases=(case,))
    assert [(group.pupil_id, group.rows, list(group.settled)) for group in found.groups] == [(P, [0], [case.case_id])]


def test_a_child_decided_to_be_another_gets_the_id_and_the_first_keeps_its_rows() -> None:
    case = Case(uuid4(), P, TOVE, Decision.ANOTHER_PUPIL)
    rows = (Identity(None, None, "L1", TOVE), Identity(A, None, "L1", "Ask Prøvesen"), Identity(None, None, "L1", TOVE))
    found = grouped(*rows, cases=(case,))
    assert _by_rows(found) == ([[0, 2], [1]], [], [])
    (other,) = (group for group in found.groups if group.is_new)
    assert [gain.identifier for gain in other.gained.values()] == [(IdentifierKind.LOCAL_ID, "L1")]
    assert next(group for group in found.groups if not group.is_new).pupil_id == P


def test_another_child_who_is_known_by_number_meanwhile_gets_the_id() -> None:
    case = Case(uuid4(), P, TOVE, Decision.ANOTHER_PUPIL)
    row = Identity(C, None, "L1", TOVE)
    assert _by_rows(grouped(row))[1] == [0], "two known pupils"
    (group,) = grouped(row, cases=(case,)).groups
    assert (group.pupil_id, list(group.gained)) == (R, [case.case_id])


def test_rows_with_the_first_childs_name_go_to_the_first_child_and_leave_the_id_where_it_is() -> None:
    """The id belongs to Bo now, and belonged to Ask before."""
    case = Case(uuid4(), Q, "Ask Prøvesen", Decision.ANOTHER_PUPIL, other_id=P)
    found = grouped(Identity(None, None, "L7", "ask prøvesen"), L7=Q, cases=(case,))
    (group,) = found.groups
    assert (group.pupil_id, group.rows, dict(group.gained)) == (P, [0], {})
    assert found.local_ids_of_others == {0}


def test_a_decision_never_joins_two_numbers() -> None:
    case = Case(uuid4(), P, TOVE, Decision.SAME_PUPIL)
    assert _by_rows(grouped(Identity(B.replace("0008", "0009"), None, "L1", TOVE), cases=(case,))) == ([], [0], [])


def test_what_was_decided_while_one_child_had_the_id_holds_when_the_next_has_it() -> None:
    """The id went from Ask to Bo; it was decided that Tove is another pupil than Ask."""
    rows = [Identity(None, None, "L7", name) for name in (TOVE, "Ask Prøvesen", "Bo Opdigtsen")]
    went = (
        Case(uuid4(), P, "Bo Opdigtsen", Decision.ANOTHER_PUPIL, other_id=Q),
        Case(uuid4(), Q, "Ask Prøvesen", Decision.ANOTHER_PUPIL, other_id=P),
    )
    asked = Case(uuid4(), P, TOVE, Decision.ANOTHER_PUPIL)
    found = grouped(*rows, L7=Q, cases=(*went, asked))
    assert _by_rows(found) == ([[0], [1], [2]], [], [])
    (tove,) = (group for group in found.groups if group.is_new)
    assert [(gain.case, gain.loser_id) for gain in tove.gained.values()] == [(asked, Q)]
    same = Case(uuid4(), P, TOVE, Decision.SAME_PUPIL)
    found = grouped(*rows[:1], L7=Q, cases=(*went, same))
    assert [(group.pupil_id, group.rows) for group in found.groups] == [(P, [0])]
    assert found.local_ids_of_others == {0}
