"""States that the other services would publish to registration: a catalog, and a school's absence."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from libs.shared.contracts.absence import CompletenessChanged, PupilMonthChanged
from libs.shared.contracts.catalog import InterventionTypePublished, RuleSetPublished, Variant
from libs.shared.contracts.state import Bilingual, State
from libs.shared.db.database import Database
from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.library import library_rule_sets
from libs.shared.rules.rule_sets import RuleSet
from services.registration.roster.identity.sealing import PupilVault, Sealed
from services.registration.wiring import SUBSCRIPTIONS
from tests.factories import told
from tests.factories.places import calendar_file, weekdays
from tests.integration.services.registration.service import PUPIL_HEADER, Registration


async def tell(db: Database, states: Iterable[State], *municipalities: str) -> None:
    """Give states to registration's handlers."""
    await told.tell(db, SUBSCRIPTIONS, states, *municipalities)


def published(rule_set: RuleSet, aggregate_version: int = 1) -> RuleSetPublished:
    """The state of a rule set as the catalog publishes it."""
    return RuleSetPublished(
        aggregate_version=aggregate_version,
        rule_set=rule_set.name,
        version=rule_set.version,
        valid_from=rule_set.valid_from,
        valid_to=rule_set.valid_to,
        content=rule_set.model_dump(mode="json"),
    )


def published_types() -> list[InterventionTypePublished]:
    """The states of the types A–E as the catalog publishes them."""
    kinds: dict[str, list[Variant]] = {}
    for entry in catalog_entries():
        variant = Variant(variant=entry.id, name=Bilingual(da=entry.name.da, en=entry.name.en))
        kinds.setdefault(entry.intervention_type.value, []).append(variant)
    return [
        InterventionTypePublished(
            aggregate_version=1,
            intervention_type=kind,
            letter=variants[0].variant[0],
            name=Bilingual(da=kind, en=kind),
            variants=variants,
            valid_from=date(2021, 1, 1),
        )
        for kind, variants in kinds.items()
    ]


async def publish_catalog(db: Database) -> None:
    """Give the states of all rule sets and types to the handlers."""
    await tell(db, [published(each) for each in library_rule_sets()])
    await tell(db, published_types())


def month_of(
    pupil_id: UUID | str, month: str, days: str, *, version: int = 1, municipality: str = "101"
) -> PupilMonthChanged:
    """A pupil-month with only illness."""
    return PupilMonthChanged(
        aggregate_version=version,
        municipality_code=municipality,
        pupil_id=UUID(str(pupil_id)),
        month=month,
        illness=Decimal(days),
        authorised=Decimal(0),
        unauthorised=Decimal(0),
    )


def reported(
    institution_number: str, months: Iterable[str], *, yes: bool = True, version: int = 1, municipality: str = "101"
) -> list[CompletenessChanged]:
    """Months that a school has reported."""
    return [
        CompletenessChanged(
            aggregate_version=version,
            municipality_code=municipality,
            institution_number=institution_number,
            month=month,
            reported=yes,
        )
        for month in months
    ]


SCHOOL_YEARS = ((date(2021, 8, 9), date(2022, 6, 24)), (date(2022, 8, 8), date(2023, 6, 23)))
MONTHS = tuple(f"{year}-{month:02}" for year in (2021, 2022, 2023) for month in range(1, 13))


def cpr(number: int) -> str:
    """A replacement number, which belongs to nobody."""
    return f"610112{number:04}"


async def classroom(registration: Registration, pupils: int = 6, *, institution: str = "910101") -> dict[int, UUID]:
    """Send pupils 1–n, who went from 4A to 5A of a school with a calendar and every month reported; returns their ids
    by number.
    """
    await registration.base()
    rows = "".join(
        f"{cpr(n)};;L{n};Elev Nummer {n};{institution};{year};{name};{year[:4]}-08-01;{year[5:]}-08-01\n"
        for n in range(1, pupils + 1)
        for year, name in (("2021/2022", "4A"), ("2022/2023", "5A"))
    )
    await registration.send("pupils", PUPIL_HEADER + rows)
    days = [day for first, last in SCHOOL_YEARS for day in weekdays(first, last)]
    await registration.send("calendars", calendar_file(institution, days))
    await tell(registration.db, reported(institution, MONTHS))
    await publish_catalog(registration.db)
    vault = PupilVault(registration.vault)
    found = await registration.rows("SELECT pupil_id, local_id FROM pupil", "101")
    return {
        int((vault.open(row["pupil_id"], Sealed.LOCAL_ID, row["local_id"]) or "L0")[1:]): row["pupil_id"]
        for row in found
    }


async def school_id(registration: Registration, institution: str = "910101", municipality: str = "101") -> UUID:
    """The school's id."""
    sql = f"SELECT school_id FROM school WHERE institution_number = '{institution}'"
    rows = await registration.rows(sql, municipality)
    found: UUID = rows[0]["school_id"]
    return found


async def class_id(registration: Registration, name: str, school_year: str = "2022/2023") -> UUID:
    """The id of a class of the first school."""
    rows = await registration.rows(
        "SELECT class_id FROM class_ JOIN school USING (school_id) WHERE institution_number = '910101' "
        f"AND class_.name = '{name}' AND school_year = '{school_year}'",
        "101",
    )
    found: UUID = rows[0]["class_id"]
    return found
