"""The secretariat's use cases about municipalities."""

from collections.abc import Callable
from datetime import date

from libs.shared.base.municipalities import municipality_name
from libs.shared.contracts.registration import MunicipalityChanged
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order
from libs.shared.db.order import Place as ListPlace
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Place
from services.registration.errors import MunicipalityNotFound
from services.registration.roster.municipalities import queries
from services.registration.roster.municipalities.errors import StatusFromInitiative
from services.registration.roster.municipalities.events import municipality_changed
from services.registration.roster.municipalities.queries import MunicipalityRecord

_SECRETARIAT, _INITIATIVE = "secretariat", "initiative"


async def list_municipalities(
    session: ReadSession, *, status: str | None, order: Order, after: ListPlace | None, size: int
) -> list[MunicipalityRecord]:
    """At most ``size`` municipalities after that place, with whether their files are accepted."""
    return await queries.listed(session, status=status, order=order, after=after, size=size)


async def get_municipality(session: ReadSession, code: str) -> MunicipalityRecord | None:
    """The municipality, if it was ever invited."""
    return await queries.one(session, code)


async def put_municipality(session: WriteSession, outbox: Outbox, *, code: str, status: str) -> bool:
    """Create or change a municipality; True if anything changed. If nothing differs, nothing is written and no event is
    added.

    Its name is the official one. Raises ``StatusFromInitiative`` for another status than its answers in initiatives
    give.
    """
    known = await queries.standing_locked(session, code)
    if known is not None and known["status_from"] == _INITIATIVE:
        if known["status"] != status:
            raise StatusFromInitiative(pointer="/status")
        return False
    return await _put(session, outbox, code, status, _SECRETARIAT)


async def put_by_initiative(
    session: WriteSession, outbox: Outbox, *, code: str, status_of: Callable[[str | None], str]
) -> bool:
    """Write whether a municipality takes part, by its answers in initiatives; True if anything changed.

    ``status_of`` gives the status from the present one, whose row is locked; None if the municipality is new.
    """
    known = await queries.standing_locked(session, code)
    return await _put(session, outbox, code, status_of(None if known is None else known["status"]), _INITIATIVE)


async def _put(session: WriteSession, outbox: Outbox, code: str, status: str, status_from: str) -> bool:
    changed = await queries.put(session, code, municipality_name(code), status, status_from)
    if changed is not None:
        await outbox.add(session, municipality_changed(changed))
    return changed is not None


async def enable_imports(
    session: WriteSession, outbox: Outbox, *, code: str, reason: str | None, today: date
) -> MunicipalityRecord:
    """Accept the municipality's files whatever its status, for this reason; None: by its status alone again.

    Raises ``MunicipalityNotFound``.
    """
    changed = await queries.enable(session, code, reason, None if reason is None else today)
    if changed is not None:
        await outbox.add(session, municipality_changed(changed))
    found = await queries.one(session, code)
    if found is None:
        raise MunicipalityNotFound
    return found


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[MunicipalityChanged]:
    """The municipality's state, its row locked."""
    return [municipality_changed(row) for row in await queries.locked_page(session, code, after, size)]
