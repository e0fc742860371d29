"""A course whose pupils, sessions and attendance come as files, and the list of courses that need a person."""

from datetime import date
from uuid import UUID

from journey.municipal import CSV
from journey.school import Enrolled, School
from journey.sending import send
from libs.shared.client.imports.models import Receipt
from libs.shared.client.imports.uploads import Content
from libs.shared.client.registration.models import Course, CourseAsked, CourseListed

START, END = date(2023, 1, 16), date(2023, 3, 31)
CODE, MINUTES, SHORTENED = "LÆS-FORÅR", 30, 15
WEEKDAY = 1
"""Tuesdays alone: one session a week, where four are planned."""


async def run_from_files(work: School, project_id: UUID) -> list[Enrolled]:
    """The school states how many pupils it expects; their names, the sessions and the attendance come as files from the
    municipality's system. Returns who is enrolled.
    """
    group, account = work.forecast.small_group, work.account
    team = await work.team()
    number, school = group.institution_number, (await work.school_ids())[group.institution_number]
    course = await team.create_course(
        CourseAsked(
            project_id=project_id,
            school_id=school,
            variant="C",
            start=START,
            last_day=END,
            code=CODE,
            expected_pupils=len(group.local_ids),
        )
    )
    account.check("enrolled before names are known", len(course.enrolments), 0)
    days = [day for day in work.school_days(number) if START <= day <= END and day.weekday() == WEEKDAY]
    rows = {
        "enrolments": [f"{number};{CODE};{pupil};{START};;" for pupil in group.local_ids],
        "sessions": [f"{number};{CODE};{day};08:15;{MINUTES};{len(group.local_ids)}" for day in days],
        "attendance": [
            f"{number};{CODE};{day};08:15;{pupil};{SHORTENED if place == 0 else ''}"
            for day in days
            for place, pupil in enumerate(group.local_ids)
        ],
    }
    for kind, lines in rows.items():
        receipt = await _send(work, kind, lines)
        account.check(f"{kind}: state, accepted", (receipt.state, receipt.accepted), ("completed", len(lines)))
    read = await team.course(course.course_id)
    account.check("enrolled by the file", {each.pupil_id for each in read.enrolments}, set(await work.pupil_ids(group)))
    account.say(
        f"{CODE}: {len(group.local_ids)} pupils, {len(days)} sessions and {len(rows['attendance'])} rows of attendance "
        "come as files."
    )
    await _show_risk(work, course, len(days))
    return [Enrolled(each.pupil_id, course.variant, each.grade, each.valid_from) for each in read.enrolments]


async def _send(work: School, kind: str, lines: list[str]) -> Receipt:
    heads = {
        "enrolments": "institution_number;course;pupil;valid_from;valid_to;designated",
        "sessions": "institution_number;course;date;starts_at;minutes;pupils",
        "attendance": "institution_number;course;date;starts_at;pupil;minutes",
    }
    content = "".join(f"{line}\n" for line in (heads[kind], *lines)).encode()
    caller = await work.platform.caller("municipality_integration", work.code)
    identifier = None if kind == "sessions" else "local_id"
    return await send(
        caller, "registration", Content(content, CSV), kind=kind, municipality=work.code, identifier=identifier
    )


async def _show_risk(work: School, course: Course, sessions: int) -> None:
    listed = [each async for each in (await work.team()).courses(work.code, at_risk=True)]
    own = next((each for each in listed if each.course_id == course.course_id), None)
    if own is None:
        work.account.check("the course on the list of courses at risk", "missing", "listed")
        return
    counts = (own.stated, own.enrolled, own.sessions)
    pupils = len(work.forecast.small_group.local_ids)
    work.account.check(f"{CODE}: stated, enrolled, sessions", counts, (pupils, pupils, sessions))
    work.account.check(f"{CODE}: outcome", own.outcome, "missed")
    work.account.say("courses that a person should look at, the worst first:")
    work.account.table(("course", "variant", "outcome", "also", "why"), [_row(each) for each in listed])


def _row(course: CourseListed) -> tuple[str, ...]:
    why = course.reason.da if course.reason else ""
    return course.code, course.variant, course.outcome, ", ".join(course.attention), why
