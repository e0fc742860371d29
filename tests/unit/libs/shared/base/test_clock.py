import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from libs.shared.base.clock import danish_date, utc_now

SUMMER = datetime(2023, 6, 29, 22, 30, tzinfo=UTC)
WINTER = datetime(2023, 1, 15, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (SUMMER, date(2023, 6, 30)),
        (WINTER, date(2023, 1, 16)),
        (SUMMER - timedelta(minutes=31), date(2023, 6, 29)),
        (WINTER - timedelta(minutes=31), date(2023, 1, 15)),
        (datetime(2023, 1, 15, 22, 30, tzinfo=UTC), date(2023, 1, 15)),
        (datetime(2023, 3, 26, 22, 30, tzinfo=UTC), date(2023, 3, 27)),
        (datetime(2022, 10, 30, 22, 30, tzinfo=UTC), date(2022, 10, 30)),
        (datetime(2023, 6, 30, 9, 30, tzinfo=timezone(timedelta(hours=12))), date(2023, 6, 29)),
    ],
)
def test_the_date_is_the_danish_one_in_summer_and_in_winter(moment: datetime, day: date) -> None:
    assert danish_date(moment) == day


def test_a_moment_without_a_zone_has_no_date() -> None:
    with pytest.raises(ValueError, match="zone"):
        danish_date(utc_now().replace(tzinfo=None))


def test_a_machine_without_zone_files_of_its_own_knows_the_danish_date() -> None:
    code = "from datetime import datetime, UTC; from libs.shared.base.clock import danish_date\n"
    code += f"print(danish_date(datetime.fromisoformat({SUMMER.isoformat()!r})))"
    # An empty PYTHONTZPATH hides the system's files, so that only the package ``tzdata`` is left.
    said = subprocess.run([sys.executable, "-c", code], env={"PYTHONTZPATH": ""}, capture_output=True, check=True)
    assert said.stdout.decode().strip() == "2023-06-30"
