"""Finds the gaps of a document. What is asked for is what the guide asks municipalities to consider and write (source
000, chapter 2); what it leaves open (``kan``, ``evt.``) may be left out.
"""

from libs.shared.descriptions.coherent import contradictions
from libs.shared.descriptions.description import Description
from libs.shared.descriptions.document import ProjectDocument
from libs.shared.descriptions.gaps import Gap, Gaps, lacking
from libs.shared.descriptions.target_group import Need, Reach

_ORGANISATION = (
    ("daily_responsibility", "hvem der har det daglige ansvar på og uden for skolen", "who is responsible every day"),
    ("counsellors", "hvordan vejledere og ressourcepersoner inddrages", "the role of counsellors and resource persons"),
    ("school_board", "hvordan skolebestyrelsen inddrages, eller hvorfor ikke", "the role of the school board"),
    (
        "told_to_participants",
        "hvordan målgruppen omtales over for de deltagende elever",
        "how the target group is spoken of to participating pupils",
    ),
    (
        "told_to_others",
        "hvordan målgruppen omtales over for de øvrige elever",
        "how the target group is spoken of to the other pupils",
    ),
    ("anchoring", "hvordan indsatserne forankres på skolerne", "how the efforts are anchored at the schools"),
    ("communication", "hvordan beslutningerne kommunikeres til personalet", "how decisions are communicated to staff"),
    ("parents", "hvordan forældrene orienteres og inddrages", "how parents are informed and involved"),
)
_STAFF = (
    ("competence", "medarbejdernes kompetencer og erfaringer", "the competence and experience of staff"),
    ("knowledge_of_pupils", "medarbejdernes kendskab til eleverne", "the staff's knowledge of the pupils"),
    ("motivation", "medarbejdernes interesse og motivation", "the interest and motivation of staff"),
)
_POSSIBILITIES = (
    ("staff", "hvilke ressourcepersoner der er til rådighed", "which resource persons are available"),
    ("substitutes", "hvordan medarbejdere vikardækkes", "how staff are replaced"),
    ("training", "hvem der uddannes til opgaven, eller hvorfor ingen gør", "who is trained, or why nobody is"),
    ("rooms", "hvor indsatserne foregår", "where the efforts take place"),
)


def gaps(document: ProjectDocument) -> tuple[Gap, ...]:
    """Everything that stands between the document and its submission, in the order of the guide's steps."""
    described = document.description
    return (
        *_plan(document),
        *_target_group(described),
        *_possibilities(document),
        *_choice(document),
        *_organisation(described),
        *_budget(described),
        *contradictions(document),
    )


def _plan(document: ProjectDocument) -> Gaps:
    if document.plan is None:
        yield lacking("/plan", "indsatserne og deres periode", "the efforts and their period")
    elif document.plan.last_day is None:
        yield lacking("/plan/last_day", "projektets sidste dag", "the last day of the project")


def _target_group(described: Description) -> Gaps:
    at, group = "/description/target_group", described.target_group
    if group.reach is None:
        yield lacking(f"{at}/reach", "om alle eller udvalgte skoler deltager", "whether all or selected schools do it")
    if group.reach is Reach.SELECTED_SCHOOLS and group.reach_reason is None:
        yield lacking(f"{at}/reach_reason", "hvorfor netop disse skoler er valgt", "why these schools are selected")
    if not group.needs:
        yield lacking(
            f"{at}/needs",
            "om behovet er fælles, individuelt eller begge dele",
            "whether the need is shared, individual or both",
        )
    if Need.SHARED in group.needs and group.shared_need is None:
        yield lacking(f"{at}/shared_need", "gruppernes fælles læringsbehov", "the shared need of the groups")
    if Need.INDIVIDUAL in group.needs and group.individual_need is None:
        yield lacking(f"{at}/individual_need", "de individuelle behov", "the individual needs")
    if group.narrowed is None:
        yield lacking(f"{at}/narrowed", "om målgruppen er afgrænset", "whether the target group is narrowed")
    if group.narrowed and not group.narrowing:
        yield lacking(f"{at}/narrowing", "hvad målgruppen er afgrænset efter", "by what the target group is narrowed")
    for index, each in enumerate(group.narrowing):
        if each.stated is None:
            yield lacking(f"{at}/narrowing/{index}/stated", "afgrænsningens kriterium", "the criterion in words")


def _possibilities(document: ProjectDocument) -> Gaps:
    at, found = "/description/possibilities", document.description.possibilities
    for name, da, en in _POSSIBILITIES:
        if getattr(found, name) is None:
            yield lacking(f"{at}/{name}", da, en)
    if not found.times:
        yield lacking(f"{at}/times", "hvornår på dagen indsatserne foregår", "when in the day the efforts are held")
    if document.plan is not None and document.plan.uses_external_suppliers and found.suppliers is None:
        yield lacking(
            f"{at}/suppliers", "samarbejdet med eksterne leverandører", "the work with the external suppliers"
        )


def _choice(document: ProjectDocument) -> Gaps:
    at, choice = "/description/choice", document.description.choice
    if choice.reason is None:
        yield lacking(f"{at}/reason", "hvorfor indsatserne er valgt", "why these efforts are chosen")
    if not choice.courses:
        yield lacking(f"{at}/courses", "de planlagte forløb på hver skole", "the planned courses of each school")
    for index, each in enumerate(choice.courses):
        if not each.subjects:
            yield lacking(f"{at}/courses/{index}/subjects", "forløbenes fag", "the subjects of the courses")
        if not each.grades:
            yield lacking(f"{at}/courses/{index}/grades", "forløbenes klassetrin", "the grades of the courses")
    if len(document.school_ids) > 1 and choice.differences is None:
        yield lacking(
            f"{at}/differences", "om skolerne har forskellige indsatser", "whether schools have different efforts"
        )


def _organisation(described: Description) -> Gaps:
    at, found = "/description/organisation", described.organisation
    for name, da, en in _ORGANISATION:
        if getattr(found, name) is None:
            yield lacking(f"{at}/{name}", da, en)
    group = found.working_group
    if group is None or group.set_up is None:
        yield lacking(f"{at}/working_group/set_up", "om der er en arbejdsgruppe", "whether there is a working group")
    elif group.set_up and group.members is None:
        yield lacking(f"{at}/working_group/members", "hvem der er i arbejdsgruppen", "who is in the working group")
    for name, da, en in _STAFF:
        if found.staff is None or getattr(found.staff, name) is None:
            yield lacking(f"{at}/staff/{name}", da, en)
    if not found.implementation:
        yield lacking(f"{at}/implementation", "en plan for implementeringen", "the implementation plan")
    for index, each in enumerate(found.implementation):
        if each.responsible is None:
            yield lacking(f"{at}/implementation/{index}/responsible", "trinnets ansvarlige", "who is responsible")
        if each.first_day is None:
            yield lacking(f"{at}/implementation/{index}/first_day", "hvornår trinnet begynder", "when the step begins")


def _budget(described: Description) -> Gaps:
    if described.budget is None or described.budget.total == 0:
        yield lacking("/description/budget", "budgettet efter udgiftens art", "the budget by kind")
