"""Refusals about courses and sessions."""

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
    """Neither a class nor pupils, or both."""

    code = "course.target"
    da = "Et forløb er for en klasse eller for nævnte elever. Angiv enten class_id eller pupil_ids."
    en = "A course is for a class or for pupils that are named. Give either class_id or pupil_ids."


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


class SessionOutsideCourse(Invalid):
    """A session on a day that is not in the course."""

    code = "session.outside_course"
    da = "Sessionen ligger uden for forløbet, {start} til {last_day}. Ret datoen."
    en = "The session is outside the course, {start} to {last_day}. Correct the date."


class SessionInFuture(Invalid):
    """A session that has not been held yet."""

    code = "session.in_future"
    da = "Sessionen ligger i fremtiden. Registrér den, når den er holdt."
    en = "The session is in the future. Record it when it has been held."


class SessionRepeated(Invalid):
    """Two sessions with one date and start time."""

    code = "session.repeated"
    da = "To sessioner har samme dato og starttidspunkt. Behold den ene, eller ret tidspunktet."
    en = "Two sessions have the same date and start time. Keep one, or correct the time."
