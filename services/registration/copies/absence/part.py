"""The part of the service for the copy of absence."""

from libs.shared.runtime.parts import Part
from services.registration.copies.absence.read_models import COMPLETENESS, MONTHS
from services.registration.copies.absence.tables import Completeness, PupilMonth

PART = Part(read_models=[MONTHS, COMPLETENESS], tables=[PupilMonth, Completeness])
