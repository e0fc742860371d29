"""How many bodies one process receives at a time: in total, and of one municipality.

A body that is being received holds a chunk in memory, so the number of bodies is limited. A request that finds no place
waits for one in the order of arrival, and is answered 503 if none becomes free in time. A body that sends nothing loses
its place to a request that waits.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from libs.shared.base.errors import Problem, Unavailable

RETRY_SECONDS = 10
STILL_SECONDS = 3.0
"""Seconds of silence after which a body may lose its place to a waiting request."""
_LOOK_SECONDS = 0.5
_FIRST_TOO = 2
"""A municipality without a place can get one until this many times ``most`` are in use, so that a few that send much
never keep another one out.
"""


class TooManyUploads(Problem):
    """One municipality's share of places is in use."""

    status = 429
    code = "import.too_many_uploads"
    da = "Kommunen sender allerede {each} filer på én gang. Vent {seconds} sekunder, og send filen igen."
    en = "The municipality is sending {each} files at once already. Wait {seconds} seconds and send the file again."


class IntakeBusy(Unavailable):
    """All places are in use."""

    code = "import.busy"
    da = "Der modtages så mange filer lige nu, at der ikke er plads til flere. Vent {seconds} sekunder, og send igen."
    en = "So many files are being received that there is no room for more. Wait {seconds} seconds and send again."


class UploadStalled(Unavailable):
    """The body stalled while others waited. What was received is kept for two days."""

    code = "import.stalled"
    da = (
        "Filen holdt op med at komme, mens andre ventede. Send den igen med samme Idempotency-Key; det, der er "
        "modtaget, beholdes."
    )
    en = (
        "The file ceased to come while others waited. Send it again with the same Idempotency-Key; what was received "
        "is kept."
    )


@dataclass(eq=False, slots=True)
class Place:
    """One body's place."""

    municipality_code: str
    _still_since: float | None = None
    _patience: asyncio.Timeout | None = None

    async def next(self, body: AsyncIterator[bytes]) -> bytes | None:
        """The body's next piece, None at its end. Raises ``UploadStalled`` if another upload was given the place."""
        self._still_since = asyncio.get_running_loop().time()
        self._patience = patience = asyncio.timeout(None)
        try:
            async with patience:
                return await anext(body, None)
        except TimeoutError:
            if not patience.expired():
                raise
            raise UploadStalled(extra={"retry_after": RETRY_SECONDS}) from None
        finally:
            self._still_since = self._patience = None

    def still(self, now: float) -> float:
        """The number of seconds for which nothing has arrived."""
        return 0.0 if self._still_since is None else now - self._still_since

    def end(self, now: float) -> None:
        """End the wait for the next piece. A second call does nothing, as an upload needs a moment to leave its
        place.
        """
        patience, self._patience, self._still_since = self._patience, None, None
        if patience is not None:
            patience.reschedule(now)


@dataclass(eq=False, slots=True)
class _Waiter:
    place: Place
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Places:
    """``most`` places, of which one municipality may have ``each``. A municipality without a place can get one until
    twice ``most`` are in use. A request waits at most ``wait_seconds`` for a place.
    """

    def __init__(self, most: int = 16, each: int = 4, *, wait_seconds: float = 20.0) -> None:
        self._most = most
        self._each = each
        self._wait_seconds = wait_seconds
        self._held: set[Place] = set()
        self._of: Counter[str] = Counter()
        self._waiting: deque[_Waiter] = deque()

    @asynccontextmanager
    async def take(self, municipality_code: str) -> AsyncIterator[Place]:
        """A place while the block runs. Raises ``TooManyUploads`` or ``IntakeBusy``."""
        place = Place(municipality_code)
        await self._wait(_Waiter(place))
        try:
            yield place
        finally:
            self._leave(place)

    async def _wait(self, waiter: _Waiter) -> None:
        self._waiting.append(waiter)
        self._give()
        try:
            await self._turn(waiter)
        except BaseException:
            if waiter.turn.done():
                self._leave(waiter.place)
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
        if not waiter.turn.done():
            raise self._refusal(waiter.place.municipality_code)

    async def _turn(self, waiter: _Waiter) -> None:
        """Wait until the waiter has a place, or for ``wait_seconds``."""
        now = asyncio.get_running_loop().time
        until = now() + self._wait_seconds
        while not waiter.turn.done() and now() < until:
            self._end_still(waiter.place.municipality_code, now())
            await asyncio.wait({waiter.turn}, timeout=min(_LOOK_SECONDS, max(0.0, until - now())))

    def _free(self, municipality_code: str) -> bool:
        most = self._most if self._of[municipality_code] else _FIRST_TOO * self._most
        return len(self._held) < most and self._of[municipality_code] < self._each

    def _give(self) -> None:
        """Give free places to the requests that wait, in the order of arrival."""
        for waiter in tuple(self._waiting):
            if self._free(waiter.place.municipality_code):
                self._waiting.remove(waiter)
                self._held.add(waiter.place)
                self._of[waiter.place.municipality_code] += 1
                waiter.turn.set_result(None)

    def _leave(self, place: Place) -> None:
        self._held.discard(place)
        self._of[place.municipality_code] -= 1
        self._of += Counter()  # removes entries that are zero
        self._give()

    def _end_still(self, municipality_code: str, now: float) -> None:
        """End the body that has been silent longest, among those whose place this municipality could use."""
        own = self._of[municipality_code] >= self._each
        in_the_way = [place for place in self._held if not own or place.municipality_code == municipality_code]
        stillest = max(in_the_way, key=lambda place: place.still(now), default=None)
        if stillest is not None and stillest.still(now) >= STILL_SECONDS:
            stillest.end(now)

    def _refusal(self, municipality_code: str) -> Problem:
        extra = {"retry_after": RETRY_SECONDS}
        if self._of[municipality_code] >= self._each:
            return TooManyUploads(extra=extra, each=self._each, seconds=RETRY_SECONDS)
        return IntakeBusy(extra=extra, seconds=RETRY_SECONDS)
