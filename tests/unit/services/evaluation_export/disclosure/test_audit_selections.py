"""The audit on numbers of selected pupils and of places in courses that can be calculated by hand."""

from typing import get_args

import pytest

from libs.shared.contracts.registration import SelectionReason
from services.evaluation_export.disclosure import codes
from services.evaluation_export.disclosure.audit import TablesContradict, audit
from services.evaluation_export.disclosure.release import Cell, Group
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate import selected
from tests.unit.services.evaluation_export.disclosure.publishing import NONE, Published, Pupil, publish
from tests.unit.services.evaluation_export.disclosure.storing import Pupils, keys, stored
from tests.unit.services.evaluation_export.disclosure.test_audit import VARIED

RULES = DisclosureRules()
ALONE = ("selected", "pupil")
STATED = frozenset({("coverage", "stated")})


def many(number: int, variant: str, chosen: tuple[str, ...] = ()) -> list[Pupil]:
    """Pupils of grade 2, all analysed, whose means say little about anybody's days."""
    return [Pupil(variant, 2, 4, days, days, chosen=chosen) for days in (VARIED * 9)[:number]]


def found(tables: Published) -> set[str]:
    """The exposed targets, if no figure may be hidden as a helper."""
    fixed = frozenset((*tables.counts, *tables.means))
    return {one.target for one in audit(tables.files, tables.snapshot, RULES, fixed=fixed, seconds=60)}


def test_the_audit_knows_the_codes_of_the_table_by_itself() -> None:
    assert set(selected.CODES) == set(codes.CODES)
    assert selected.REASONS == codes.REASONS == get_args(SelectionReason)
    assert set(selected.OF_CLASSES) == {"class", *codes.TOGETHER["class"]}


def test_a_hidden_number_that_two_types_and_the_total_leave_is_found() -> None:
    """Five of A and five of B are shown as 5 (5–7), all eleven as 10 (8–12): of C at most two."""
    five = [*many(5, "A1", ALONE), *many(20, "A1"), *many(5, "B", ALONE), *many(20, "B")]
    tables = publish([*five, *many(1, "C", ALONE), *many(20, "C")], types="ABC")
    assert "selections C selected" in found(tables)
    hidden = tables.hide(*(("selections", "all", code) for code in ALONE))
    assert "selections C selected" not in found(hidden)


def test_that_nobody_of_five_is_without_the_code_is_found_and_of_ten_is_not() -> None:
    """Five are shown as 5 (5–7), and those selected too: at most two are not. Ten are shown as 10 (8–12)."""
    assert "rest beside selections A selected" in found(publish([*many(5, "A1", ALONE), *many(20, "B")]))
    assert found(publish([*many(10, "A1", ALONE), *many(20, "B")])) == set()


def test_a_reason_of_nearly_all_selected_classes_leaves_few_for_the_others() -> None:
    """Five were selected with a class, and five for low wellbeing: at most two for other reasons only."""
    chosen = ("selected", "class", "low_wellbeing")
    assert "rest beside selections A low_wellbeing" in found(publish([*many(5, "A1", chosen), *many(20, "A1")]))


def test_the_numbers_of_two_releases_together_leave_few() -> None:
    """First eight of A and all nine are shown as 10 (8–12): of C zero to four. Then nine more of A come, shown as
    15 (13–17) beside all as 20 (18–22): of C at least one, the same pupil. Here five values must be possible.
    """
    a, c = many(8, "A1", ALONE) + many(12, "A1"), many(1, "C", ALONE) + many(20, "C")
    before = {f"{name}{n}": one for name, group in (("a", a), ("c", c)) for n, one in enumerate(group)}
    now = before | {f"n{n}": one for n, one in enumerate(many(9, "A1", ALONE))}
    first, second = (publish(list(pupils.values()), types="AC") for pupils in (before, now))

    def examined(tables: Published, pupils: Pupils, earlier: tuple[Group, ...] = ()) -> set[str]:
        rules = DisclosureRules(possible_values=5)
        found = audit(tables.files, tables.snapshot, rules, earlier=earlier, persons=keys(pupils), seconds=60)
        return {one.target for one in found}

    assert examined(first, before) == examined(second, now) == set()
    assert any("selections C" in name for name in examined(second, now, stored(before, first)))


def test_places_for_each_pupil_leave_few_in_several_types() -> None:
    """Six pupils, shown as 5 (5–7), have eighteen places, shown as 20 (18–22). If they have six, shown as 5, at most
    two have another one in a second type.
    """
    pupils = [Pupil("A1", 2, 4, NONE, NONE)] * 6
    assert "several_types" not in found(publish(pupils, courses=3, places=True))
    assert "several_types" in found(publish(pupils, courses=1, places=True))


def test_places_that_an_earlier_release_printed_of_the_same_pupils_contradict_nothing() -> None:
    stands = publish(many(30, "A1"), courses=1, places=True).show(("coverage", "stated"), 90)

    def examined(fixed: frozenset[Cell] = frozenset(), kept: frozenset[Cell] = frozenset()) -> tuple[object, ...]:
        return audit(stands.files, stands.snapshot, RULES, fixed=fixed, kept=kept, seconds=60)

    with pytest.raises(TablesContradict):
        examined()
    assert examined(fixed=STATED) == examined(kept=STATED) == ()


def test_classes_beside_hidden_pupils_are_a_fault() -> None:
    tables = publish([*many(8, "A1", ("selected", "class", "lost_teaching")), *many(20, "A1"), *many(20, "B")])
    told = (b"B,class,,suppressed,", b"B,class,,suppressed,5")
    files = {name: text.replace(*told) for name, text in tables.files.items()}
    with pytest.raises(TablesContradict, match="classes without pupils"):
        audit(files, tables.snapshot, RULES, seconds=60)
