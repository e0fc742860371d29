"""``rotate-keys``: re-encrypts values with the active keys and retires keys that left their ring."""

import hmac
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from libs.shared.db.database import Database
from libs.shared.privacy.keys import KeyRing, Vault
from libs.shared.rotation import retiring
from libs.shared.rotation.places import Place, Ring
from libs.shared.rotation.sealing import reseal
from libs.shared.rotation.slices import Say
from libs.shared.rotation.usage import Usage, in_use, outside

Retiring = Mapping[Ring, Collection[str]]
"""Ids of keys that are being retired."""

Renew = Callable[[Database, Retiring, Say], Awaitable[Mapping[str, int]]]
"""A service's own part of a rotation: makes missing values with the active keys, withdraws those of retired keys, and
publishes the changes; returns counts by name.
"""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How a service uses keys: its rings, its places and its own part of a rotation.

    ``after`` names a service that uses the lookup ring too and has to retire a key first, as it may still need it.
    """

    name: str
    rings: Mapping[Ring, KeyRing] = field(default_factory=dict)
    places: Sequence[Place] = ()
    renew: Renew | None = None
    after: str | None = None


@dataclass(slots=True)
class Rotated:
    """The result of a run; ``refused`` says which keys were not retired and why, ``left`` which values of retired keys
    are still stored.
    """

    counts: Counter[str] = field(default_factory=Counter)
    resealed: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    retired: dict[Ring, list[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    left: list[Usage] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is stored that was made with a key outside the rings."""
        return not (self.refused or self.left or +self.unreadable)

    def as_json(self) -> dict[str, Any]:
        """The result as JSON-ready values, for the command's last line."""
        return {
            **self.counts,
            "resealed": dict(+self.resealed),
            "unreadable": dict(+self.unreadable),
            "removed": dict(+self.removed),
            "retired": {ring.value: ids for ring, ids in self.retired.items()},
            "refused": self.refused,
            "left": [usage.as_json() for usage in self.left],
        }


def confirmation(ring: KeyRing, service: str, key_id: str) -> str:
    """The code that a service prints when it has retired a lookup key, as proof for the other service. It is a digest
    keyed with the active key, which both services have.
    """
    said = hmac.digest(ring[ring.active_id], f"{service} has retired the lookup key {key_id}".encode(), "sha256")
    return f"{key_id}:{said.hex()[:20]}"


async def rotate(
    db: Database, use: KeyUse, *, also: Retiring | None = None, confirmed: Collection[str] = (), say: Say
) -> Rotated:
    """Re-encrypt values with the active keys, let the service renew its own values, and retire keys that are outside
    the rings but still have stored values.

    ``also`` are keys to retire even if no value of them is stored. Every step may be interrupted and run again.
    """
    result = Rotated()
    ids = {ring: list(keys) for ring, keys in use.rings.items()}
    if wrong := await _active_again(db, use):
        result.refused += wrong
        return result
    if Ring.DATA in use.rings:
        resealed = await reseal(db, Vault(use.rings[Ring.DATA]), use.places, say)
        result.resealed, result.unreadable = resealed.done, resealed.unreadable
    usages = await in_use(db, use.places)
    if +result.unreadable:
        # Values cannot be computed from what cannot be decrypted, so no earlier value may be removed.
        result.refused += _unreadable(usages, ids)
        return result
    wanted = {ring: set(found) for ring, found in outside(usages, ids).items()}
    for ring, more in (also or {}).items():
        wanted.setdefault(ring, set()).update(more)
    allowed = _allowed(use, usages, wanted, confirmed, result)
    if allowed and use.rings:
        await retiring.mark(db, allowed)
        # Values written before the mark was visible are found now.
        allowed = await _still_allowed(db, use, allowed, result)
    if use.renew is not None:
        result.counts.update(await use.renew(db, allowed, say))
    if allowed:
        result.removed = await retiring.remove(db, use.places, allowed, say)
    result.retired = await retiring.all_retired(db) if use.rings else {}
    result.left = _left(await in_use(db, use.places), ids, also or {}, result)
    return result


def _unreadable(usages: Sequence[Usage], ids: Mapping[Ring, Sequence[str]]) -> list[str]:
    of_data = outside(usages, ids).get(Ring.DATA, [])
    return [_refusal(usage) for key_id in of_data for usage in retiring.needs(usages, Ring.DATA, key_id)] or [
        "values that cannot be opened though their key is on the ring were changed or moved: restore them from a backup"
    ]


async def _active_again(db: Database, use: KeyUse) -> list[str]:
    marked = await retiring.all_retired(db) if use.rings else {}
    return [
        f"the key {ring.active_id} of the ring {name.value} was retired and is never used again:"
        " give the new key an id of its own"
        for name, ring in use.rings.items()
        if ring.active_id in marked.get(name, [])
    ]


def _allowed(
    use: KeyUse, usages: Sequence[Usage], wanted: Mapping[Ring, set[str]], confirmed: Collection[str], result: Rotated
) -> dict[Ring, set[str]]:
    allowed: dict[Ring, set[str]] = {}
    for ring, key_ids in wanted.items():
        for key_id in sorted(key_ids):
            needed = retiring.needs(usages, ring, key_id)
            if needed:
                result.refused += [_refusal(usage) for usage in needed]
            elif ring is Ring.LOOKUP and use.after and not _is_confirmed(use, key_id, confirmed):
                result.refused.append(
                    f"lookup {key_id}: {use.after} must retire it first, as rows that it has parked may need it."
                    f" Run `python -m services.{use.after} rotate-keys --retire lookup:{key_id}` with the new ring and"
                    " give this command what that prints: --confirmed KEY:CODE"
                )
            else:
                allowed.setdefault(ring, set()).add(key_id)
    return allowed


def _is_confirmed(use: KeyUse, key_id: str, confirmed: Collection[str]) -> bool:
    wanted = confirmation(use.rings[Ring.LOOKUP], use.after or "", key_id)
    return any(hmac.compare_digest(wanted, given) for given in confirmed)


async def _still_allowed(
    db: Database, use: KeyUse, allowed: Mapping[Ring, set[str]], result: Rotated
) -> dict[Ring, set[str]]:
    usages = await in_use(db, use.places)
    kept: dict[Ring, set[str]] = {}
    for ring, key_ids in allowed.items():
        for key_id in sorted(key_ids):
            needed = retiring.needs(usages, ring, key_id)
            if needed:
                await retiring.unmark(db, ring, [key_id])
                result.refused += [_refusal(usage) for usage in needed]
            else:
                kept.setdefault(ring, set()).add(key_id)
    return kept


def _refusal(usage: Usage) -> str:
    until = f"until {usage.until:%Y-%m-%d %H:%M} UTC at the latest" if usage.until else "until they are gone"
    return (
        f"{usage.ring.value} {usage.key_id}: {usage.rows} rows of {usage.where} need it {until} ({usage.why})."
        " Put it back on the ring and run this command again then"
    )


def _left(usages: Sequence[Usage], ids: Mapping[Ring, Sequence[str]], also: Retiring, result: Rotated) -> list[Usage]:
    """The values of retired keys that are still stored: events that are not yet published or not yet settled."""
    gone = {(ring, key_id) for ring, found in result.retired.items() for key_id in found}
    gone |= {(ring, key_id) for ring, found in also.items() for key_id in found}
    gone |= {(ring, key_id) for ring, found in outside(usages, ids).items() for key_id in found}
    return [usage for usage in usages if (usage.ring, usage.key_id) in gone and not usage.needed]
