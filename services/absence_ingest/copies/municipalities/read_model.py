"""The municipalities whose files are accepted: by their status, or because an operator has enabled them."""

from libs.shared.contracts.registration import MunicipalityChanged
from libs.shared.events.read_models import ReadModel, Row
from services.absence_ingest.copies.municipalities.tables import Municipality


def municipality(state: MunicipalityChanged) -> Row:
    """The municipality's row, with whether its files are accepted."""
    kept = state.model_dump(mode="json", include={"municipality_code", "aggregate_version"})
    return {**kept, "may_import": state.may_import}


MUNICIPALITIES = ReadModel(MunicipalityChanged, Municipality, row=municipality)
