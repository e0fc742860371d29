"""The description of the school's project: the guide's three steps and a budget."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from libs.shared.client.registration.projects.models import ProjectAsked
from libs.shared.descriptions.budget import Budget
from libs.shared.descriptions.choice import Choice, PlannedCourses
from libs.shared.descriptions.description import Description
from libs.shared.descriptions.organisation import Milestone, Organising, Staff, WorkingGroup
from libs.shared.descriptions.target_group import Need, Possibilities, Reach, TargetGroup, TimeOfDay
from libs.shared.rules.composition.plan import Plan


def described(plan: Plan, schools: Sequence[UUID]) -> Description:
    """A description that lacks nothing: each effort of the plan at each school."""
    return Description(
        target_group=TargetGroup(
            reach=Reach.ALL_SCHOOLS,
            needs=(Need.SHARED, Need.INDIVIDUAL),
            shared_need="Klasserne på mellemtrinnet har mistet undervisning i dansk.",
            individual_need="Enkelte elever har brug for bøger på deres niveau.",
            narrowed=False,
        ),
        possibilities=Possibilities(
            staff="Læsevejlederne og en ressourceperson på hver skole.",
            substitutes="Vikardækningen er aftalt for hele skoleåret.",
            training="Fire lærere får 37 timers kursus i undervisning i små grupper.",
            rooms="Et roligt lokale tæt på klasserne.",
            times=(TimeOfDay.LESSONS,),
        ),
        choice=Choice(
            reason="Behovet er fælles og kræver støtte i undervisningen.",
            courses=tuple(
                PlannedCourses(
                    school_id=school,
                    variant=effort.variant,
                    subjects=("danish",),
                    grades=effort.grades or (5,),
                    courses=1,
                )
                for school in schools
                for effort in plan.efforts
            ),
            differences="Skolerne har de samme indsatser.",
        ),
        organisation=Organising(
            daily_responsibility="Den pædagogiske leder på hver skole.",
            counsellors="Læsevejlederne planlægger med lærerne hver fjerde uge.",
            school_board="Skolebestyrelsen orienteres i august.",
            working_group=WorkingGroup(set_up=True, across_schools=True, members="Lederne og læsevejlederne."),
            told_to_participants="Holdet er en mulighed for at øve læsning sammen.",
            told_to_others="Der er to voksne i timerne, og små hold skifter i løbet af året.",
            staff=Staff(
                competence="Læsevejlederne har drevet tilsvarende hold i to år.",
                knowledge_of_pupils="Lærerne underviser klasserne i forvejen.",
                motivation="Lærerne har selv ønsket indsatsen.",
            ),
            anchoring="Timerne indgår i den faste fagfordeling.",
            communication="Ledelsen begrunder valget på et personalemøde i juni.",
            parents="Forældrene orienteres på forældremøder i august.",
            implementation=(
                Milestone(what="Forløbene begynder", responsible="De pædagogiske ledere", first_day=date(2022, 8, 22)),
            ),
        ),
        budget=Budget(pay=780_000, competence_development=60_000, materials=45_000),
    )


def answered(project: ProjectAsked) -> ProjectAsked:
    """The project with an answer to the remark about the counsellors."""
    organisation = project.description.organisation.model_copy(
        update={"counsellors": "Læsevejlederne og lærerne følger op på hvert lille hold hver fjerde uge."}
    )
    description = project.description.model_copy(update={"organisation": organisation})
    return project.model_copy(update={"description": description})
