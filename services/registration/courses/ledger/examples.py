"""Examples of the ledger's answers."""

from typing import Any

COURSE_ID = "6e1f0a9b-4c5d-4e6f-8a7b-8c9d0e1f2a3b"
PUPIL_ID = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"
REASON: dict[str, Any] = {
    "da": "Med det nuværende tempo 3,2 af 4 sessioner om ugen; der skal holdes 11 sessioner mere senest 24. november.",
    "en": "At the present pace 3.2 of 4 sessions a week; 11 sessions are needed by 24 November.",
}
VERDICT: dict[str, Any] = {
    "rule_id": "C",
    "rule_set": "dosage-2021",
    "version": 1,
    "outcome": "met",
    "stage": "planned",
    "phase": 1,
    "value": {"amount": "4", "unit": "sessions"},
    "threshold": {"amount": "4", "unit": "sessions"},
    "reason": {"da": "Planlagt er 4 sessioner pr. uge i 12 uger.", "en": "Planned: 4 sessions a week for 12 weeks."},
}
LISTED: dict[str, Any] = {
    "course_id": COURSE_ID,
    "municipality_code": "101",
    "school_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
    "institution_number": "101001",
    "school_name": "Prøveskolen Nord",
    "project_id": "3c1d5e7f-2b4a-4c6d-8e9f-0a1b2c3d4e5f",
    "initiative_id": None,
    "class_id": None,
    "code": "MAT-5A",
    "variant": "C",
    "subjects": ["mathematics"],
    "start": "2023-08-21",
    "last_day": "2023-11-24",
    "status": "running",
    "outcome": "at_risk",
    "attention": ["not_identified"],
    "share_percent": "83.33",
    "unit": "sessions",
    "planned": "48",
    "scheduled": 48,
    "delivered": "29",
    "attended_percent": "91.50",
    "expected": "40",
    "required": "48",
    "pace": "3.33",
    "weekly_minimum": "4",
    "sessions": 29,
    "sessions_needed": 19,
    "needed_by": "2023-11-24",
    "stated": 4,
    "enrolled": 4,
    "identified": 3,
    "as_of": "2023-10-20",
    "reason": REASON,
}
