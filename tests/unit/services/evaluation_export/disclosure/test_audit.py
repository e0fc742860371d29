"""The audit on tables whose possible populations can be calculated by hand."""

import pytest

from services.evaluation_export.disclosure.audit import AuditTooSlow, Exposure, TablesContradict, audit
from services.evaluation_export.disclosure.rules import DisclosureRules
from tests.unit.services.evaluation_export.disclosure.publishing import NONE, Cell, Halves, Published, Pupil, publish

RULES = DisclosureRules()


def looked_at(
    tables: Published, *, kept: frozenset[Cell] = frozenset(), fixed: frozenset[Cell] = frozenset()
) -> tuple[Exposure, ...]:
    return audit(tables.files, tables.snapshot, RULES, kept=kept, fixed=fixed, seconds=60)


def names(tables: Published, *, kept: frozenset[Cell] = frozenset()) -> list[str]:
    """All exposed targets. No figure may be hidden as a helper, because a target that another's helper also protects is
    not listed.
    """
    return [one.target for one in looked_at(tables, kept=kept, fixed=frozenset((*tables.counts, *tables.means)))]


def many(number: int, variant: str | None, grade: int = 2, days: tuple[Halves, ...] = (NONE,), step: int = 4):
    """``number`` pupils, whose half-days before and after are those of ``days`` in turn."""
    return [Pupil(variant, grade, step, days[one % len(days)], days[one % len(days)]) for one in range(number)]


VARIED: tuple[Halves, ...] = ((4, 2, 2), (10, 3, 1), (22, 6, 4), (30, 1, 6), (16, 5, 3), (8, 4, 2))


def test_large_groups_are_no_finding():
    assert (
        looked_at(publish(many(40, "A1", days=VARIED) + many(35, "B", 8, VARIED) + many(60, None, days=VARIED))) == ()
    )


def test_beside_a_printed_five_of_five_nobody_is_left_for_the_hidden_grades():
    """A has 5 pupils, all of grade 2: the total is 5–7 and grade 2 too, so grade 8 has 0–2."""
    assert "participants B all 8" in names(publish(many(6, "B", days=VARIED) + many(40, "A1", days=VARIED)))


def test_beside_a_printed_ten_of_ten_up_to_four_may_be_left():
    """B is 8–12 and grade 2 too, so grade 8 may have 0–4."""
    assert names(publish(many(10, "B", days=VARIED) + many(40, "A1", days=VARIED) + many(3, None))) == []


def test_all_without_two_printed_types_is_the_third():
    """A and B have seven pupils with 4.5 days, shown as 5 and 0.6: 6–7 pupils (a sixth, since there is a mean) and
    3.5–4.5 days. All have fifteen, shown as 15 and 0.6: at most 17 and 11 days. So C has at most 4 days.
    """
    lives: tuple[Halves, ...] = ((0, 0, 0), (0, 0, 0), (1, 0, 0), (1, 0, 0), (2, 0, 0), (2, 0, 0), (3, 0, 0))
    third = [Pupil("C", 2, 4, (1, 0, 0), (1, 0, 0))]
    found = names(publish(many(7, "A1", days=lives) + many(7, "B", 8, lives) + third, types="ABC"))
    assert any(name.startswith("days C 20") for name in found)


def test_a_step_between_two_fives_tells_how_many_left():
    """7 left before the step and 6 after it, both shown as 5 (5–7): 0–2 left."""
    tables = publish(many(30, "A1", days=VARIED, step=0) + many(1, "A1", step=1) + many(6, "A1", days=VARIED))
    assert "flow out 2" in names(tables)


@pytest.mark.parametrize(("days", "is_exposed"), [(VARIED, True), ((NONE,), False)])
def test_the_enrolled_follow_from_their_types(days, is_exposed):
    """Both types are shown as 5. With means each has six or seven pupils, so 12–14 are enrolled; without, 10–14."""
    tables = publish(many(6, "A1", 2, days) + many(6, "B", 2, days))
    hidden = tables.hide(("flow", "left", "0"), ("flow", "in", "1"))
    assert ("flow left 0" in names(hidden)) == is_exposed


def few_unauthorised(number: int) -> Published:
    """Non-participants with some illness and authorised absence, one of whom has half a day of unauthorised absence."""
    lives = [(number % 6 + 1, number % 3 + 1, 0) for number in range(number - 1)] + [(2, 3, 1)]
    others = [Pupil(None, 2, 4, life, life) for life in lives]
    return publish(many(40, "A1", days=VARIED) + many(40, "B", days=VARIED) + others)


