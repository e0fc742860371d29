"""Refusals about projects."""

from libs.shared.base.errors import Conflict, Invalid


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


class ProjectEndMissing(Invalid):
    """A plan without an end."""

    code = "project.end_missing"
    da = "Projektets plan mangler en slutdato. Angiv plan.last_day."
    en = "The project's plan has no end. Give plan.last_day."


class ProjectNotEditable(Conflict):
    """An approved project."""

    code = "project.approved"
    da = "Projektet er godkendt og kan ikke ændres. Opret et nyt."
    en = "The project is approved and cannot be changed. Create a new one."


class ProjectNotSubmitted(Conflict):
    """The project to be approved has not been submitted."""

    code = "project.not_submitted"
    da = "Projektet er ikke indsendt, og kan derfor ikke godkendes. Bed skolen om at indsende det."
    en = "The project has not been submitted and so cannot be approved. Ask the school to submit it."


class ProjectChangedSince(Conflict):
    """The version to be approved is not the one that was read."""

    code = "project.changed"
    da = "Projektet er ændret, siden du læste det. Hent det igen, og tag stilling til den nye version."
    en = "The project has changed since you read it. Fetch it again and decide on the new version."


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
    da = "Reglerne {rules} giver en advarsel, som kræver en skriftlig begrundelse. Skriv den i »reason«."
    en = "The rules {rules} give a warning that needs a written reason. Write it in 'reason'."
