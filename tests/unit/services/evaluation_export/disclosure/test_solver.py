"""A wrong answer of the solver never makes anything look safe."""

import time
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from services.evaluation_export.disclosure import solver
from services.evaluation_export.disclosure.audit import audit
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.solver import AuditTooSlow, Region, furthest
from tests.unit.services.evaluation_export.disclosure.publishing import Pupil, publish


def whole(*numbers: object) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


@pytest.fixture
def triangle() -> Region:
    """Two numbers from 0 to 3 whose sum is at most 3."""
    return Region(whole([1, 1]), whole(-solver.NO_LIMIT), whole(3), whole(0, 0), whole(3, 3))


def soon() -> float:
    return time.monotonic() + 60


def test_the_furthest_point_is_found(triangle: Region):
    assert furthest(triangle, whole(2, 1), soon()).tolist() == [3, 0]


def test_an_empty_region_has_no_point(triangle: Region):
    assert furthest(triangle.narrowed(whole([1, 0]), whole(4), whole(5)), whole(1, 1), soon()) is None


@pytest.mark.parametrize(("point", "room"), [((0, 0), ([3, 3], [0, 0])), ((1, 2), ([0, 0], [1, 2]))])
def test_room_is_how_far_one_variable_goes_alone(triangle: Region, point, room):
    assert tuple(side.tolist() for side in triangle.room(whole(*point))) == room


def answering(monkeypatch: pytest.MonkeyPatch, status: int, point: list[float] | None) -> list[bool]:
    """Replace the solver by this answer; returns a list that collects whether each call used presolve."""
    asked: list[bool] = []

    def milp(*_: object, options: dict[str, bool], **__: object) -> SimpleNamespace:
        asked.append(options["presolve"])
        return SimpleNamespace(status=status, x=None if point is None else np.array(point))

    monkeypatch.setattr(solver, "milp", milp)
    return asked


@pytest.mark.parametrize(("status", "point"), [(1, [1.0, 1.0]), (3, None), (4, None), (0, None)])
def test_an_answer_that_is_not_sure_is_no_answer(monkeypatch, triangle: Region, status, point):
    answering(monkeypatch, status, point)
    with pytest.raises(AuditTooSlow):
        furthest(triangle, whole(1, 1), soon())


def test_an_optimal_point_outside_is_asked_for_again_and_then_refused(monkeypatch, triangle: Region):
    asked = answering(monkeypatch, 0, [3.0, 3.0])
    with pytest.raises(AuditTooSlow):
        furthest(triangle, whole(1, 1), soon())
    assert asked == [True, False]


def test_a_nearly_whole_point_is_rounded(monkeypatch, triangle: Region):
    answering(monkeypatch, 0, [0.9999999, 2.0000001])
    assert furthest(triangle, whole(1, 1), soon()).tolist() == [1, 2]


def test_no_time_left_is_no_answer(triangle: Region):
    with pytest.raises(AuditTooSlow):
        furthest(triangle, whole(1, 1), time.monotonic() - 1)


def with_answer(change: Callable[[SimpleNamespace], SimpleNamespace], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``change`` alter the real solver's answers."""
    ask = solver.milp
    monkeypatch.setattr(solver, "milp", lambda *given, **options: change(ask(*given, **options)))


def test_a_solver_that_finds_the_truth_only_finds_nothing_safe(monkeypatch):
    """The true value is only one possible value of every hidden count, which is too few."""
    tables = publish([Pupil("A1", 2) for _ in range(20)] + [Pupil("B", 8) for _ in range(20)])
    fixed = frozenset((*tables.counts, *tables.means))
    assert audit(tables.files, tables.snapshot, DisclosureRules(), fixed=fixed, seconds=60) == ()
    with_answer(lambda answer: SimpleNamespace(status=0, x=np.zeros_like(answer.x)), monkeypatch)
    monkeypatch.setattr(Region, "room", lambda self, point: (np.zeros_like(point), np.zeros_like(point)))
    assert audit(tables.files, tables.snapshot, DisclosureRules(), fixed=fixed, seconds=60) != ()
