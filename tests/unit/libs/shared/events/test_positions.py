"""A position as text is parsed completely or refused."""

import base64

import pytest

from libs.shared.eventlog.port import Placed, TopicPartition
from libs.shared.events.positions import Position, PositionInvalid, ends

PUPIL, SCHOOL = "registration.pupil", "registration.school"
POSITION = Position({TopicPartition(PUPIL, 8): 7, TopicPartition(SCHOOL, 0): 2**40})


def written(content: str) -> str:
    return "p1." + base64.urlsafe_b64encode(content.encode()).rstrip(b"=").decode()


def test_a_position_is_read_as_it_was_written() -> None:
    assert Position.parse(str(POSITION)) == POSITION
    assert Position.parse(str(Position({}))) == Position({})


@pytest.mark.parametrize(
    "given",
    [
        "",
        "p1.",
        "p2." + str(POSITION)[3:],
        str(POSITION)[:-3],
        str(POSITION) + "!",
        "p1." + "A" * 5000,
        written("{}"),
        written("[[1,2,3]]"),
        written('[["registration.pupil",0]]'),
        written('[["registration.pupil",9,1]]'),
        written('[["registration.pupil",-1,1]]'),
        written('[["registration.pupil",0,0]]'),
        written('[["registration.pupil",0,9223372036854775808]]'),
        written('[["registration.pupil",0,1],["registration.pupil",0,2]]'),
        written('[["of.somebody-else",0,1]]'),
        written("[" * 1000),
        "p1.ÿþ",
    ],
)
def test_what_is_no_position_is_refused(given: str) -> None:
    with pytest.raises(PositionInvalid):
        Position.parse(given)


def test_a_position_is_reached_when_every_partition_of_it_is_committed_so_far() -> None:
    at_pupils, at_schools = POSITION.offsets
    assert not POSITION.reached({})
    assert not POSITION.reached({at_pupils: 7, at_schools: 2**40 - 1})
    assert POSITION.reached({at_pupils: 7, at_schools: 2**40, TopicPartition(PUPIL, 1): 0})
    assert POSITION.of([PUPIL]).reached({at_pupils: 9})
    assert Position({}).reached({})


def test_each_municipality_is_noted_with_the_end_of_its_own_records() -> None:
    placed = [
        ("101", PUPIL, Placed(0, 10)),
        ("851", PUPIL, Placed(0, 11)),
        ("101", PUPIL, Placed(0, 12)),
        ("101", SCHOOL, Placed(0, 3)),
        ("101,851", PUPIL, Placed(0, 13)),
        (None, PUPIL, Placed(0, 14)),
    ]
    assert list(zip(*ends(placed), strict=True)) == [
        ("101", PUPIL, 0, 13),
        ("101", SCHOOL, 0, 4),
        ("851", PUPIL, 0, 12),
    ]
