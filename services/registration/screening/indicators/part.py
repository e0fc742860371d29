"""The part of the service for indicators."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.files.kinds.indicators import INDICATORS
from libs.shared.imports.parked import Parking, Patience
from libs.shared.imports.single import Single
from libs.shared.privacy.keys import LookupKeys, Vault
from libs.shared.runtime.parts import Part
from services.registration.roster.municipalities.queries import may_import
from services.registration.screening.indicators.following import IndicatorsFollow
from services.registration.screening.indicators.routes import results_router, single_indicators_router
from services.registration.screening.indicators.tables import Indicator
from services.registration.screening.indicators.use_cases.importing import IndicatorImport

FOLLOWS = IndicatorsFollow()
"""What becomes of indicators when a pupil turns out to be two."""


def part(db: Database, vault: Vault, lookup_keys: LookupKeys, clock: Clock) -> Part:
    """The kind of file ``indicators``, and the routes of single results."""
    importing = IndicatorImport()
    single = Single(INDICATORS, importing, may_import, lookup_keys)
    return Part(
        routers=[
            single_indicators_router(db, single, Parking(vault, clock, Patience()), clock),
            results_router(db, single, clock),
        ],
        kinds=[(INDICATORS, importing)],
        tables=[Indicator],
    )
