"""The kinds of file this service takes; ``wiring.py`` binds each to its handler."""

from services.registration.calendars.kind import CALENDARS
from services.registration.classes.kind import CLASSES
from services.registration.indicators.kind import INDICATORS
from services.registration.institutions.kind import INSTITUTIONS
from services.registration.pupils.kind import PUPILS
from services.registration.schools.kind import SCHOOLS

KINDS = (INSTITUTIONS, SCHOOLS, CLASSES, CALENDARS, PUPILS, INDICATORS)
"""The secretariat's register; the others in the order in which a municipality sends them."""
