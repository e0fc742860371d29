"""Reads the history."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place
from services.registration.access import institutions_listed
from services.registration.initiatives.errors import InitiativeNotFound
from services.registration.initiatives.history import queries
from services.registration.initiatives.programme import queries as programme


async def list_steps(
    session: ReadSession,
    caller: Principal,
    initiative_id: UUID,
    *,
    order: Order,
    after: Place | None,
    size: int,
    **filters: str | None,
) -> Sequence[Mapping[Any, Any]]:
    """At most ``size`` steps that the caller may see, who is not told what schools of others were given; ``filters``
    are ``code`` and ``step``. Raises ``InitiativeNotFound``.
    """
    if await programme.one(session, initiative_id) is None:
        raise InitiativeNotFound
    own = institutions_listed(caller)
    return await queries.listed(session, initiative_id, own, order=order, after=after, size=size, **filters)
