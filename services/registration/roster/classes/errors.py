"""Refusals about classes."""

from libs.shared.base.errors import NotFound


class ClassNotFound(NotFound):
    """No such class, or one that is not the caller's."""

    code = "class.not_found"
    da = "Klassen findes ikke, eller du har ikke adgang til den. Kontrollér institutionsnummer, skoleår og navn."
    en = "The class does not exist, or is not yours to see. Check institution number, school year and name."
