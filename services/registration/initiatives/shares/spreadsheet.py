"""The list of shares as a spreadsheet (CSV): its columns, and what is wrong with each row."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import WrapValidator
from pydantic_core import core_schema

from libs.shared.base.errors import UnsupportedMedia
from libs.shared.files.checking import offline_context
from libs.shared.files.chunks import Chunk, Chunks
from libs.shared.files.columns import Column, ParseContext, read_decimal
from libs.shared.files.cut import CutLimits
from libs.shared.files.errors import ErrorText, Refused
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.kinds.vocabulary import MUNICIPALITY_INVALID
from libs.shared.files.parse import CSV, parse_chunk
from libs.shared.files.problems import FileEmpty
from libs.shared.files.unpack import Unpacker
from libs.shared.imports.http.api import read_content_type
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.values.codes import MunicipalityCode
from services.registration.initiatives.shares.domain import Given, Share
from services.registration.initiatives.shares.errors import RowError, SharesRefused
from services.registration.initiatives.shares.schemas import SHARE_EXAMPLE, SharesIn

CSV_MEDIA = "text/csv"
PERCENT_INVALID = "share.percent_invalid"
_MOST_LINES, _MOST_BYTES = 1_000, 1_000_000


def _read_percent(text: str, context: ParseContext) -> Decimal:
    """From 0 to 100 with two decimals, as a spreadsheet shows it: ``18,20`` or ``18,20 %``. Raises ``Refused``."""
    value = read_decimal(text.removesuffix("%").rstrip(), context)
    if not 0 <= value <= 100 or value != round(value, 2):
        raise Refused(PERCENT_INVALID)
    return value


class ShareRow(ImportRow):
    """A municipality's share of vulnerable school-age children."""

    municipality_code: Annotated[
        MunicipalityCode,
        Column("kommunekoden, tre cifre", "the municipality code, three digits", "101", code=MUNICIPALITY_INVALID.code),
    ]
    share_percent: Annotated[
        Decimal, Column("andelen i procent", "the share in percent", "18,20", convert=_read_percent)
    ]
    source: Annotated[
        str, Column("hvor andelen er fra", "where the share is from", str(SHARE_EXAMPLE["source"]), max_length=1000)
    ]
    reference_date: Annotated[date, Column("initiativets opgørelsesdag", "the initiative's own day", "2019-12-31")]


# It is no kind of file that is imported: the list belongs to an initiative, and is taken as a whole under its ``ETag``.
SHARES = Kind(
    name="shares",
    model=ShareRow,
    natural_key=("municipality_code",),
    of_pupils=True,  # by which a kind says that its rows name no institution
    title_da="Andele",
    title_en="Shares",
    errors=(
        MUNICIPALITY_INVALID,
        ErrorText(
            PERCENT_INVALID,
            "Andelen er ikke et tal fra 0 til 100 med højst to decimaler. Ret den, for eksempel til 18,20.",
            "The share is no number from 0 to 100 with two decimals at most. Correct it, for example to 18.20.",
        ),
    ),
)


def _as_it_came(value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Any:
    return value if isinstance(value, bytes) else handler(value)


SharesBody = Annotated[SharesIn, WrapValidator(_as_it_came)]
"""The body as JSON, or the bytes of another content type."""


def given_in(body: SharesIn | bytes, content_type: str | None, today: date) -> Given:
    """The shares of a body. Raises ``UnsupportedMedia``, what can be wrong with a file, and ``SharesRefused`` with all
    rows that cannot be read.
    """
    if isinstance(body, SharesIn):
        return Given(body.given())
    if (content_type or "").partition(";")[0].strip().lower() != CSV_MEDIA:
        raise UnsupportedMedia(pointer="/header/Content-Type", accepted=f"application/json, {CSV_MEDIA}")
    _, charset = read_content_type(content_type)
    return _read(body, charset, today)


def _read(body: bytes, charset: str, today: date) -> Given:
    chunks = Chunks(SHARES, CSV, charset, Unpacker(_MOST_BYTES, gzip=False), CutLimits(file_lines=_MOST_LINES))
    context = offline_context(IdentifierKind.CPR_NUMBER, today)
    shares: list[Share] = []
    rows: list[int] = []
    refused: list[RowError] = []
    for chunk in _chunks(chunks, body):
        if chunks.layout is None:
            raise RuntimeError("a chunk comes after the layout is known")
        parsed = parse_chunk(SHARES, chunks.layout, context, chunk.data, chunk.first_line)
        refused += [
            RowError(row.row, each.column, each.code, SHARES.catalog.messages(each.as_json()))
            for row in parsed.refused
            for each in row.errors
        ]
        rows += chunks.layout.row_numbers(parsed.lines)
        shares += map(Share, *(parsed.columns[name] for name in SHARES.names))
    if refused:
        raise SharesRefused(refused)
    if not shares:
        raise FileEmpty
    return Given(shares, rows)


def _chunks(chunks: Chunks, body: bytes) -> Iterator[Chunk]:
    yield from filter(None, chunks.feed(body))
    yield from filter(None, chunks.end())


def example() -> str:
    """A spreadsheet with one row, for the OpenAPI document."""
    return SHARES.template() + ";".join(column.column.example for column in SHARES.columns) + "\r\n"
