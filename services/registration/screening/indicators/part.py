"""The part of the service for indicators."""

from libs.shared.files.kinds.indicators import INDICATORS
from libs.shared.runtime.parts import Part
from services.registration.screening.indicators.following import IndicatorsFollow
from services.registration.screening.indicators.tables import Indicator
from services.registration.screening.indicators.use_cases import IndicatorImport

FOLLOWS = IndicatorsFollow()
"""What becomes of indicators when a pupil turns out to be two."""

PART = Part(kinds=[(INDICATORS, IndicatorImport())], tables=[Indicator])
