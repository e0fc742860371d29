"""What classes add to the service."""

from libs.shared.delivery.outbox import Outbox
from libs.shared.delivery.republishing import Republishing, telling
from libs.shared.runtime.parts import Part
from services.registration.roster.classes import queries
from services.registration.roster.classes.kind import CLASSES
from services.registration.roster.classes.tables import Class
from services.registration.roster.classes.use_cases import ClassImport


def part(outbox: Outbox) -> Part:
    """The file of classes, and the topic."""
    return Part(
        kinds=[(CLASSES, ClassImport(outbox))],
        tables=[Class],
        republishing=[Republishing("registration.class", telling(outbox, queries.states), "class_")],
    )
