"""The identity of a request that may be sent again: its caller, its key, and a digest of its content."""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from libs.shared.auth.principal import Principal
from libs.shared.db.scope import Scope

KEY_FORM = r"^[\x21-\x7e]{1,200}$"
"""Visible ASCII. The quotation marks of the draft's format are taken as part of the key."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's key, and the digest of its method, target and body."""

    key: str
    fingerprint: bytes

    @classmethod
    def of(cls, key: str, method: str, target: str, body: bytes) -> "Asked":
        """``target`` is path and query. The digest does not depend on a JSON body's white space or order of fields.

        It is keyed by the idempotency key, which is not stored, so a guessed body cannot be checked against it.
        """
        asked = json.dumps([method, target]).encode() + b"\n" + _canonical(body)
        return cls(key, hmac.digest(key.encode(), asked, "sha256"))


@dataclass(frozen=True, slots=True)
class Attempt:
    """The key and digest of a request of a known caller, in the form that is looked up and stored."""

    tenant: str
    id: bytes
    fingerprint: bytes
    at: datetime

    @classmethod
    def of(cls, asked: Asked | None, caller: Principal, scope: Scope, at: datetime) -> "Attempt | None":
        """None without a key, and for an empty scope, in which nothing can be created.

        A key belongs to a subject with its municipalities: a system that serves two municipalities under one name has
        two sets of keys.
        """
        tenant = scope.access or min(scope.municipality_codes, default=None)
        if asked is None or tenant is None:
            return None
        whose = json.dumps([caller.subject, sorted(caller.municipality_codes), asked.key])
        return cls(tenant, sha256(whose.encode()).digest(), asked.fingerprint, at)


def _canonical(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return body
