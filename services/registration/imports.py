"""The kinds of file this service takes; ``wiring.py`` binds each to its handler."""

from services.registration.roster.calendars.kind import CALENDARS
from services.registration.roster.classes.kind import CLASSES
from services.registration.roster.institutions.kind import INSTITUTIONS
from services.registration.roster.pupils.kind import PUPILS
from services.registration.roster.schools.kind import SCHOOLS
from services.registration.screening.indicators.kind import INDICATORS

KINDS = (INSTITUTIONS, SCHOOLS, CLASSES, CALENDARS, PUPILS, INDICATORS)
"""The secretariat's register; the others in the order in which a municipality sends them."""
