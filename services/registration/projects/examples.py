"""The example of a project in the documentation of the routes."""

from typing import Any

_SCHOOL = "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"
_BESIDE_TEACHING = {"replaces_ordinary_teaching": False, "collides_with_ordinary_teaching": False}

PLAN: dict[str, Any] = {
    "scope": "project",
    "start": "2023-08-14",
    "last_day": "2024-06-21",
    "efforts": [
        {
            "variant": "A1",
            "weekly_amount": "10.5",
            "unit": "lessons",
            "weeks": 20,
            "organisation": "stations",
            **_BESIDE_TEACHING,
        },
        {
            "variant": "C",
            "group_size": 4,
            "weekly_amount": "4",
            "unit": "sessions",
            "weeks": 12,
            "minutes_per_session": 30,
            "content_described": True,
            "goals_described": True,
            **_BESIDE_TEACHING,
        },
    ],
}

DOCUMENT: dict[str, Any] = {
    "title": "Flere med i fællesskabet",
    "school_ids": [_SCHOOL],
    "initiative_id": None,
    "plan": PLAN,
    "description": {
        "target_group": {
            "reach": "selected_schools",
            "reach_reason": "Skolen har kommunens højeste fravær.",
            "needs": ["shared"],
            "shared_need": "Klasser på mellemtrinnet har mistet undervisning i dansk.",
            "narrowed": False,
        },
        "possibilities": {
            "staff": "To læsevejledere.",
            "substitutes": "Vikarplan er aftalt.",
            "training": "Fire lærere får 37 timers kursus.",
            "rooms": "Et roligt lokale ved klasserne.",
            "times": ["lessons"],
        },
        "choice": {
            "reason": "Behovet er fælles og kræver støtte i undervisningen.",
            "courses": [
                {"school_id": _SCHOOL, "variant": "A1", "subjects": ["danish"], "grades": [5], "courses": 2},
                {"school_id": _SCHOOL, "variant": "C", "subjects": ["danish"], "grades": [5, 6], "courses": 3},
            ],
        },
        "organisation": {
            "daily_responsibility": "Skolens pædagogiske leder.",
            "counsellors": "Læsevejlederen planlægger med lærerne.",
            "school_board": "Orienteres i august.",
            "working_group": {"set_up": False},
            "told_to_participants": "Et hold for at øve læsning sammen.",
            "told_to_others": "Der er to voksne i timerne.",
            "staff": {
                "competence": "To års erfaring.",
                "knowledge_of_pupils": "Lærerne kender klasserne.",
                "motivation": "Lærerne har ønsket det.",
            },
            "anchoring": "Timerne indgår i fagfordelingen.",
            "communication": "Ledelsen begrunder valget på et personalemøde.",
            "parents": "Forældremøde i august.",
            "implementation": [
                {"what": "Forløbene begynder", "responsible": "Pædagogisk leder", "first_day": "2023-08-21"}
            ],
        },
        "budget": {"pay": 850000, "materials": 60000},
    },
}
