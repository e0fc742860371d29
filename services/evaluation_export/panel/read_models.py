"""The read model of each event: the newest state of each aggregate."""

from collections.abc import Sequence
from typing import Any

from libs.shared.contracts.absence import CompletenessChanged, PupilMonthChanged
from libs.shared.contracts.catalog import InterventionTypePublished
from libs.shared.contracts.registration import (
    CalendarChanged,
    ClassChanged,
    DosageChanged,
    EnrolmentChanged,
    MunicipalityChanged,
    ProjectChanged,
    PupilChanged,
    SchoolChanged,
    ScreeningChanged,
)
from libs.shared.events.read_models import Children, ReadModel, Row
from services.evaluation_export.panel import tables


def memberships(state: PupilChanged) -> list[Row]:
    """A pupil's memberships. Of two in one class with the same first day, the longer one comes last and replaces the
    other.
    """
    return [
        {
            "pupil_id": str(state.pupil_id),
            "municipality_code": state.municipality_code,
            **membership.model_dump(mode="json", exclude={"school_year", "grade"}),
        }
        for membership in sorted(state.memberships, key=lambda each: each.valid_to)
    ]


def selections(state: ScreeningChanged) -> list[Row]:
    """The decisions that selected a pupil."""
    return [
        {
            "pupil_id": str(state.pupil_id),
            "municipality_code": state.municipality_code,
            **selection.model_dump(mode="json"),
        }
        for selection in state.selections
    ]


def dosage(state: DosageChanged) -> Row:
    """The dosage that a course has delivered, with the verdicts that a table shows."""
    outcomes = {verdict.stage: verdict.outcome for verdict in state.verdicts}
    return {
        **state.model_dump(mode="json", exclude={"verdicts"}),
        "planned_outcome": outcomes.get("planned"),
        "delivered_outcome": outcomes.get("delivered"),
    }


READ_MODELS: Sequence[ReadModel[Any]] = (
    ReadModel(InterventionTypePublished, tables.InterventionType),
    ReadModel(MunicipalityChanged, tables.Municipality),
    ReadModel(SchoolChanged, tables.School),
    ReadModel(CalendarChanged, tables.Calendar),
    ReadModel(ClassChanged, tables.Class),
    ReadModel(PupilChanged, tables.Pupil, children=[Children(tables.Membership, memberships, by=["pupil_id"])]),
    ReadModel(ProjectChanged, tables.Project),
    ReadModel(EnrolmentChanged, tables.Enrolment),
    ReadModel(ScreeningChanged, tables.Screening, children=[Children(tables.Selection, selections, by=["pupil_id"])]),
    ReadModel(DosageChanged, tables.Dosage, row=dosage),
    ReadModel(PupilMonthChanged, tables.PupilMonth),
    ReadModel(CompletenessChanged, tables.Completeness),
)
