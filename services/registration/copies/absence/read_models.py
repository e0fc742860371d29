"""The read models of absence_ingest's events."""

from libs.shared.contracts.absence import CompletenessChanged, PupilMonthChanged
from libs.shared.events.read_models import ReadModel, Row
from services.registration.copies.absence.tables import Completeness, PupilMonth


def month_row(state: PupilMonthChanged) -> Row:
    """The month with the sum of its days of all categories."""
    return {
        **state.model_dump(mode="json", include={"pupil_id", "month", "municipality_code", "aggregate_version"}),
        "days": str(state.days),
    }


MONTHS = ReadModel(PupilMonthChanged, PupilMonth, row=month_row)
COMPLETENESS = ReadModel(CompletenessChanged, Completeness)
