"""The part of the service for the panel: the read models."""

from libs.shared.runtime.parts import Part
from services.evaluation_export.panel import tables
from services.evaluation_export.panel.read_models import READ_MODELS

PART = Part(
    read_models=READ_MODELS,
    tables=[
        tables.Municipality,
        tables.School,
        tables.Calendar,
        tables.Class,
        tables.Pupil,
        tables.Membership,
        tables.Project,
        tables.Enrolment,
        tables.Screening,
        tables.Selection,
        tables.Dosage,
        tables.PupilMonth,
        tables.Completeness,
        tables.InterventionType,
    ],
)
