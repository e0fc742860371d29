"""The part of the service for assessments."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.privacy.keys import Vault
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.runtime.parts import Part
from services.registration.screening.assessments.following import AssessmentsFollow
from services.registration.screening.assessments.routes import assessments_router, questions_router
from services.registration.screening.assessments.tables import AssessmentPupil, AssessmentRow, AssessmentVersion

FOLLOWS = AssessmentsFollow()
"""What becomes of answers when a pupil turns out to be another one."""


def part(db: Database, vault: Vault, clock: Clock) -> Part:
    """The routes of the 13 questions and their answers; no event has them."""
    return Part(
        routers=[
            questions_router(db, clock),
            assessments_router(db, SealedTexts(vault, "assessment_version"), clock),
        ],
        tables=[AssessmentRow, AssessmentPupil, AssessmentVersion],
    )
