"""The events of a school: its state, and that it is gone."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from libs.shared.contracts.registration import SchoolChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox


def school_changed(row: Mapping[Any, Any]) -> SchoolChanged:
    """What is told of a school, from its row as ``queries`` gives it. The name is not told: a person wrote it."""
    return SchoolChanged.model_validate(dict(row))


async def add_school_gone(session: WriteSession, outbox: Outbox, school_id: UUID, municipality_code: str) -> None:
    """Write the tombstone of a school that its municipality never had a right to."""
    await outbox.tombstone(session, SchoolChanged.TOPIC, str(school_id), municipality=municipality_code)