def test_two_categories_and_the_total_give_the_third():
    """Ten others: three means within 0.05 × 12 days each leave the hidden third less than five days."""
    exposed = looked_at(few_unauthorised(10))
    assert "days non_participants 2022 unauthorised" in [one.target for one in exposed]
    helpers = {cell for one in exposed for cell in one.helpers}
    assert helpers <= {
        ("absence", "non_participants", "all", year, category)
        for year in ("2021", "2022")
        for category in ("total", "illness", "authorised")
    }


def test_two_categories_and_the_total_of_many_give_nothing():
    """Of a hundred others, three means leave a range of 0.15 × 100 days for the third."""
    assert names(few_unauthorised(100)) == []


@pytest.mark.parametrize(("number", "is_exposed"), [(30, True), (60, False)])
def test_a_mean_near_zero_bounds_everybody_in_the_group(number, is_exposed):
    """Five of thirty have half a day: 0.1, so at most 0.15 × 32 = 4.8 days in all, and no grade of one pupil has more.
    If thirty of sixty have, 0.3 means at least 0.25 × 58 days, which does not restrict any pupil.
    """
    lives = [(number % 6 + 1, number % 4 + 1, int(number < (5 if is_exposed else 30))) for number in range(number)]
    pupils = [Pupil("A1", 2, 4, life, life) for life in lives[:-1]] + [Pupil("A1", 8, 4, lives[-1], lives[-1])]
    found = names(publish(pupils + many(40, "B", days=VARIED)))
    assert ("days inside A 2022 unauthorised" in found) == is_exposed


def test_figures_of_an_earlier_group_bind_less():
    """The five and the five of grade 2 may each differ by four persons, and the days of that group reveal nothing."""
    tables = publish(many(6, "B", days=VARIED) + many(40, "A1", days=VARIED))
    kept = frozenset(
        cell
        for cell in (*tables.counts, *tables.means)
        if cell[:2] in (("participants", "B"), ("flow", "left"), ("flow", "in"))
    )
    assert "participants B all 8" in names(tables)
    assert "participants B all 8" not in names(tables, kept=kept)


def test_a_variant_without_a_row_of_courses_was_taken_by_nobody():
    tables = publish(many(40, "A1", days=VARIED) + many(20, "B", days=VARIED))
    without = {place: row for place, row in tables.rows_of_courses.items() if place[0] != "A2"}
    told = Published(tables.snapshot, tables.grades, tables.counts, tables.means, without)
    assert "participants A A2 2" not in names(tables)
    assert looked_at(told)[0].helpers == ()


def test_public_cells_are_never_helpers():
    tables = publish(many(6, "B", days=VARIED) + many(40, "A1", days=VARIED))
    exposed = looked_at(tables, fixed=frozenset(tables.counts))
    assert exposed
    assert exposed[0].helpers == ()


def test_helpers_protect():
    for tables in (
        few_unauthorised(10),
        publish(many(6, "B", days=VARIED) + many(40, "A1", days=VARIED)),
        publish(many(30, "A1", days=VARIED, step=0) + many(1, "A1", step=1) + many(6, "A1", days=VARIED)),
    ):
        exposed = looked_at(tables)
        assert exposed
        assert all(one.helpers for one in exposed)
        found = looked_at(tables.hide(*(cell for one in exposed for cell in one.helpers)))
        assert {one.target for one in found}.isdisjoint(one.target for one in exposed)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (("participants", "B", "B", "2"), 30),
        (("flow", "left", "2"), 85),
        (("absence", "participants", "all", "2022", "illness"), "7.9"),
        (("absence", "non_participants", "all", "2021", "total"), "0.0"),
        (("several_types",), 5),
    ],
)
def test_a_figure_that_is_not_the_true_one_is_a_fault(cell, value):
    tables = publish(many(40, "A1", days=VARIED) + many(40, "B", days=VARIED) + many(60, None, days=VARIED))
    with pytest.raises(TablesContradict):
        looked_at(tables.show(cell, value))


def test_a_mean_beside_a_hidden_number_is_a_fault():
    tables = publish(many(40, "A1", days=VARIED) + many(40, "B", days=VARIED))
    with pytest.raises(TablesContradict):
        looked_at(tables.show(("absence", "participants", "all", "pupils"), None))


def test_a_file_less_is_a_fault():
    tables = publish(many(40, "A1", days=VARIED))
    for name in tables.files:
        with pytest.raises(TablesContradict):
            audit(
                {other: text for other, text in tables.files.items() if other != name},
                tables.snapshot,
                RULES,
                seconds=9,
            )


def test_no_time_is_no_release():
    tables = publish(many(6, "B", days=VARIED) + many(40, "A1", days=VARIED))
    with pytest.raises(AuditTooSlow):
        audit(tables.files, tables.snapshot, RULES, seconds=0)
