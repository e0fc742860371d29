"""How and why participants were selected: counted by type, rounded, hidden, and compared with earlier releases."""

import msgspec
import pytest

from services.evaluation_export.disclosure.release import Group
from services.evaluation_export.products.aggregate.primary import Part
from services.evaluation_export.products.aggregate.snapshot import Selected, Snapshot
from tests.disclosure.attacker.reading import rows
from tests.factories.bundles import zipped
from tests.unit.services.evaluation_export.orders import begins, build, country, find, order, pupil, without_audit

TABLE = "selections.csv"
Shown = tuple[str, str]


def chosen(*selected: Selected, pupils: int = 40) -> Snapshot:
    """The first half of the pupils in A1, the others in C."""
    taking = tuple(begins(one, "A1" if one < pupils // 2 else "C") for one in range(pupils))
    snapshot = country(taking, tuple(pupil(one) for one in range(pupils)))
    return msgspec.structs.replace(snapshot, selected=selected)


def with_class(
    persons: range, number: int, *reasons: str, designated: frozenset[int] = frozenset()
) -> tuple[Selected, ...]:
    """The decision about a class, for each of its pupils."""
    return tuple(Selected(one, "class", number, reasons, one in designated) for one in persons)


def shown(snapshot: Snapshot, letter: str, *codes: str, earlier: tuple[Group, ...] = ()) -> list[Shown]:
    """Pupils and classes of these rows."""
    built = without_audit(snapshot, earlier)
    found = (find(built, TABLE, letter=letter, code=code) for code in codes)
    return [(row["pupils"], row["classes"]) for row in found]


def test_pupils_are_counted_once_by_how_and_why_and_classes_by_why() -> None:
    """Four classes of A1 of five pupils each; all lost teaching, and three of them have low wellbeing, too. Seven of C
    were selected alone, and one of them twice.
    """
    classes = [
        with_class(range(5 * one, 5 * one + 5), one, "lost_teaching", *(["low_wellbeing"] if one else []))
        for one in range(4)
    ]
    alone = (Selected(one, "pupil") for one in (20, 20, 21, 22, 23, 24, 25, 26))
    snapshot = chosen(*(decision for each in classes for decision in each), *alone)
    codes = ("selected", "class", "lost_teaching", "low_wellbeing", "pupil", "shared_need")
    assert shown(snapshot, "A", *codes) == [("20", ""), ("20", "5"), ("20", "5"), ("15", "5"), ("", ""), ("", "")]
    assert shown(snapshot, "C", *codes) == [("5", ""), ("", ""), ("", ""), ("", ""), ("5", ""), ("", "")]
    assert shown(snapshot, "all", *codes) == [("25", ""), ("20", "5"), ("20", "5"), ("15", "5"), ("5", ""), ("", "")]


def test_every_type_and_code_has_a_row_and_only_rows_about_classes_a_reason_for_hidden_ones() -> None:
    found = rows(zipped(without_audit(chosen())), TABLE)
    assert len(found) == 6 * 10
    assert {row["pupils_missing_reason"] for row in found} == {"suppressed"}
    of_classes = {row["code"] for row in found if row["classes_missing_reason"] == "suppressed"}
    assert of_classes == {
        "class", "vulnerable_share", "lost_teaching", "shared_need", "low_wellbeing", "missing_relations",
    }  # fmt: skip


@pytest.mark.parametrize(("marked", "printed"), [(0, ""), (4, ""), (5, "5"), (8, "10")])
def test_few_marks_are_hidden_like_none(marked: int, printed: str) -> None:
    snapshot = chosen(*with_class(range(20), 0, "shared_need", designated=frozenset(range(marked))))
    assert shown(snapshot, "A", "designated") == [(printed, "")]


def test_fewer_than_three_classes_are_hidden_beside_their_pupils() -> None:
    two = (*with_class(range(10), 0, "shared_need"), *with_class(range(10, 20), 1, "shared_need"))
    assert shown(chosen(*two), "A", "shared_need") == [("20", "")]


def test_who_takes_no_part_is_not_counted() -> None:
    snapshot = chosen(*(Selected(one, "pupil") for one in range(40)))
    fewer = msgspec.structs.replace(snapshot, participations=snapshot.participations[:20])
    assert shown(fewer, "all", "selected") == shown(fewer, "A", "selected") == [("20", "")]


@pytest.mark.parametrize(("more", "printed"), [(1, "10"), (3, "10"), (5, "15")])
def test_marks_of_one_to_four_more_stand_as_they_were_released(more: int, printed: str) -> None:
    def marked(many: int) -> Snapshot:
        return chosen(*with_class(range(30), 0, "shared_need", designated=frozenset(range(many))), pupils=60)

    first = without_audit(marked(12))
    assert shown(marked(12 + more), "A", "designated", earlier=first.groups) == [(printed, "")]
    unguarded = build(order(marked(12 + more), first.groups), frozenset({Part.AUDIT, Part.GATE}))
    assert find(unguarded, TABLE, letter="A", code="designated")["pupils"] == "15"
