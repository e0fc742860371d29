"""The file of the register of institution numbers, which the secretariat sends."""

from datetime import date
from typing import Annotated

from libs.shared.auth.principal import Role
from libs.shared.base.date_window import FIRST_DAY
from libs.shared.files.columns import Column
from libs.shared.files.errors import ErrorText, FieldError
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.kinds.vocabulary import INSTITUTION_INVALID, MUNICIPALITY_INVALID, InstitutionNumber
from libs.shared.files.row_checks import RowCheck
from libs.shared.values.codes import MunicipalityCode

OVERLAP = "institution.overlap"
ENDS_FIRST = "institution.ends_before_start"


class InstitutionRow(ImportRow):
    """Whose a number is in a period."""

    institution_number: InstitutionNumber
    name: Annotated[str, Column("institutionens navn", "the institution's name", "Prøveskolen Nord")]
    municipality_code: Annotated[
        MunicipalityCode,
        Column(
            "kommunekoden, tre cifre", "the municipality code, three digits", "101", code="municipality_code.invalid"
        ),
    ]
    valid_from: Annotated[
        date,
        Column(
            "første dag; tomt betyder fra før 1. august 1990",
            "first day; empty means since before 1 August 1990",
            "2015-08-01",
        ),
    ] = FIRST_DAY
    valid_to: Annotated[
        date | None,
        Column(
            "dagen efter den sidste; tomt, mens nummeret gælder",
            "the day after the last; empty while the number is valid",
            "",
            open_end=True,
        ),
    ] = None


def _period(valid_from: date, valid_to: date | None) -> FieldError | None:
    return FieldError(ENDS_FIRST, "valid_to") if valid_to is not None and valid_to < valid_from else None


INSTITUTIONS = Kind(
    name="institutions",
    model=InstitutionRow,
    natural_key=("institution_number", "valid_from"),
    settles_by=("institution_number",),
    sent_by=Role.SECRETARIAT,
    title_da="Institutionsregister",
    title_en="Register of institutions",
    about_da=(
        "Én række pr. institutionsnummer og periode; sendes af sekretariatet med municipality=000. Samme nummer og "
        "valid_from igen retter rækken; er de to datoer ens, trækkes den tilbage. Når der er et register, kan en "
        "kommune kun oprette skoler med de numre, der er dens egne."
    ),
    about_en=(
        "One row per institution number and period; sent by the secretariat with municipality=000. The same number and "
        "valid_from again corrects the row; two equal dates withdraw it. Once there is a register, a municipality "
        "creates schools with numbers of its own alone."
    ),
    checks=(RowCheck(("valid_from", "valid_to"), _period),),
    errors=(
        INSTITUTION_INVALID,
        MUNICIPALITY_INVALID,
        ErrorText(
            ENDS_FIRST,
            "Perioden slutter, før den begynder. Ret valid_from eller valid_to.",
            "The period ends before it begins. Correct valid_from or valid_to.",
        ),
        ErrorText(
            OVERLAP,
            "Nummeret har en anden række, hvis periode overlapper. Afslut den ene, før den anden begynder, og send "
            "alle nummerets rækker.",
            "The number has another row whose period overlaps. End one before the other begins, and send all rows of "
            "the number.",
            needs_server=True,
        ),
    ),
)
