"""The application side of the routes: limits, reading of headers, and waiting for receipts. It parses HTTP headers
itself.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request

from libs.shared.base.errors import Invalid, TooLarge, UnsupportedMedia
from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from libs.shared.events.positions import Position, told
from libs.shared.files.charset import charset_named
from libs.shared.files.formats import Format
from libs.shared.files.parse import CSV, NDJSON
from libs.shared.imports.handlers import Kinds
from libs.shared.imports.http.access import Admission
from libs.shared.imports.http.after import Reaching
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.places import IntakeBusy, Places, TooManyUploads
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.imports.receipts.receive import Receiver
from libs.shared.privacy.keys import Vault
from libs.shared.web.problems import problem_of_status

MEDIA = {"text/csv": CSV, "application/x-ndjson": NDJSON, "application/ndjson": NDJSON}
LONGEST_WAIT_SECONDS = 30
MOST_WAITING, WAITING_EACH = 64, 8
_FIRST_LOOK_SECONDS = 0.02
_SLOWEST_LOOK_SECONDS = 0.5


class EncodingUnknown(UnsupportedMedia):
    """A Content-Encoding that is not supported."""

    code = "import.content_encoding"
    da = "Content-Encoding kan ikke læses. Brug {accepted}, eller send filen uden."
    en = "The Content-Encoding cannot be read. Use {accepted}, or send the file without."


class CharsetTwice(Invalid):
    """NDJSON in a charset other than UTF-8."""

    code = "import.charset"
    da = "NDJSON er altid UTF-8. Fjern charset fra Content-Type, eller gem filen som UTF-8."
    en = "NDJSON is always UTF-8. Remove charset from Content-Type, or save the file as UTF-8."


@dataclass(frozen=True, slots=True)
class ImportApi:
    """What the routes need, built in ``wiring.py``."""

    db: Database
    kinds: Kinds
    receiver: Receiver
    vault: Vault
    admission: Admission
    reaching: Reaching
    waiting: Places = field(default_factory=lambda: Places(MOST_WAITING, WAITING_EACH, wait_seconds=0.0))

    async def wait(self, receipt: Receipt, seconds: float) -> tuple[Receipt, bool]:
        """The receipt when it is final, or as it is after ``seconds``; and whether the request waited at all.

        The number of waiting requests is limited, because each of them queries the database repeatedly.
        """
        try:
            async with self.waiting.take(receipt.upload.municipality_code):
                return await wait_until_final(self.db, receipt, seconds), True
        except (IntakeBusy, TooManyUploads):
            return receipt, False


async def read_body(request: Request) -> AsyncIterator[bytes]:
    """The pieces of a body. Raises ``TooLarge``, a ``Problem``, for a body over the limit: it is refused for good. A
    body that stops arriving raises no ``Problem``, because its upload may be continued.
    """
    try:
        async for piece in request.stream():
            yield piece
    except HTTPException as refused:
        if refused.status_code != TooLarge.status:
            raise
        raise problem_of_status(refused, request.scope) from None


def require_media(value: str | None, form: Format) -> None:
    """Raises ``UnsupportedMedia`` for a ``Content-Type`` by which the format is not sent. A charset in it is ignored:
    the file names its own.
    """
    if (value or "").partition(";")[0].strip().lower() not in form.media:
        raise UnsupportedMedia(pointer="/header/Content-Type", accepted=", ".join(form.media))


def read_content_type(value: str | None) -> tuple[str, str]:
    """(media, charset) of a ``Content-Type``. Raises ``UnsupportedMedia`` or ``CharsetUnknown``."""
    essence, *parameters = (value or "").split(";")
    media = MEDIA.get(essence.strip().lower())
    if media is None:
        raise UnsupportedMedia(pointer="/header/Content-Type", accepted=", ".join(MEDIA))
    named = None
    for parameter in parameters:
        name, _, given = parameter.partition("=")
        if name.strip().lower() == "charset":
            named = given
    charset = charset_named(named)
    if media == NDJSON and charset != "utf-8":
        raise CharsetTwice(pointer="/header/Content-Type")
    return media, charset


def read_content_encoding(value: str | None) -> bool:
    """Whether the body is gzip. Raises ``EncodingUnknown``."""
    encoding = (value or "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", ""}:
        raise EncodingUnknown(pointer="/header/Content-Encoding", accepted="gzip")
    return encoding in {"gzip", "x-gzip"}


def read_prefer(value: str | None) -> int:
    """Seconds of ``Prefer: wait=N``, 30 at most, 0 if there are none. An unknown preference is ignored (RFC 7240)."""
    for preference in (value or "").replace(";", ",").split(","):
        name, _, given = preference.partition("=")
        seconds = given.strip().strip('"')
        if name.strip().lower() == "wait" and seconds.isascii() and seconds.isdigit() and len(seconds) < 10:
            return min(int(seconds), LONGEST_WAIT_SECONDS)
    return 0


async def position_of(db: Database, receipt: Receipt) -> Position | None:
    """The position that another service can wait for to have everything up to the final receipt; None until it is
    published.
    """
    if receipt.outbox_seq is None:
        return None
    code = receipt.upload.municipality_code
    async with db.read(Scope.of(code)) as session:
        return await told(session, code, receipt.outbox_seq)


async def wait_until_final(db: Database, receipt: Receipt, seconds: float) -> Receipt:
    """The receipt when it is final, or as it is after ``seconds``. Queries the database at growing intervals."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    pause = _FIRST_LOOK_SECONDS
    while not receipt.at_rest and loop.time() < end:
        await asyncio.sleep(min(pause, max(end - loop.time(), 0)))
        pause = min(pause * 1.5, _SLOWEST_LOOK_SECONDS)
        async with db.read(Scope.of(receipt.upload.municipality_code)) as session:
            receipt = await receipts.get(session, receipt.id)
    return receipt
