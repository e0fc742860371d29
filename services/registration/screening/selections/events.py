"""The event of a pupil's screening: the decisions that selected the pupil, without texts and verdicts."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from libs.shared.contracts.registration import ScreeningChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox


def screening_changed(row: Mapping[Any, Any], selections: Iterable[Mapping[Any, Any]]) -> ScreeningChanged:
    """The event of one pupil."""
    return ScreeningChanged.model_validate({**row, "selections": [dict(each) for each in selections]})


async def add_screening_gone(session: WriteSession, outbox: Outbox, pupil_id: UUID, municipality_code: str) -> None:
    """Write the tombstone of the screening of a pupil who turned out to be another one."""
    await outbox.tombstone(session, ScreeningChanged.TOPIC, str(pupil_id), municipality=municipality_code)
