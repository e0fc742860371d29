"""Files of one course: its enrolments, its sessions and who attended them, with the expected counts.

Pupils are named by the ids of the source system: the files are sent with ``identifier=local_id``. The same seed gives
the same bytes. ``dirty`` adds a session with 41 pupils, a session after the course, and attendance of nobody enrolled.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ENROLMENTS = "institution_number;course;pupil;valid_from;valid_to;designated"
SESSIONS = "institution_number;course;date;starts_at;minutes;pupils"
ATTENDANCE = "institution_number;course;date;starts_at;pupil;minutes"

_CANCELLED, _ABSENT = 0.04, 0.08
"""The shares of sessions that are cancelled, and of pupils who are absent from one that is held."""


@dataclass(frozen=True, slots=True)
class CourseAsked:
    """A course as it was created: ``a_week`` sessions of ``minutes`` in each of ``weeks`` weeks from a Monday on.

    ``holidays`` are days without sessions.
    """

    institution_number: str
    code: str
    local_ids: Sequence[str]
    first: date
    last_day: date
    weeks: int
    a_week: int
    minutes: int
    starts_at: str = "08:15"
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class CourseFiles:
    """The three files, and what becomes of their rows.

    ``minutes`` has those of each session by day, 0 for a cancelled one; ``attended`` the pupils' minutes in all, and
    ``possible`` those that they could have attended. ``refused`` counts the refused rows of each file by code, and
    ``waiting`` the rows of attendance that wait.
    """

    enrolments: str
    sessions: str
    attendance: str
    minutes: dict[date, int]
    attended: int
    possible: int
    refused: dict[str, dict[str, int]]
    waiting: int


def course_files(asked: CourseAsked, *, seed: int = 7, dirty: bool = False) -> CourseFiles:
    """The files of a course whose pupils are all enrolled from its first day on."""
    luck = random.Random(f"{seed}/{asked.institution_number}/{asked.code}")
    place = f"{asked.institution_number};{asked.code}"
    minutes: dict[date, int] = {}
    sessions, attendance, attended = [], [], 0
    for day in _days(asked):
        minutes[day] = 0 if luck.random() < _CANCELLED else asked.minutes
        there = {one: 0 if luck.random() < _ABSENT else minutes[day] for one in asked.local_ids if minutes[day]}
        present = str(sum(each > 0 for each in there.values())) if there else ""
        sessions.append(f"{place};{day};{asked.starts_at};{minutes[day]};{present}")
        attendance += [f"{place};{day};{asked.starts_at};{one};{each}" for one, each in there.items()]
        attended += sum(there.values())
    refused: dict[str, dict[str, int]] = {}
    if dirty:
        last, after = max(minutes), asked.last_day + timedelta(days=1)
        sessions += [f"{place};{last};06:00;30;41", f"{place};{after};{asked.starts_at};30;"]
        attendance.append(f"{place};{last};{asked.starts_at};nobody-{asked.code};30")
        refused = {"sessions": {"session.too_many_pupils": 1, "session.outside_course": 1}}
    return CourseFiles(
        enrolments=_file(ENROLMENTS, [f"{place};{one};;;" for one in asked.local_ids]),
        sessions=_file(SESSIONS, sessions),
        attendance=_file(ATTENDANCE, attendance),
        minutes=minutes,
        attended=attended,
        possible=len(asked.local_ids) * sum(minutes.values()),
        refused=refused,
        waiting=1 if dirty else 0,
    )


def _days(asked: CourseAsked) -> list[date]:
    found = [
        asked.first + timedelta(weeks=week, days=day) for week in range(asked.weeks) for day in range(asked.a_week)
    ]
    return [day for day in found if day <= asked.last_day and day not in asked.holidays]


def _file(header: str, rows: Sequence[str]) -> str:
    return "".join(f"{line}\r\n" for line in (header, *rows))
