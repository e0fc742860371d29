"""Deliveries as the evaluator orders and fetches them."""

import asyncio
from uuid import UUID

from libs.shared.client.caller import Caller
from libs.shared.client.evaluation_export.models import Delivery, DeliveryStatus, Order
from libs.shared.client.evaluation_export.operations import BUNDLE, DELIVERY, ORDER

LOOK_SECONDS = 0.2


class EvaluationExport:
    """The requests of one caller. Each raises ``Refused``, ``NotReached`` or ``AnswerUnknown``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def order(self, order: Order) -> Delivery:
        """Order a delivery, which is built afterwards."""
        return await self._caller.call(ORDER, body=order)

    async def built(self, delivery: Delivery, *, seconds: float) -> Delivery:
        """The delivery when it is ready or has failed. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds):
            while delivery.status is DeliveryStatus.REQUESTED:
                await asyncio.sleep(LOOK_SECONDS)
                delivery = await self._caller.call(DELIVERY, {"delivery_id": delivery.id})
        return delivery

    async def bundle(self, delivery_id: UUID) -> bytes:
        """The delivery's files as one archive, kept in memory."""
        return (await self._caller.answer(BUNDLE, {"delivery_id": delivery_id})).content
