"""The events of a school: its state, and its tombstone."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from libs.shared.contracts.registration import SchoolChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox


def school_changed(row: Mapping[Any, Any]) -> SchoolChanged:
    """The event of a school, from a row of ``queries``. It does not have the name, because a person wrote it."""
    return SchoolChanged.model_validate(dict(row))


async def add_school_gone(session: WriteSession, outbox: Outbox, school_id: UUID, municipality_code: str) -> None:
    """Write the tombstone of a school to which its municipality never had a right."""
    await outbox.tombstone(session, SchoolChanged.TOPIC, str(school_id), municipality=municipality_code)
