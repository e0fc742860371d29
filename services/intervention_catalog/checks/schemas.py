"""An example of a plan to check."""

from typing import Any

PLAN_EXAMPLE: dict[str, Any] = {
    "start": "2023-08-14",
    "last_day": "2024-06-21",
    "efforts": [
        {
            "variant": "C",
            "group_size": 5,
            "weekly_amount": "4",
            "unit": "sessions",
            "weeks": 12,
            "minutes_per_session": 30,
        }
    ],
    "anchoring": True,
}
