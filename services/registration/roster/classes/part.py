"""The part of the service for classes."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from uuid import UUID

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.files.kinds.classes import CLASSES
from libs.shared.imports.single import Single
from libs.shared.privacy.keys import LookupKeys
from libs.shared.runtime.parts import Part
from services.registration.roster.class_kinds.use_cases import Apply
from services.registration.roster.classes import use_cases
from services.registration.roster.classes.routes import classes_router, single_classes_router
from services.registration.roster.classes.tables import Class
from services.registration.roster.classes.use_cases import ClassImport
from services.registration.roster.municipalities.queries import may_import


def part(
    db: Database,
    outbox: Outbox,
    publish_members: Callable[[WriteSession, Iterable[UUID]], Awaitable[None]],
    lookup_keys: LookupKeys,
    clock: Clock,
) -> Part:
    """The kind of file ``classes``, the list of classes, and the topic. ``publish_members`` is the function of the room
    ``pupils`` (see ``ClassImport``).
    """
    importing = ClassImport(outbox, publish_members)
    single = Single(CLASSES, importing, may_import, lookup_keys, in_path=CLASSES.natural_key)
    return Part(
        routers=[classes_router(db), single_classes_router(db, single, clock)],
        kinds=[(CLASSES, importing)],
        tables=[Class],
        republishing=[Republishing("registration.class", telling(outbox, use_cases.states), "class_")],
    )


def rules_applied(outbox: Outbox) -> Apply:
    """The function by which the room ``class_kinds`` applies a school's rules."""
    return partial(use_cases.apply_rules, outbox=outbox)
