"""Examples of what can be checked."""

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

PROJECT_EXAMPLE: dict[str, Any] = {
    "title": "Flere med i fællesskabet",
    "school_ids": ["7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"],
    "plan": PLAN_EXAMPLE,
    "description": {
        "target_group": {"reach": "all_schools", "needs": ["shared"], "shared_need": "Læsning på mellemtrinnet."}
    },
}
