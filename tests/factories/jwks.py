"""A fixed key set in place of an issuer's."""

import asyncio
from collections.abc import Mapping
from typing import Any

from jwt import PyJWK

from libs.shared.auth.keys import KeySet


class StaticJwks:
    """A source of keys that never change."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._keys = KeySet(document)

    async def key(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        return self._keys.pick(key_id, algorithm)

    async def prepare(self) -> None:
        """Nothing to fetch."""

    async def keep_fresh(self, stop: asyncio.Event) -> None:
        await stop.wait()
