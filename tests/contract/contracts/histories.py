"""The events of each producer after some changes of everything that it publishes."""

from dataclasses import replace
from datetime import date

from libs.shared.base.clock import utc_now
from libs.shared.contracts.codec import decode
from libs.shared.contracts.state import State
from libs.shared.eventlog.port import Outgoing
from libs.shared.events.headers import unpacked
from libs.shared.events.outbox import REPUBLISHED, Outbox
from libs.shared.events.republishing import Republishing
from libs.shared.rules.library import library_rule_set
from services.absence_ingest.wiring import rooms
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.publications.reasons import WithdrawalReason
from services.intervention_catalog.publications.republishing import republishing as content_republishing
from services.intervention_catalog.publications.use_cases import Withdrawal, withdraw
from services.intervention_catalog.rule_sets.republishing import republishing as rule_set_republishing
from services.intervention_catalog.wiring import SERVICE as CATALOG
from tests.factories.events import rows
from tests.factories.places import weekdays
from tests.factories.service import Callers
from tests.integration.services.absence_ingest.service import ASK, MIGRATIONS, NORTH, YEAR, AbsenceIngest
from tests.integration.services.intervention_catalog.service import SECRETARIAT, Catalog, item, new_action
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import Project, weekly
from tests.integration.services.registration.told import classroom
from tests.realparts.databases import MakeDatabase, OwnDatabase

TODAY = date(2024, 3, 1)
Producer = tuple[OwnDatabase, tuple[Republishing, ...]]


async def catalog(make_database: MakeDatabase) -> Producer:
    """Items of each kind in two periods, withdrawals, and three versions of a rule set, of which the second replaces
    the first.
    """
    own = await make_database(CATALOG.migrations)
    telling = Catalog(own.db, Outbox("intervention_catalog"))
    dosage = library_rule_set("dosage-2021")
    ends = dosage.model_copy(update={"version": 2, "valid_to": TODAY})
    await telling.load([], [dosage, library_rule_set("screening-2021")])
    await telling.load([], [ends, dosage.model_copy(update={"version": 3, "valid_from": TODAY})])
    for kind, item_id in (
        (Kind.INTERVENTION_TYPE, "A"),
        (Kind.SUPPORT_LEVEL, "1"),
        (Kind.RECOMMENDATION, "5.1.1.a.text"),
    ):
        first = item(kind, item_id)
        await telling.publish(replace(first, valid_to=TODAY))
        await telling.publish(replace(first, valid_from=TODAY))
    for title in ("calm", "brisk"):
        await telling.publish(new_action(title))
    reason = WithdrawalReason.UNSUITABLE
    async with own.db.write() as session:
        gone = Withdrawal(Kind.TRIAL_ACTION, "calm", TODAY, reason, SECRETARIAT)
        await withdraw(session, telling.outbox, gone, today=TODAY)
    return own, (*content_republishing(telling.outbox), rule_set_republishing(telling.outbox))


async def absence(make_database: MakeDatabase) -> Producer:
    """Pupil-months of two municipalities, changed and reported."""
    own = await make_database(MIGRATIONS)
    ingest = AbsenceIngest(own.db)
    days = weekdays(date(2022, 8, 8), date(2023, 6, 23))
    for number, code, name in ((NORTH, "101", "ask"), ("851101", "851", "bo")):
        await ingest.school(number, days, municipality=code)
        await ingest.take([ingest.by_cpr(name, ASK, ((number, *YEAR),), municipality=code)])
        for halves in ("1", "0,5"):
            await ingest.days(
                f"{ASK};2022-09-05;illness;{halves}", f"{ASK};2022-10-03;illness;{halves}", municipality=code
            )
        reported = f"institution_number;month\n{number};2022-09\n{number};2022-10\n"
        await ingest.send("completeness", reported, municipality=code)
    told = [each for part in rooms(own.db, Outbox("absence_ingest"), utc_now) for each in part.republishing]
    return own, tuple(told)


async def registration(own: OwnDatabase, roster: Registration, callers: Callers) -> Producer:
    """Everything of a school from its roster to sessions that were held, and a roster of a second municipality."""
    for status in ("invited", "accepted"):
        await callers.set_municipality(status)
    ids = await classroom(roster)
    schools = "institution_number;name;kind\n910101;Et nyt navn;public\n"
    await roster.send("schools", schools)
    await roster.send("classes", "institution_number;school_year;name;grade;kind\n910101;2022/2023;5B;5;special\n")
    await roster.send("calendars", "institution_number;date\n910101;2023-06-24\n910102;2022-09-01\n")
    other = "institution_number;name;kind\n851101;Nordskolen;public\n"
    await roster.send("schools", other, "851")
    project = Project(callers, roster, ids)
    await project.approve()
    course_id = await project.group()
    await project.record(course_id, weekly(2, 2))
    await project.record(course_id, weekly(3, 2))
    chosen = {
        "school_id": project.school_id,
        "kind": "group",
        "pupil_ids": project.pupils(1, 2),
        "decided_on": "2023-06-30",
        "socially_vulnerable": True,
        "behind": ["wellbeing"],
        "reason": "Fravær.",
        "parents_dialogue": "Møde.",
    }
    made = await callers.ask("POST", "/v1/selections", "resource_team", "101", json=chosen)
    body, etag = {"reversed_on": "2023-07-01", "reason": "Flytter."}, {"If-Match": made.headers["ETag"]}
    path = f"/v1/selections/{made.json()['selection_id']}/reversal"
    done = await callers.ask("POST", path, "resource_team", "101", json=body, headers=etag)
    assert done.status_code == 200, done.text
    regraded = "institution_number;school_year;name;grade;kind\n910101;2021/2022;4A;3;ordinary\n"
    await roster.send("classes", regraded)
    return own, [each for part in roster.parts() for each in part.republishing]


async def told(own: OwnDatabase, *, again: bool = False) -> list[Outgoing]:
    """The records in the outbox in order: the original ones, or with ``again`` the republished ones."""
    found = await rows(own, "SELECT id, topic, key, value, headers FROM outbox ORDER BY seq")
    records = [
        Outgoing(row["topic"], row["key"], row["value"], unpacked(row["headers"], row["id"], row["key"]))
        for row in found
    ]
    return [record for record in records if (REPUBLISHED in record.headers) == again]


def last_states(records: list[Outgoing]) -> dict[tuple[str, str], State]:
    """The state of the last record of each topic and key: what compaction leaves."""
    return {(record.topic, record.key): decode(record.headers, record.value or b"").data for record in records}
