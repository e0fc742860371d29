"""The part of the service for indicators."""

from libs.shared.files.kinds.indicators import INDICATORS
from libs.shared.runtime.parts import Part
from services.registration.screening.indicators.tables import Indicator
from services.registration.screening.indicators.use_cases import IndicatorImport

PART = Part(kinds=[(INDICATORS, IndicatorImport())], tables=[Indicator])
