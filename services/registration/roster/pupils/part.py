"""The part of the service for pupils."""

from libs.shared.base.clock import Clock
from libs.shared.base.settings import Profile
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.imports.parked import Parking, Patience
from libs.shared.imports.single import Single
from libs.shared.privacy.keys import BlindIndex, LookupKeys, Vault
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.runtime.parts import Part
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.municipalities.queries import may_import
from services.registration.roster.pupils import publishing
from services.registration.roster.pupils.routes import identity_cases_router, pupils_router, single_pupils_router
from services.registration.roster.pupils.tables import (
    IdentityChange,
    Membership,
    MembershipLimit,
    MembershipRuling,
    NameProtectionChange,
    Pupil,
    PupilConflict,
    SchoolSnapshot,
)
from services.registration.roster.pupils.use_cases.importing import PupilImport


def part(
    db: Database,
    outbox: Outbox,
    *,
    vault: Vault,
    lookup_keys: LookupKeys,
    blind_index: BlindIndex,
    profile: Profile,
    clock: Clock,
) -> Part:
    """The kind of file ``pupils``, the routes that find and take pupils and decide cases about their identity, and the
    topic.
    """
    sealing, case_names = PupilVault(vault), SealedTexts(vault, "identity_case")
    import_pupils = PupilImport(
        outbox=outbox,
        vault=sealing,
        case_names=case_names,
        former=SealedTexts(vault, "former_identifier"),
        lookup_keys=lookup_keys,
        blind_index=blind_index,
        profile=profile,
    )
    single = Single(PUPILS, import_pupils, may_import, lookup_keys)
    return Part(
        routers=[
            pupils_router(db, lookup_keys, clock),
            single_pupils_router(db, single, Parking(vault, clock, Patience()), clock),
            identity_cases_router(db, sealing, case_names, clock),
        ],
        kinds=[(PUPILS, import_pupils)],
        tables=[
            Pupil,
            Membership,
            MembershipLimit,
            MembershipRuling,
            SchoolSnapshot,
            NameProtectionChange,
            IdentityChange,
            PupilConflict,
        ],
        republishing=[Republishing("registration.pupil", telling(outbox, publishing.states), "pupil")],
    )
