"""The part of the service for the register of institution numbers."""

from libs.shared.files.kinds.institutions import INSTITUTIONS
from libs.shared.runtime.parts import Part
from services.registration.roster.institutions.tables import Institution
from services.registration.roster.institutions.use_cases import InstitutionImport

PART = Part(kinds=[(INSTITUTIONS, InstitutionImport())], tables=[Institution])
