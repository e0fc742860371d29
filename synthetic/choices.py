"""The pupils of the demo's courses, chosen from the layout, so that the journey need not search for them."""

from synthetic import absence, roster
from synthetic.forecast import Chosen, LateClass, Parked
from synthetic.layout import FIRST_YEARS, Layout, Line
from synthetic.registers import LATE_ROSTER, late_line
from synthetic.school_days import name as year_name

_LAST = len(FIRST_YEARS) - 1
_CO_TEACHING_GRADE, _GROUP_GRADE, _GROUP_SIZE = 5, 7, 3


def co_teaching(layout: Layout) -> Chosen:
    """Grade 5 of the first school; the quarter with the most absence is designated."""
    line = layout.line(0, _CO_TEACHING_GRADE)
    return _chosen(line, _most_absent(layout, line, max(1, line.size // 4)))


def small_group(layout: Layout) -> Chosen:
    """Three pupils of grade 7 of the second school, those with the most absence."""
    line = layout.line(1, _GROUP_GRADE)
    return _chosen(line, _most_absent(layout, line, _GROUP_SIZE))


def late_class(layout: Layout, parked: list[Parked]) -> LateClass:
    """The class whose roster is late, with its absence rows, which are parked."""
    line = late_line(layout)
    chosen = _chosen(line, [pupil.local_id for pupil in roster.of_line(layout, line)])
    return LateClass(
        chosen.institution_number, chosen.school_year, chosen.class_name, LATE_ROSTER, chosen.local_ids, parked
    )


def _most_absent(layout: Layout, line: Line, count: int) -> list[str]:
    """Local ids, in order, of the ``count`` pupils with the most expected absence; only pupils who have a CPR number
    and stay in the class are considered.
    """
    staying = [pupil for pupil in roster.of_line(layout, line) if pupil.cpr_number and not pupil.moves]
    staying.sort(key=lambda pupil: -absence.share(layout.seed, pupil.number, line.last_grade))
    return sorted(pupil.local_id for pupil in staying[:count])


def _chosen(line: Line, local_ids: list[str]) -> Chosen:
    year = year_name(FIRST_YEARS[_LAST])
    return Chosen(line.school.institution_number, year, line.class_name(_LAST), local_ids)
