"""Refusals about projects."""

from libs.shared.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem


class ProjectSchoolUnknown(Invalid):
    """A school that does not exist, or is not the caller's."""

    code = "project.school_unknown"
    da = "En af skolerne findes ikke, eller du har ikke adgang til den. Brug id'er fra listen over skoler."
    en = "One of the schools does not exist, or is not yours to see. Use ids from the list of schools."


class ProjectSchools(Invalid):
    """Schools of several municipalities, or one named twice."""

    code = "project.schools"
    da = "Projektets skoler skal være fra én kommune og nævnes én gang hver. Ret listen."
    en = "A project's schools are of one municipality and named once each. Correct the list."


class ProjectScope(Invalid):
    """The plan is for a pupil, for which other limits apply."""

    code = "project.scope"
    da = "En projektbeskrivelse har en plan for et projekt. Sæt scope til project."
    en = "A project description has the plan of a project. Set scope to project."


class ProjectNotEditable(Conflict):
    """An approved project."""

    code = "project.approved"
    da = "Projektet er godkendt og kan ikke ændres. Begynd en ændring af det med POST …/amendments."
    en = "The project is approved and cannot be changed. Begin an amendment of it with POST …/amendments."


class ProjectClosed(Conflict):
    """A closed project."""

    code = "project.closed"
    da = "Projektet er afsluttet og kan ikke ændres. Opret et nyt, hvis arbejdet fortsætter."
    en = "The project is closed and cannot be changed. Create a new one if the work goes on."


class ProjectNotSubmitted(Conflict):
    """The project to be approved or returned has not been submitted."""

    code = "project.not_submitted"
    da = "Projektet er ikke indsendt og kan derfor ikke godkendes eller returneres. Bed skolen om at indsende det."
    en = "The project has not been submitted and so cannot be approved or returned. Ask the school to submit it."


class ProjectNotApproved(Conflict):
    """An amendment of a project that is not approved."""

    code = "project.not_approved"
    da = "Projektet er ikke godkendt endnu. Ret kladden i stedet for at begynde en ændring."
    en = "The project is not approved yet. Change its draft instead of beginning an amendment."


class ProjectAmended(Conflict):
    """An amendment has begun already."""

    code = "project.amendment_open"
    da = "Der er allerede begyndt en ændring af projektet: version {version}. Ret den, eller træk den tilbage først."
    en = "An amendment of the project has already begun: version {version}. Change that one, or withdraw it first."


class AmendedMeanwhile(Problem):
    """Two people begin an amendment of the same version at once; this one was second."""

    status = 412
    code = "project.amended_meanwhile"
    da = (
        "En anden har begyndt en ændring af projektet, siden du læste det: version {version}. Hent projektet igen, og "
        "skriv videre i den ændring."
    )
    en = (
        "Somebody else has begun an amendment of the project since you read it: version {version}. Fetch the project "
        "again and go on with that amendment."
    )


class NoAmendment(Conflict):
    """There is no amendment to be withdrawn or approved by the municipality."""

    code = "project.no_amendment"
    da = "Der er ingen åben ændring af projektet. En første version afgøres af sekretariatet."
    en = "There is no open amendment of the project. A first version is decided by the secretariat."


class SecretariatApproves(Conflict):
    """The setting that lets municipalities approve amendments is off."""

    code = "project.secretariat_approves"
    da = "Ændringer af projekter godkendes af sekretariatet. Vent på dets afgørelse."
    en = "Amendments of projects are approved by the secretariat. Wait for its decision."


class SecondPersonNeeded(Forbidden):
    """The person who submitted an amendment wants to approve it."""

    code = "project.second_person"
    da = "Du har selv indsendt ændringen. Bed en anden i kommunen om at godkende den."
    en = "You submitted the amendment yourself. Ask somebody else in the municipality to approve it."


class AmendmentOutsideGrant(Conflict):
    """An amendment whose budget is not within the grant, or without a known grant."""

    code = "project.outside_grant"
    da = "Kommunen kan kun selv godkende en ændring inden for tilskuddet. {held_da} Bed sekretariatet om at afgøre den."
    en = "The municipality may only approve an amendment within the grant. {held_en} Ask the secretariat to decide it."


class ProjectOutsideInitiative(Invalid):
    """The project's period is not within that of its initiative."""

    code = "project.outside_initiative"
    da = "Projektet skal ligge i initiativets periode, {start} til {last_day}. Ret plan.start og plan.last_day."
    en = "The project must lie in the period of its initiative, {start} to {last_day}. Correct plan.start and \
plan.last_day."


class BudgetOverGrant(Invalid):
    """The budget uses more than the grant."""

    code = "project.budget_over_grant"
    da = "{held_da} Sæt budgettet ned, eller angiv i own_financing, hvad kommunen selv betaler."
    en = "{held_en} Lower the budget, or state in own_financing what the municipality pays itself."


class MinimumOfUnplanned(Invalid):
    """A minimum for a variant that the plan does not have."""

    code = "project.minimum_unplanned"
    da = "Planen har ingen indsats {variant}. Fjern minimum for den."
    en = "The plan has no effort {variant}. Remove its minimum."


class MinimumFixed(Invalid):
    """A minimum for a variant for which the rules have one."""

    code = "project.minimum_fixed"
    da = (
        "Reglerne har allerede et minimum for {variant}. Godkendelsen kan kun sætte det, hvor de intet har, som for D3."
    )
    en = "The rules have a minimum for {variant} already. An approval may set one only where they have none, as for D3."


class InitiativeFixed(Conflict):
    """The initiative of an approved project is to be changed."""

    code = "project.initiative_fixed"
    da = "Projektets initiativ ligger fast, når en version er godkendt. Opret et nyt projekt til det andet initiativ."
    en = "A project's initiative is fixed once a version is approved. Create a new project for the other initiative."


class VersionNotFound(NotFound):
    """No such kept version."""

    code = "project.version_not_found"
    da = "Projektet har ingen returneret eller godkendt version med det nummer. Se listen over versioner."
    en = "The project has no returned or approved version of that number. See the list of versions."


class ProjectIncomplete(Invalid):
    """A description with gaps; ``missing`` has them all."""

    code = "project.incomplete"
    da = "Projektbeskrivelsen mangler {missing} oplysninger. Udfyld det, der står under »missing«, og indsend igen."
    en = "The project description lacks {missing} fields. Fill in what stands under 'missing' and submit again."


class RulesViolated(Invalid):
    """An error of the rules; ``verdicts`` has them all."""

    code = "project.rules_violated"
    da = "Planen bryder reglerne {rules}. Ret det, der står under »verdicts«, og indsend igen."
    en = "The plan breaks the rules {rules}. Correct what stands under 'verdicts' and submit again."


class AnswersMissing(Invalid):
    """A rule could not be judged, because the plan leaves something out; ``verdicts`` has them all."""

    code = "project.answers_missing"
    da = "Reglerne {rules} kan ikke afgøres, fordi planen mangler oplysninger. Udfyld det, der står under »verdicts«."
    en = "The rules {rules} cannot be judged because the plan leaves something out. Fill in what stands under \
'verdicts'."


class ReasonMissing(Invalid):
    """A warning without a written reason; ``verdicts`` has them all."""

    code = "project.reason_missing"
    da = "Reglerne {rules} giver en advarsel, som kræver en skriftlig begrundelse. Skriv en for hver i »reasons«."
    en = "The rules {rules} give a warning that needs a written reason. Write one for each in 'reasons'."
