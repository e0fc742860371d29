"""Refusals that several rooms share, and those of ``access``."""

from libs.shared.base.errors import Forbidden, NotFound


class MunicipalityNotFound(NotFound):
    """The municipality is not one of the caller's."""

    code = "municipality.not_found"
    da = "Kommunen findes ikke, eller du har ikke adgang til den. Kontrollér kommunekoden."
    en = "The municipality does not exist, or is not yours to see. Check the municipality code."


class ProjectNotFound(NotFound):
    """No such project, or one that is not the caller's."""

    code = "project.not_found"
    da = "Projektet findes ikke, eller du har ikke adgang til det. Kontrollér dets id."
    en = "The project does not exist, or is not yours to see. Check its id."


class ProjectOfSeveralSchools(Forbidden):
    """The caller does not work at all of the project's schools."""

    code = "project.other_schools"
    da = (
        "Projektet omfatter også skoler, som din adgang ikke gælder. Bed kommunens pædagogiske indsatsteam, eller en "
        "med adgang til alle projektets skoler, om at ændre eller indsende det."
    )
    en = (
        "The project is also of schools that your access does not cover. Ask the municipality's resource team, or "
        "somebody with access to all schools of the project, to change or submit it."
    )


class CourseNotFound(NotFound):
    """No such course, or one that is not the caller's."""

    code = "course.not_found"
    da = "Forløbet findes ikke, eller du har ikke adgang til det. Kontrollér dets id."
    en = "The course does not exist, or is not yours to see. Check its id."


class SelectionNotFound(NotFound):
    """No such selection, or one that is not the caller's."""

    code = "selection.not_found"
    da = "Udvælgelsen findes ikke, eller du har ikke adgang til den. Kontrollér dens id."
    en = "The selection does not exist, or is not yours to see. Check its id."


class KeptListNotFound(NotFound):
    """No such kept list, or one that is not the caller's."""

    code = "kept_list.not_found"
    da = "Den gemte bruttoliste findes ikke, eller du har ikke adgang til den. Kontrollér dens id."
    en = "The kept gross list does not exist, or is not yours to see. Check its id."


class WholeMunicipalityOnly(Forbidden):
    """A token that is limited to institutions."""

    code = "initiative.whole_municipality"
    da = (
        "Kun de, der har adgang til hele kommunen, ser og afgør dette. Bed kommunens pædagogiske indsatsteam eller "
        "forvaltning om det."
    )
    en = (
        "Only those whose access covers the whole municipality see and decide this. Ask the municipality's resource "
        "team or administration."
    )


class AssessmentNotFound(NotFound):
    """No such assessment, or one that is not the caller's."""

    code = "assessment.not_found"
    da = "Vurderingen findes ikke, eller du har ikke adgang til den. Kontrollér dens id."
    en = "The assessment does not exist, or is not yours to see. Check its id."
