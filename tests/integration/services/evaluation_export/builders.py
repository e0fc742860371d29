"""Builders that a test controls, in place of the process that builds."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import msgspec

from services.evaluation_export.bundle.archive import PIECE_BYTES, BundleFile, Sealed
from services.evaluation_export.disclosure.packing import PackedGroup
from services.evaluation_export.products.frames import Answer
from services.evaluation_export.products.process import Keep
from services.evaluation_export.products.product import Product


class Given:
    """A builder that returns the given bundle and groups once ``may`` is set; ``earlier`` holds the groups that it got
    for comparison.

    ``stored`` is set when a first piece is stored; the rest follows when ``may_end`` is set.
    """

    def __init__(self, *groups: PackedGroup, bundle: bytes = b"bundle") -> None:
        self.begun, self.may, self.stored, self.may_end = (asyncio.Event() for _ in range(4))
        self.earlier: list[PackedGroup] = []
        self.product: Product | None = None
        self.given: msgspec.Struct | None = None
        self._bundle, self._groups = bundle, groups
        self.may.set()
        self.may_end.set()

    async def build(
        self, product: Product, given: msgspec.Struct, earlier: AsyncIterator[PackedGroup], keep: Keep
    ) -> Answer:
        self.product, self.given = product, given
        self.earlier = [group async for group in earlier]
        self.begun.set()
        await self.may.wait()
        for start in range(0, len(self._bundle), PIECE_BYTES):
            await keep(start, self._bundle[start : start + PIECE_BYTES])
            self.stored.set()
            await self.may_end.wait()
        whole = hashlib.sha256(self._bundle).hexdigest()
        file = BundleFile("whole", len(self._bundle), whole, 0)
        return Answer(Sealed(len(self._bundle), whole, (file,)), self._groups)
