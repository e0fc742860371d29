"""The files of an invented course are of the kinds that registration takes, and their counts are right."""

from datetime import date

import pytest

from libs.shared.files.columns import ParseContext
from libs.shared.files.header import Header
from libs.shared.files.kind import Kind
from libs.shared.files.kinds.courses import ATTENDANCE, ENROLMENTS, SESSIONS
from libs.shared.files.parse import CSV, Layout, Parsed, parse_chunk
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing, LookupKeys
from synthetic.courses import CourseAsked, course_files

CONTEXT = ParseContext("101", IdentifierKind.LOCAL_ID, LookupKeys(KeyRing.generate()), date(2023, 6, 30))
ASKED = CourseAsked(
    *("910101", "MAT-5A", ("L1", "L2", "L3")),
    first=date(2022, 8, 8),
    last_day=date(2022, 10, 28),
    weeks=12,
    a_week=4,
    minutes=30,
    holidays=frozenset({date(2022, 10, 17)}),
)


def parsed(kind: Kind, content: str) -> Parsed:
    header, _, rows = content.partition("\r\n")
    return parse_chunk(kind, Layout(CSV, "utf-8", Header.read(header, kind)), CONTEXT, rows.encode(), 2)


@pytest.mark.parametrize("dirty", [False, True])
def test_every_row_is_of_its_kind_and_the_counts_are_those_of_the_rows(dirty: bool) -> None:
    made = course_files(ASKED, dirty=dirty)
    assert made == course_files(ASKED, dirty=dirty)
    held = sum(each > 0 for each in made.minutes.values())
    extra = 1 if dirty else 0
    for kind, content, rows in (
        (ENROLMENTS, made.enrolments, 3),
        (SESSIONS, made.sessions, 47 + 2 * extra),
        (ATTENDANCE, made.attendance, 3 * held + extra),
    ):
        found = parsed(kind, content)
        assert (found.rows, found.refused) == (rows, [])
    minutes = parsed(ATTENDANCE, made.attendance).columns["minutes"]
    assert made.attended == sum(minutes) - 30 * extra
    assert made.possible == 3 * sum(made.minutes.values())
    assert 0 < made.attended < made.possible
