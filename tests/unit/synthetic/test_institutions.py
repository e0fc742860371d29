"""The invented register holds the invented schools."""

import csv

import pytest

from synthetic.institutions import invented_register
from synthetic.layout import lay_out


@pytest.mark.parametrize("code", ["101", "147"])
@pytest.mark.parametrize("pupils", [100, 600, 4_800])
def test_every_school_that_the_generator_makes_is_in_the_register_of_its_municipality(code: str, pupils: int) -> None:
    rows = list(csv.DictReader(invented_register().decode().splitlines(), delimiter=";"))
    registered = {row["institution_number"] for row in rows if row["municipality_code"] == code}
    assert len(rows) == len({row["institution_number"] for row in rows})
    assert {school.institution_number for school in lay_out(code, pupils=pupils, seed=7).schools} <= registered
