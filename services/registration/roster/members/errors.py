"""Refusals of a body that names an object that does not exist or is not the caller's; both get the same answer."""

from libs.shared.base.errors import Invalid


class ClassUnknown(Invalid):
    """A class that is not one of the school's."""

    code = "class.unknown"
    da = "Skolen har ikke den klasse. Brug et id fra listen over skolens klasser."
    en = "The school does not have that class. Use an id from the list of the school's classes."


class ClassEmpty(Invalid):
    """A class without pupils on the day."""

    code = "class.empty"
    da = "Ingen elever går i klassen den {on}. Vælg en anden dato eller klasse."
    en = "No pupils are in the class on {on}. Choose another date or class."


class PupilNotAtSchool(Invalid):
    """A pupil who is in no class of the school on the day."""

    code = "pupil.not_at_school"
    da = "Eleven går ikke på skolen den {on}. Ret eleven eller datoen."
    en = "The pupil is not at the school on {on}. Correct the pupil or the date."


class PupilRepeated(Invalid):
    """A pupil named twice."""

    code = "pupil.repeated"
    da = "Eleven er nævnt mere end én gang. Nævn hver elev én gang."
    en = "The pupil is named more than once. Name each pupil once."
