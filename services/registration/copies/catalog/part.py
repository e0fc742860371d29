"""The part of the service for the copy of the catalog."""

from libs.shared.runtime.parts import Part
from services.registration.copies.catalog.read_models import INTERVENTION_TYPES, RULE_SETS
from services.registration.copies.catalog.tables import InterventionTypeCopy, RuleSetCopy

PART = Part(read_models=[INTERVENTION_TYPES, RULE_SETS], tables=[RuleSetCopy, InterventionTypeCopy])
