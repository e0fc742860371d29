"""The file of reported months."""

from typing import Annotated, Literal

from libs.shared.base.date_window import FIRST_DAY
from libs.shared.files.columns import Column, ParseContext
from libs.shared.files.errors import ErrorText, Refused
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.kinds.vocabulary import INSTITUTION_INVALID, INSTITUTION_UNKNOWN, InstitutionNumber
from libs.shared.values.months import is_month, month_of

TAKEN_BACK = "0"
"""What the column ``reported`` says of a month that is not reported after all."""


def read_month(text: str, context: ParseContext) -> str:
    """A month as ``2022-09``, this one at the latest. Raises ``Refused``."""
    if not is_month(text):
        raise Refused("month.invalid")
    first, last = month_of(FIRST_DAY), month_of(context.today)
    if text > last:
        raise Refused("date.in_future")
    if text < first:
        raise Refused("date.out_of_range", first=first, last=last)
    return text


class CompletenessRow(ImportRow):
    """A school's month."""

    institution_number: InstitutionNumber
    month: Annotated[
        str, Column("måneden, som er indberettet", "the month that is reported", "2022-09", convert=read_month)
    ]
    reported: Annotated[
        Literal["1", "0"] | None,
        Column(
            "tom eller 1: indberettet; 0 trækker en måned, som blev meldt ved en fejl, tilbage",
            "empty or 1: reported; 0 takes back a month that was reported by mistake",
            "",
        ),
    ] = None


COMPLETENESS = Kind(
    name="completeness",
    model=CompletenessRow,
    natural_key=("institution_number", "month"),
    # A month is not told as reported while absence that was sent before is still on its way.
    after=("absence",),
    title_da="Indberettede måneder",
    title_en="Reported months",
    about_da="Én række pr. skole og måned, hvis fravær er sendt: send fraværet først. I en måned, der ikke er "
    "indberettet, betyder intet fravær ikke nul fravær. Blev en måned meldt indberettet ved en fejl, trækker samme "
    "række med 0 i reported den tilbage; fraværet selv bliver.",
    about_en="One row per school and month whose absence has been sent: send the absence first. In a month that is not "
    "reported, no absence is not zero absence. If a month was reported by mistake, the same row with 0 in reported "
    "takes it back; the absence itself stays.",
    errors=(
        INSTITUTION_INVALID,
        INSTITUTION_UNKNOWN,
        ErrorText(
            "month.invalid",
            "Feltet {column} er ikke en måned. Skriv den som 2022-09.",
            "The field {column} is not a month. Write it as 2022-09.",
        ),
    ),
)
