"""The part of the service for the store of releases: a table whose rows ops may count."""

from libs.shared.runtime.parts import Part
from services.evaluation_export.disclosure.tables import Release

PART = Part(tables=[Release])
