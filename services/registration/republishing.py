"""How the states of each topic of this service are told again."""

from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from services.registration.calendars import queries as calendars
from services.registration.classes import queries as classes
from services.registration.courses.republishing import DeliveryTelling, enrolment_states
from services.registration.municipalities import queries as municipalities
from services.registration.projects.use_cases import project_states
from services.registration.pupils import publishing as pupils
from services.registration.schools import queries as schools


def republishing(outbox: Outbox) -> tuple[Republishing, ...]:
    """All topics, in an order in which a reader learns of a school before its classes."""
    return (
        Republishing("registration.municipality", telling(outbox, municipalities.states), "municipality"),
        Republishing("registration.school", telling(outbox, schools.states), "school"),
        Republishing("registration.calendar", telling(outbox, calendars.states), "calendar", size=50),
        Republishing("registration.class", telling(outbox, classes.states), "class_"),
        Republishing("registration.pupil", telling(outbox, pupils.states), "pupil"),
        Republishing("registration.project", telling(outbox, project_states), "project"),
        Republishing("registration.enrolment", telling(outbox, enrolment_states), "enrolment"),
        Republishing("registration.delivery", DeliveryTelling(outbox), "course", size=50),
    )
