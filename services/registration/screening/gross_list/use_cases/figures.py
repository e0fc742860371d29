"""How many pupils of each school are on the gross list, without names."""

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from libs.shared.rules.screening.gross_list import FAMILY
from libs.shared.rules.screening.settings import ScreeningSettings
from services.registration.access import institutions_listed, is_secretariat, require_municipality
from services.registration.copies.catalog.use_cases import rule_set_for
from services.registration.screening.gross_list.choosing import Outcomes, Summary
from services.registration.screening.gross_list.listed import Figures, SchoolFigures
from services.registration.screening.gross_list.queries import outcomes, places


async def figures(session: ReadSession, caller: Principal, code: str, as_of: date) -> Figures:
    """The figures of the schools that the caller may see; every school is the secretariat's.

    The secretariat gets the figures of the last day of a month: the difference of two days of its choice would tell
    about single pupils. Raises ``MunicipalityNotFound``, ``RuleSetNotReceived`` and ``RuleSetNotInForce``.
    """
    require_municipality(caller, code, pointer="/query/municipality")
    coarse = is_secretariat(caller)
    day = _end_of_month_by(as_of) if coarse else as_of
    rule_set = await rule_set_for(session, FAMILY, day)
    institutions = institutions_listed(caller)
    schools = {
        school_id: each
        for school_id, each in (await places.schools(session, code)).items()
        if institutions is None or each.institution_number in institutions
    }
    groups: dict[UUID, list[tuple[Outcomes, int]]] = defaultdict(list)
    for each in await outcomes.by_school(session, rule_set.settings_as(ScreeningSettings), code, day):
        if each.school_id in schools:
            groups[each.school_id].append((each.outcomes, each.pupils))
    return Figures(
        as_of=day,
        rule_set=rule_set,
        total=Summary.of_groups([group for found in groups.values() for group in found]),
        schools=[SchoolFigures(schools[school_id], Summary.of_groups(found)) for school_id, found in groups.items()],
        coarse=coarse,
    )


def _end_of_month_by(day: date) -> date:
    """The last day of the month, if the day is one; else that of the month before."""
    following = day + timedelta(days=1)
    return following.replace(day=1) - timedelta(days=1)
