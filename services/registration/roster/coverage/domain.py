"""Identity coverage: the figures, what a pupil can lack, and the remedies. Pure.

Of the about 9,500 pupils of the initiative the evaluator had the CPR number of about 8,700 (92 %); the others are in no
analysis (source 001, section 7.1). Whoever lacks one is found here before a project starts.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from uuid import UUID

SMALL = 5
"""A count of 1–4 pupils is not shown to the secretariat, which needs no single pupil's data."""


class Lack(StrEnum):
    """What a pupil lacks, or what of a municipality waits."""

    CPR_NUMBER = "no_cpr_number"
    REPLACED = "replacement_number"
    SOURCE_ID = "no_source_id"
    CLASS_KIND = "class_kind_unknown"
    CASE = "undecided_case"
    REFUSED = "refused_cpr_number"


OF_PUPILS = (Lack.CPR_NUMBER, Lack.REPLACED, Lack.SOURCE_ID, Lack.CLASS_KIND, Lack.CASE)
"""Those that the list of pupils can be chosen by."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do about it, in Danish and English."""

    da: str
    en: str


REMEDIES = {
    Lack.CPR_NUMBER: Remedy(
        "Kildesystemet har ikke sendt noget CPR-nummer. Skriv det i kildesystemet, og send eleven igen; eleven "
        "beholder sit id her. Uden CPR-nummer indgår eleven ikke i evalueringen.",
        "The source system has sent no CPR number. Write it there and send the pupil again; the pupil keeps the id "
        "here. Without a CPR number the pupil is not part of the evaluation.",
    ),
    Lack.REPLACED: Remedy(
        "Eleven har et erstatningsnummer. Ret det i kildesystemet, når eleven har fået et CPR-nummer, og send eleven "
        "igen med samme UNI-Login eller id; indtil da indgår eleven ikke i evalueringen.",
        "The pupil has a replacement number. Correct it in the source system when the pupil has got a CPR number, and "
        "send the pupil again with the same UNI-Login or id; until then the pupil is not part of the evaluation.",
    ),
    Lack.SOURCE_ID: Remedy(
        "Eleven er sendt uden kildesystemets id. Tag kolonnen local_id med, så eleven kan genkendes, når CPR-nummer "
        "eller UNI-Login ændres.",
        "The pupil was sent without the source system's id. Add the column local_id, so that the pupil is recognised "
        "when the CPR number or UNI-Login changes.",
    ),
    Lack.CLASS_KIND: Remedy(
        "Det er ukendt, om elevens klasse er almen eller en specialklasse, så eleven indgår ikke i evalueringen. Angiv "
        "det i filen med klasser, eller afgør det for institutionen.",
        "It is not known whether the pupil's class is ordinary or special, so the pupil is not part of the evaluation. "
        "State it in the file of classes, or decide it for the institution.",
    ),
    Lack.CASE: Remedy(
        "Der er kommet et andet navn med elevens id. Afgør under GET /v1/identity-cases, om det er samme elev.",
        "Another name has come with the pupil's id. Decide under GET /v1/identity-cases whether it is the same pupil.",
    ),
    Lack.REFUSED: Remedy(
        "Rækker i den seneste fil blev afvist for CPR-nummerets skyld. Hent kvitteringens refused.csv, ret numrene, og "
        "send rækkerne igen.",
        "Rows of the latest file were refused because of the CPR number. Fetch refused.csv of the receipt, correct the "
        "numbers and send the rows again.",
    ),
}


@dataclass(frozen=True, slots=True)
class IdentityCoverage:
    """How many of some pupils are identified, on a day. All but ``pupils`` and ``with_cpr_number`` count pupils who
    lack something; one pupil may lack several things.
    """

    pupils: int = 0
    with_cpr_number: int = 0
    no_cpr_number: int = 0
    replacement_number: int = 0
    no_source_id: int = 0
    class_kind_unknown: int = 0
    undecided_case: int = 0

    @property
    def without_cpr_number(self) -> int:
        """Pupils without a number by which registers know them."""
        return self.no_cpr_number + self.replacement_number

    @property
    def percent(self) -> Decimal | None:
        """The share with a CPR number, rounded down, so that 100 means all; None without pupils."""
        return share(self.with_cpr_number, self.pupils)

    def lacking(self) -> list[tuple[Lack, int]]:
        """What is lacking, with the number of pupils."""
        counts = [(lack, int(getattr(self, lack.value))) for lack in OF_PUPILS]
        return [(lack, pupils) for lack, pupils in counts if pupils]


@dataclass(frozen=True, slots=True)
class SchoolCoverage:
    """A school and its figures."""

    school_id: UUID
    institution_number: str
    name: str
    school_kind: str
    figures: IdentityCoverage


@dataclass(frozen=True, slots=True)
class PublicCoverage:
    """The figures as the secretariat sees them; None: 1–4 pupils, or a figure from which such a number follows."""

    pupils: int | None
    with_cpr_number: int | None
    without_cpr_number: int | None
    no_cpr_number: int | None
    replacement_number: int | None
    class_kind_unknown: int | None
    percent: Decimal | None


def share(part: int, whole: int) -> Decimal | None:
    """Per cent with one decimal, rounded down; None of nothing."""
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), rounding=ROUND_DOWN)


def for_secretariat(found: IdentityCoverage) -> PublicCoverage:
    """The figures of a municipality without numbers of 1–4 pupils, also none that follow from a sum."""
    whole = _shown(found.pupils, found.with_cpr_number, found.without_cpr_number)
    parts = _shown(found.without_cpr_number, found.no_cpr_number, found.replacement_number)
    shown = whole is not None
    return PublicCoverage(
        pupils=_big(found.pupils),
        with_cpr_number=found.with_cpr_number if shown else None,
        without_cpr_number=found.without_cpr_number if shown else None,
        no_cpr_number=found.no_cpr_number if shown and parts is not None else None,
        replacement_number=found.replacement_number if shown and parts is not None else None,
        class_kind_unknown=_big(found.class_kind_unknown) if _big(found.pupils) is not None else None,
        percent=found.percent if shown else None,
    )


def _big(count: int) -> int | None:
    return None if 0 < count < SMALL else count


def _shown(*counts: int) -> tuple[int, ...] | None:
    """The counts, if none of them is small."""
    return counts if all(_big(count) is not None for count in counts) else None
