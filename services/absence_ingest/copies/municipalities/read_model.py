"""Whose files are taken: by the municipality's status, or as an operator has enabled it."""

from libs.shared.contracts.registration import MunicipalityChanged
from libs.shared.events.read_models import ReadModel, Row
from services.absence_ingest.copies.municipalities.tables import Municipality


def municipality(state: MunicipalityChanged) -> Row:
    """The municipality with what its status comes to here."""
    kept = state.model_dump(mode="json", include={"municipality_code", "aggregate_version"})
    return {**kept, "may_import": state.may_import}


MUNICIPALITIES = ReadModel(MunicipalityChanged, Municipality, row=municipality)
