"""What the store of releases adds to the service: a table whose rows ops may count."""

from libs.shared.runtime.parts import Part
from services.evaluation_export.disclosure.tables import Release

PART = Part(tables=[Release])
