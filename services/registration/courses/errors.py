"""Refusals about courses."""

from libs.shared.base.errors import Conflict, Invalid


class CourseProjectUnknown(Invalid):
    """The project does not exist, is not the caller's, or is not the school's."""

    code = "course.project_unknown"
    da = "Skolen har ikke det projekt. Brug id'et på et projekt, skolen er med i."
    en = "The school does not have that project. Use the id of a project that the school is in."


class CourseProjectNotApproved(Conflict):
    """A course of a project that is not approved."""

    code = "course.project_not_approved"
    da = "Projektet er ikke godkendt endnu. Vent på sekretariatets godkendelse, og opret så forløbet."
    en = "The project is not approved yet. Wait for the secretariat's approval, then create the course."


class CourseVariantNotPlanned(Invalid):
    """The approved plan does not have the variant."""

    code = "course.variant_not_planned"
    da = "Indsatsen er ikke i projektets godkendte plan. Brug en af: {variants}."
    en = "The intervention is not in the project's approved plan. Use one of: {variants}."


class CourseOutsideProject(Invalid):
    """Dates outside the plan's."""

    code = "course.outside_project"
    da = "Forløbet ligger ikke inden for projektets periode, {start} til {last_day}. Ret datoerne."
    en = "The course is not within the project's period, {start} to {last_day}. Correct the dates."


class CourseEndsBeforeStart(Invalid):
    """An end before the start."""

    code = "course.ends_before_start"
    da = "Forløbet slutter, før det begynder. Ret datoerne."
    en = "The course ends before it starts. Correct the dates."


class CourseTarget(Invalid):
    """Neither a class nor pupils nor their number, or both a class and pupils."""

    code = "course.target"
    da = "Et forløb er for en klasse eller for nævnte elever. Angiv enten class_id eller pupil_ids, eller \
expected_pupils, hvis navnene endnu ikke kendes."
    en = "A course is for a class or for pupils that are named. Give either class_id or pupil_ids, or expected_pupils \
while the names are not known yet."


class DesignatedNotEnrolled(Invalid):
    """A designated pupil who does not take part."""

    code = "course.designated_not_enrolled"
    da = "En udpeget elev er ikke med i forløbet. Ret designated_pupil_ids."
    en = "A designated pupil does not take part in the course. Correct designated_pupil_ids."


class CourseRulesViolated(Invalid):
    """An error of the rules; ``verdicts`` has them all."""

    code = "course.rules_violated"
    da = "Forløbet bryder reglerne {rules}. Ret det, der står under »verdicts«, og send igen."
    en = "The course breaks the rules {rules}. Correct what stands under 'verdicts' and send again."


class CourseAnswersMissing(Invalid):
    """A rule could not be judged, because the course or its plan leaves something out; ``verdicts`` has them all."""

    code = "course.answers_missing"
    da = "Reglerne {rules} kan ikke afgøres på forløbets første dag, fordi noget ikke er angivet. Angiv det felt, som \
»pointer« viser; »verdicts« siger hvad."
    en = "The rules {rules} cannot be judged on the course's first day because something is not declared. Declare the \
field that 'pointer' shows; 'verdicts' say what."


class CourseEndsLater(Invalid):
    """An early end that is not before the planned last day."""

    code = "course.ends_later"
    da = "Forløbet slutter efter planen {last_day}. Angiv en tidligere dag."
    en = "By its plan the course ends on {last_day}. Give an earlier day."


class CourseHasLaterSessions(Conflict):
    """Sessions that were held after the requested last day."""

    code = "course.later_sessions"
    da = "Der er registreret sessioner efter den dag, senest {last}. Vælg en senere dag, eller ret sessionerne først."
    en = "Sessions are recorded after that day, the last on {last}. Choose a later day, or correct the sessions first."


class CourseCodeTaken(Conflict):
    """A code that another course of the school has."""

    code = "course.code_taken"
    da = "Skolen har allerede et forløb med den kode. Vælg en anden kode."
    en = "The school already has a course with that code. Choose another code."
