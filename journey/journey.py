"""The whole journey, part by part."""

from pathlib import Path

from journey import catalog, course_files, desk, gross_list, initiative, municipal, neighbours, school
from journey.account import Account
from journey.catalog import Catalog
from journey.desk import Desk
from journey.evaluator import check_bundle, check_figures, check_selections, order, show_table
from journey.flow import read_at_rest, reconcile, settle
from journey.initiative import Secretariat
from journey.municipal import Municipal
from journey.neighbours import Neighbours
from journey.platform import Platform
from journey.school import Enrolled, School
from journey.sending import COUNTS, BeforeFile, Sent
from libs.shared.eventlog.port import EventLog
from synthetic.forecast import Forecast

SCHOOL_YEAR = "2022/2023"
GROUP = "journey"


class Journey:
    """``before`` is called before each file of the first sending; the fault tests cause their faults there."""

    def __init__(
        self,
        account: Account,
        platform: Platform,
        forecast: Forecast,
        folder: Path,
        log: EventLog,
        *,
        before: BeforeFile | None = None,
    ) -> None:
        self._account = account
        self._platform = platform
        self._forecast = forecast
        self._folder = folder
        self._log = log
        self._sent = Sent()
        self._secretariat = Secretariat(account, platform)
        self._municipal = Municipal(account, platform, forecast, folder, self._sent, before)
        self._neighbours = Neighbours(account, platform, folder, self._sent)
        self._desk = Desk(account, platform, self._neighbours)
        self._school = School(account, platform, forecast, folder)
        self._catalog = Catalog(account, platform, forecast)

    async def walk(self) -> None:
        """Run all parts; the account keeps the numbers that are not the expected ones."""
        account = self._account
        self._foretell()
        account.head(
            "The secretariat invites municipalities and divides the money; one declines, and it is divided again"
        )
        await initiative.divide(self._secretariat)
        await initiative.divide_again(self._secretariat)
        account.head("Municipal IT sends the files; each receipt next to the expected counts")
        await municipal.load_register(self._municipal)
        await municipal.send_first(self._municipal)
        account.head("Refused rows come back, are corrected and sent again")
        await municipal.correct(self._municipal)
        account.head("A roster that comes late: its parked absence replays by itself")
        await municipal.send_late(self._municipal)
        account.head("Two neighbours send what their systems already export: SkoleGrunddata and OneRoster")
        await neighbours.join(self._neighbours)
        await neighbours.send_rosters(self._neighbours)
        account.head("A file that lacks a third of the pupils is held; a pupil transfers to the neighbour")
        await neighbours.hold(self._neighbours)
        await neighbours.transfer(self._neighbours)
        account.head("People decide what no file says: ordinary classes, two records of one child, a protected name")
        await desk.say_kinds(self._desk)
        await desk.disclose(self._desk, await desk.merge(self._desk))
        account.head("A school's gross list, with reasons; then people decide")
        kept = await gross_list.show(self._school)
        selected = await gross_list.decide(self._school, kept)
        account.head("Somebody looks for what others tried, and the municipality adds its own")
        await catalog.look(self._catalog)
        await catalog.share(self._catalog)
        account.head("A project that breaks a rule is refused, a vague one is returned, a good one is approved")
        project = await school.plan(self._school, self._secretariat.initiative_id)
        await initiative.pass_on(self._secretariat, self._school.code, await school.two_schools(self._school))
        account.head("A class and a small group are enrolled; dosage planned, forecast and delivered")
        enrolled = await school.run_courses(self._school, project)
        account.head("A course whose lists come as files, the courses at risk, and the kept list once more")
        enrolled += await course_files.run_from_files(self._school, project)
        await gross_list.show_again(self._school, kept)
        await settle(self._platform)
        account.head("The evaluator orders anonymous tables")
        await self._evaluate(enrolled, selected)
        account.head("The account: every number counted where it lives")
        await self._reconcile(len(enrolled))

    def _foretell(self) -> None:
        totals = {count: sum(getattr(file.expected, count) for file in self._forecast.files) for count in COUNTS}
        self._account.say(
            f"{len(self._forecast.files)} files of {sum(file.rows for file in self._forecast.files)} rows are in "
            f"{self._folder}/ to be looked at; to come: "
            + ", ".join(f"{number} {count}" for count, number in totals.items())
            + "."
        )

    async def _evaluate(self, enrolled: list[Enrolled], selected: gross_list.Selected) -> None:
        delivery, bundle = await order(self._platform, SCHOOL_YEAR)
        folder = self._folder / "delivery"
        files = check_bundle(self._account, delivery, bundle, folder)
        self._account.say(f"{len(files)} files, {len(bundle)} bytes, sha256 {str(delivery.bundle_sha256)[:16]}…:")
        self._account.say(", ".join(sorted(files)))
        for name in sorted(files):
            if name.startswith("data/") and name.endswith(".csv"):
                self._account.say(f"{name}:")
                show_table(self._account, files[name])
        check_figures(self._account, files, enrolled)
        self._account.say("selections.csv:")
        show_table(self._account, files["selections.csv"])
        check_selections(self._account, files["selections.csv"], enrolled, selected)
        self._account.say(f"the bundle is unpacked in {folder}/")

    async def _reconcile(self, enrolled: int) -> None:
        account = self._account
        counts, on_the_log = await read_at_rest(self._platform, self._log, GROUP)
        sent, totals = self._sent.total("rows"), {count: self._sent.total(count) for count in COUNTS}
        account.check("rows sent", sum(totals.values()), sent)
        account.say(
            f"rows sent {sent} = " + " + ".join(f"{number} {count}" for count, number in totals.items()) + " (receipts)"
        )
        tables = counts.tables
        for table, service in (("pupil", "registration"), ("enrolment", "registration")):
            account.say(f"{service}.{table}: {tables[service][table]} rows (tables)")
        account.check("enrolments in registration", tables["registration"]["enrolment"], enrolled)
        account.check("enrolments in evaluation", tables["evaluation_export"]["enrolment"], enrolled)
        pupils = tables["registration"]["pupil"]
        account.check("pupils in absence_ingest", tables["absence_ingest"]["pupil"], pupils)
        account.check("pupils in evaluation", tables["evaluation_export"]["pupil"], pupils)
        months = tables["absence_ingest"]["pupil_month"]
        account.check("pupil-months in evaluation", tables["evaluation_export"]["pupil_month"], months)
        account.check("pupil-months in registration", tables["registration"]["pupil_month"], months)
        reconcile(account, counts, on_the_log)
        verdict = "everything adds up" if account.fine else f"{len(account.mismatches)} DO NOT ADD UP"
        account.say(f"{account.checks} numbers checked: {verdict}.")
        for line in account.mismatches:
            account.say(f"✗ {line}")
