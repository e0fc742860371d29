"""Carries out a request, or returns the object that its first attempt created."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from libs.shared.base.errors import NotFound
from libs.shared.db.database import WriteSession
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.problems import CreatedGone, KeyReused, StillRunning
from libs.shared.observability.failures import sqlstate

KEPT = timedelta(days=7)
"""How long a key is remembered; afterwards it counts as new."""

WAIT_SECONDS = 5
"""How long a second request waits for the first; then the caller is asked to send it again later."""

_LOCK_NOT_AVAILABLE = "55P03"

Made = TypeVar("Made")

_LIMIT = text("SELECT current_setting('lock_timeout') AS before, set_config('lock_timeout', :limit, true)")
_RESTORE = text("SELECT set_config('lock_timeout', :limit, true)")
# Waits for the transaction that claimed the key first, and then returns no row, as that row exists. An expired row is
# taken over.
_CLAIM = text(
    """
INSERT INTO idempotency_key (tenant, id, fingerprint, created_at) VALUES (:tenant, :id, :fingerprint, :at)
ON CONFLICT (tenant, id) DO UPDATE SET fingerprint = excluded.fingerprint, reference = NULL,
    created_at = excluded.created_at WHERE idempotency_key.created_at < :expired
RETURNING true
"""
)
_FIND = text("SELECT fingerprint, reference FROM idempotency_key WHERE tenant = :tenant AND id = :id")
_REMEMBER = text("UPDATE idempotency_key SET reference = :reference WHERE tenant = :tenant AND id = :id")


async def once(
    session: WriteSession,
    attempt: Attempt | None,
    *,
    create: Callable[[], Awaitable[Made]],
    reference: Callable[[Made], str],
    again: Callable[[str], Awaitable[Made]],
) -> Made:
    """Create the object and store its ``reference``; or fetch with ``again`` the object of an earlier attempt.

    Everything happens in the caller's transaction, which should hold no other lock yet. Without an attempt it only
    creates. Raises ``KeyReused``, ``StillRunning`` or ``CreatedGone``, and the errors of the given functions.
    """
    if attempt is None:
        return await create()
    known = await _claim(session, attempt)
    if known is None:
        made = await create()
        await session.execute(_REMEMBER, {"tenant": attempt.tenant, "id": attempt.id, "reference": reference(made)})
        return made
    try:
        return await again(known)
    except NotFound:
        raise CreatedGone from None


async def _claim(session: WriteSession, attempt: Attempt) -> str | None:
    """The reference stored under the key; None if the key is new, which is then locked until the transaction ends."""
    before = (await session.execute(_LIMIT, {"limit": f"{WAIT_SECONDS}s"})).scalars().one()
    row = {"tenant": attempt.tenant, "id": attempt.id}
    values = {**row, "fingerprint": attempt.fingerprint, "at": attempt.at, "expired": attempt.at - KEPT}
    try:
        claimed = (await session.execute(_CLAIM, values)).scalar_one_or_none()
    except DBAPIError as failure:
        if sqlstate(failure) == _LOCK_NOT_AVAILABLE:
            raise StillRunning(extra={"retry_after": WAIT_SECONDS}) from None
        raise
    await session.execute(_RESTORE, {"limit": before})
    if claimed:
        return None
    found = (await session.execute(_FIND, row)).one()
    if not hmac.compare_digest(found.fingerprint, attempt.fingerprint):
        raise KeyReused
    if found.reference is None:
        raise RuntimeError("an idempotency key was kept without what it created")
    return str(found.reference)
