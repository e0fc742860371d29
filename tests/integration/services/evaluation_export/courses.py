"""Events of projects and courses, with their participants and dosage."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from libs.shared.contracts.registration import (
    DosageChanged,
    DosageVerdict,
    EnrolmentChanged,
    ProjectChanged,
    ScreeningChanged,
    SelectionState,
)
from libs.shared.contracts.state import State
from tests.integration.services.evaluation_export.schools import School


def approved(project: UUID, school: School) -> ProjectChanged:
    """The event of an approved project of the school."""
    return ProjectChanged(
        aggregate_version=3,
        municipality_code=school.code,
        project_id=project,
        status="approved",
        school_ids=[school.id],
        variants=["A1", "B"],
        start=date(2022, 8, 15),
        valid_to=date(2023, 6, 20),
    )


def hold_course(
    say: Callable[[State], None],
    pupils: Sequence[UUID],
    school: School,
    project: UUID,
    *,
    taught: tuple[str, int],
    start: date = date(2022, 8, 15),
    end: date = date(2023, 1, 31),
) -> None:
    """Pass the events of a course to ``say``: enrolments of the pupils, and dosage. ``taught`` is (variant, grade)."""
    common: dict[str, Any] = {
        "aggregate_version": 1,
        "municipality_code": school.code,
        "course_id": uuid4(),
        "project_id": project,
        "school_id": school.id,
        "variant": taught[0],
    }
    for pupil_id in pupils:
        say(
            EnrolmentChanged(
                **common,
                enrolment_id=uuid4(),
                pupil_id=pupil_id,
                grade=taught[1],
                designated=False,
                valid_from=start,
                valid_to=end,
            )
        )
    for pupil_id in pupils[:2]:
        chosen = SelectionState(
            selection_id=uuid4(), kind="group", school_id=school.id, decided_on=date(2022, 6, 20), designated=True
        )
        say(
            ScreeningChanged(
                aggregate_version=1, municipality_code=school.code, pupil_id=pupil_id, selections=(chosen,)
            )
        )
    verdicts = [DosageVerdict(stage="planned", outcome="met"), DosageVerdict(stage="delivered", outcome="at_risk")]
    say(
        DosageChanged(
            **common,
            start=start,
            valid_to=end,
            unit="lessons",
            delivered=Decimal("31.5"),
            sessions=12,
            verdicts=verdicts,
        )
    )
