"""A course for the tests: consecutive school weeks from Monday 1 November 2021, by default twelve."""

from datetime import date, timedelta

from libs.shared.rules.dosage.facts import DosageFacts, SessionFact

START = date(2021, 11, 1)


def monday(week: int) -> date:
    """The Monday of a week of the course, counted from 1."""
    return START + timedelta(weeks=week - 1)


def sunday(week: int) -> date:
    return monday(week) + timedelta(days=6)


def held(week: int, *minutes: int) -> list[SessionFact]:
    """Sessions of the given minutes, on one weekday after the other from the Monday of the week."""
    return [SessionFact(held_on=monday(week) + timedelta(days=day), minutes=each) for day, each in enumerate(minutes)]


def course(
    sessions: list[SessionFact],
    *,
    weeks: int = 12,
    as_of: date | None = None,
    school_weeks: tuple[date, ...] | None = None,
    school_year_weeks: int | None = None,
) -> DosageFacts:
    """The facts of the course, by default as of the day after its last day."""
    return DosageFacts(
        start=START,
        last_day=sunday(weeks),
        as_of=as_of or sunday(weeks) + timedelta(days=1),
        school_weeks=school_weeks if school_weeks is not None else tuple(map(monday, range(1, weeks + 1))),
        school_year_weeks=school_year_weeks,
        sessions=tuple(sessions),
    )


def every_week(weeks: int, *minutes: int, first: int = 1) -> list[SessionFact]:
    return [each for week in range(first, first + weeks) for each in held(week, *minutes)]
