import base64
from datetime import date

import pytest

from benchmarks.municipality import DAYS_PER_PUPIL, Municipality
from libs.shared.contracts.registration import PupilChanged

RING = f"k1:{base64.b64encode(bytes(32)).decode()}"


def rows(municipality):
    return [line.split(";") for line in municipality.file().decode().splitlines()[1:]]


def test_the_file_has_as_many_rows_as_were_asked_for_and_none_twice():
    found = rows(Municipality.of(2_000, 0, RING))
    assert len(found) == 2_000
    assert len({tuple(row[:3]) for row in found}) == 2_000


def test_every_number_is_a_replacement_number_and_no_two_files_share_one():
    first, second = Municipality.of(1_000, 0, RING), Municipality.of(1_000, 1_000 // DAYS_PER_PUPIL, RING)
    assert not first.pupils.keys() & second.pupils.keys()
    assert all(61 <= int(number[:2]) <= 91 for number in (*first.pupils, *second.pupils))


def test_the_months_counted_are_those_of_the_file():
    municipality = Municipality.of(1_000, 0, RING)
    assert municipality.months() == len(
        {(row[0], date.fromisoformat(row[1]).strftime("%Y-%m")) for row in rows(municipality)}
    )


def test_every_pupil_of_the_file_is_published_with_a_key_and_a_membership():
    municipality = Municipality.of(200, 0, RING)
    pupils = [state for state in municipality.states() if isinstance(state, PupilChanged)]
    assert {state.pupil_id for state in pupils} == set(municipality.pupils.values())
    assert all(state.lookup_keys and state.memberships for state in pupils)


def test_rows_that_do_not_come_out_even_are_refused():
    with pytest.raises(ValueError, match="multiple"):
        Municipality.of(DAYS_PER_PUPIL + 1, 0, RING)
