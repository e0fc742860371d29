"""The school's part: a project, courses, sessions and dosage."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from journey.account import Account
from journey.description import answered, described
from journey.platform import Platform
from libs.shared.client.errors import Refused
from libs.shared.client.registration.client import Registration
from libs.shared.client.registration.models import Course, CourseAsked, Session
from libs.shared.client.registration.projects.models import ProjectAsked, RemarkWritten
from libs.shared.client.screening.client import Screening
from libs.shared.rules.composition.plan import Plan, PlannedEffort
from synthetic.forecast import Chosen, Forecast

START, END = date(2022, 8, 15), date(2023, 6, 23)
GROUP_START, GROUP_END = date(2022, 9, 5), date(2022, 12, 16)
DAILY_MINUTES, SESSION_MINUTES, SHORT_MINUTES = 105, 30, 20
GROUP_DAYS = {0, 1, 3, 4}
"""Weekdays of the small group; Monday is 0."""
NEIGHBOUR_GRADES = "467"
"""Grades of further classes with co-teaching; with them the evaluator's tables have figures that are not hidden."""
HALFWAY = date(2022, 11, 4)
REMARKED = "/description/organisation/counsellors"
DOSAGE_HEAD = ("course", "as of", "planned", "forecast", "delivered", "why")


@dataclass(frozen=True, slots=True)
class School:
    """What the part works with."""

    account: Account
    platform: Platform
    forecast: Forecast
    folder: Path

    @property
    def code(self) -> str:
        """The municipality's code."""
        return self.forecast.municipality_code

    async def team(self) -> Registration:
        """A member of the municipality's resource teams."""
        return Registration(await self.platform.caller("resource_team", self.code))

    async def screening(self) -> Screening:
        """The same, for kept lists."""
        return Screening(await self.platform.caller("resource_team", self.code))

    async def school_ids(self) -> dict[str, UUID]:
        """School ids by institution number."""
        schools = (await self.team()).schools(self.code)
        return {school.institution_number: school.school_id async for school in schools}

    async def pupil_ids(self, chosen: Chosen) -> list[UUID]:
        """The chosen pupils' ids. Raises ``KeyError`` for one that is not known."""
        looked_up = await (await self.team()).look_up(self.code, chosen.local_ids)
        found = {pupil.local_id: pupil.pupil_id for pupil in looked_up if pupil.pupil_id is not None}
        return [found[local_id] for local_id in chosen.local_ids]

    async def class_ids(self, chosen: Chosen) -> dict[str, UUID]:
        """The ids of the chosen class and of its neighbours, ordinary classes of the same school, by name."""
        school = (await self.school_ids())[chosen.institution_number]
        classes = (await self.team()).classes(school, chosen.school_year)
        by_name = {each.name: each.class_id async for each in classes if each.kind == "ordinary"}
        names = [name for name in sorted(by_name) if name != chosen.class_name and name[0] in NEIGHBOUR_GRADES]
        return {name: by_name[name] for name in (chosen.class_name, *names)}

    def school_days(self, institution_number: str) -> list[date]:
        """The school's days, read from the calendar file."""
        with (self.folder / "calendars.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, delimiter=";")
            return sorted(
                date.fromisoformat(row["date"]) for row in rows if row["institution_number"] == institution_number
            )


def _effort(variant: str, **more: object) -> PlannedEffort:
    beside = {"replaces_ordinary_teaching": False, "collides_with_ordinary_teaching": False}
    return PlannedEffort.model_validate({"variant": variant, **beside, **more})


BOOKS = _effort("E1", group_size=1, packages=6, weeks=16, grades=[5], parents_informed=True)
CO_TEACHING = _effort("A1", weekly_amount="10.5", unit="lessons", weeks=40, organisation="stations")
SMALL_GROUP = _effort(
    "C",
    group_size=3,
    weekly_amount="4",
    unit="sessions",
    weeks=14,
    minutes_per_session=SESSION_MINUTES,
    content_described=True,
    goals_described=True,
)
DECLARED = dict.fromkeys(("joint_planning", "running_evaluation", "competence_development"), True)
"""What the project declares about its planning; the rest is declared by its description."""


def _project(schools: Iterable[UUID], initiative_id: UUID, *efforts: PlannedEffort) -> ProjectAsked:
    plan = Plan.model_validate(
        {
            "scope": "project",
            "start": START,
            "last_day": END,
            "efforts": list(efforts),
            **DECLARED,
            "uses_external_suppliers": False,
        }
    )
    listed = sorted(schools)
    return ProjectAsked(
        title="Flere med i fællesskabet",
        school_ids=listed,
        initiative_id=initiative_id,
        plan=plan,
        description=described(plan, listed),
    )


async def two_schools(work: School) -> list[tuple[UUID, str]]:
    """A public and a private school: id and kind."""
    by_kind = {school.kind: school.school_id async for school in (await work.team()).schools(work.code)}
    return [(by_kind[kind], kind) for kind in ("public", "private")]


async def plan(work: School, initiative_id: UUID) -> UUID:
    """A project of book packages alone is refused by a rule. With co-teaching and a small group it is submitted; the
    secretariat returns it with a remark, and approves it once the remark is answered.
    """
    team, schools = await work.team(), (await work.school_ids()).values()
    made = await team.create_project(_project(schools, initiative_id, BOOKS))
    try:
        await team.submit_project(made)
        work.account.check("a project of book packages alone", "taken", "refused")
    except Refused as refused:
        work.account.check("code of the refusal", refused.code, "project.rules_violated")
        broken = [v for v in refused.problem["verdicts"] if v["outcome"] == "violated"]
        work.account.check("rules broken", [v["rule_id"] for v in broken], ["C-COMMUNITY"])
        for verdict in broken:
            work.account.say(f"refused by {verdict['rule_id']}: {verdict['reason']['da']}")
            work.account.say(f"   {verdict['reason']['en']}")
    better = _project(schools, initiative_id, CO_TEACHING, SMALL_GROUP, BOOKS)
    submitted = await team.submit_project(await team.change_project(made, better))
    secretariat = Registration(await work.platform.caller("secretariat"))
    remark = RemarkWritten(text="Skriv, hvem der sammen følger op på de små hold.", pointer=REMARKED)
    returned = await secretariat.return_project(submitted, remark)
    read = await team.project(returned.project_id)
    work.account.check(
        "the returned project", (read.status, [each.pointer for each in read.remarks]), ("returned", [REMARKED])
    )
    work.account.say(f"with co-teaching and a small group it keeps the rules; it is returned: “{read.remarks[0].text}”")
    resubmitted = await team.submit_project(await team.change_project(read, answered(better)))
    approved = await secretariat.approve_project(resubmitted)
    work.account.check("the corrected project", approved.status, "approved")
    work.account.say(f"the remark is answered, and it is approved by {approved.approved_by}.")
    return made.project_id


async def _course(work: School, asked: CourseAsked, minutes: dict[date, int]) -> Course:
    team = await work.team()
    course = await team.create_course(asked)
    sessions = [Session(held_on=day, starts_at="08:15", minutes=held) for day, held in minutes.items()]
    done = await team.hold_sessions(course.course_id, sessions)
    work.account.check(f"sessions of {course.variant}", done.sessions, len(minutes))
    return course


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A pupil that the school enrolled in a course."""

    pupil_id: UUID
    variant: str
    grade: int
    start: date


async def run_courses(work: School, project_id: UUID) -> list[Enrolled]:
    """Enrol a class with designated pupils, its neighbours and a small group, hold their sessions and show their
    dosage.

    Returns everybody who is enrolled.
    """
    chosen, group = work.forecast.co_teaching, work.forecast.small_group
    schools = await work.school_ids()
    days = [day for day in work.school_days(chosen.institution_number) if START <= day <= END]
    courses = [
        await _course(
            work,
            CourseAsked(
                project_id=project_id,
                school_id=schools[chosen.institution_number],
                variant="A1",
                start=START,
                last_day=END,
                class_id=class_id,
                designated_pupil_ids=await work.pupil_ids(chosen) if name == chosen.class_name else [],
            ),
            dict.fromkeys(days, DAILY_MINUTES),
        )
        for name, class_id in (await work.class_ids(chosen)).items()
    ]
    co_teaching = courses[0]
    group_days = [
        day
        for day in work.school_days(group.institution_number)
        if GROUP_START <= day <= GROUP_END and day.weekday() in GROUP_DAYS
    ]
    minutes = {**dict.fromkeys(group_days, SESSION_MINUTES), group_days[5]: SHORT_MINUTES}
    small_group = await _course(
        work,
        CourseAsked(
            project_id=project_id,
            school_id=schools[group.institution_number],
            variant="C",
            start=GROUP_START,
            last_day=GROUP_END,
            pupil_ids=await work.pupil_ids(group),
        ),
        minutes,
    )
    designated = sum(enrolment.designated for enrolment in co_teaching.enrolments)
    work.account.check("designated pupils", designated, len(chosen.local_ids))
    work.account.check("pupils in the small group", len(small_group.enrolments), len(group.local_ids))
    work.account.say(
        f"class {chosen.class_name}: {len(co_teaching.enrolments)} enrolled, {designated} of them designated; "
        f"{len(courses) - 1} further classes; small group: {len(small_group.enrolments)} enrolled."
    )
    await _show_dosage(work, {"A1 co-teaching": (co_teaching, END), "C small group": (small_group, GROUP_END)})
    return [
        Enrolled(one.pupil_id, course.variant, one.grade, one.valid_from)
        for course in (*courses, small_group)
        for one in course.enrolments
    ]


async def _show_dosage(work: School, courses: dict[str, tuple[Course, date]]) -> None:
    team, rows = await work.team(), []
    for name, (course, end) in courses.items():
        for day in (HALFWAY, end + timedelta(days=1)):
            dosage = await team.dosage(course.course_id, day)
            outcomes = [verdict.outcome for verdict in (dosage.planned, dosage.forecast, dosage.delivered)]
            telling = (dosage.forecast if day < end else dosage.delivered).reason.da
            work.account.check(f"{name}: planned", outcomes[0], "met")
            rows.append((name, day, *outcomes, telling))
    work.account.table(DOSAGE_HEAD, rows)
