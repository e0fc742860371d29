"""The read models of absence_ingest's events."""

from libs.shared.contracts.absence import DAYS_IN_A_MONTH, CompletenessChanged, PupilMonthChanged
from libs.shared.events.read_models import ReadModel, Row
from services.registration.copies.absence.tables import Completeness, PupilMonth


def month_row(state: PupilMonthChanged) -> Row:
    """The month with the sum of its days of all categories."""
    return {
        **state.model_dump(mode="json", include={"pupil_id", "month", "municipality_code", "aggregate_version"}),
        "days": str(state.days),
    }


def require_days_of_a_month(state: PupilMonthChanged) -> None:
    """Raise ``ValueError`` when the categories add up to more days than the month has."""
    if state.days > DAYS_IN_A_MONTH:
        raise ValueError(f"a pupil-month has more than {DAYS_IN_A_MONTH} days of absence")


MONTHS = ReadModel(PupilMonthChanged, PupilMonth, row=month_row, check=require_days_of_a_month)
COMPLETENESS = ReadModel(CompletenessChanged, Completeness)
