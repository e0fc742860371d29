"""The packages of the format: how each is written, and what it holds of a person."""

from dataclasses import dataclass

_DATA, _TRANSITIONAL = "https://unilogin.dk/data", "https://unilogin.dk/data/transitional"
_EXPORT = "https://wsieksport.unilogin.dk/eksport"
_OF_TRANSITIONAL = frozenset({"CivilRegistrationNumber", "EmailAddress", "Role", "Level", "MainGroupId"})
_OF_EXPORT = frozenset({"ImportSource", "UNILogin"})
_OF_PACKAGE = frozenset(
    {"Institution", "InstitutionPerson", "Person", "Student", "Employee", "Extern", "ContactPerson"}
)


@dataclass(frozen=True, slots=True)
class Package:
    """A package. ``prefixed`` names the namespaces of elements by prefixes, else all elements are of one namespace.
    ``enveloped`` puts the file into a SOAP answer. ``identities`` says that persons have local ids, CPR numbers and
    names of their own, else UNI-Login and its name alone; ``details`` that they have all the rest.
    """

    name: str
    root: str
    namespace: str
    charset: str = "utf-8"
    prefixed: bool = False
    enveloped: bool = False
    identities: bool = True
    details: bool = True

    @property
    def is_import(self) -> bool:
        """Whether it is the import format."""
        return self.root == "UNILoginImport"

    def element(self, name: str) -> str:
        """The name of an element as it is written."""
        if not self.prefixed or name in _OF_PACKAGE or name == self.root:
            return name
        if name in _OF_EXPORT:
            return f"exp:{name}"
        return f"trans:{name}" if name in _OF_TRANSITIONAL else f"data:{name}"

    def namespaces(self) -> dict[str, str]:
        """The root's declarations of namespaces."""
        own = {"xmlns": self.namespace}
        more = {"xmlns:exp": _EXPORT, "xmlns:data": _DATA, "xmlns:trans": _TRANSITIONAL}
        return own | more if self.prefixed else own


IMPORT = Package("import", "UNILoginImport", "https://wsaimport.unilogin.dk/import/v7")
SMALL = Package("small", "UNILoginExportSmall", f"{_EXPORT}/small", prefixed=True, identities=False, details=False)
MEDIUM = Package("medium", "UNILoginExportMedium", f"{_EXPORT}/medium", charset="iso-8859-1", details=False)
FULL = Package("full", "UNILoginExportFull", f"{_EXPORT}/full", charset="utf-16", prefixed=True)
AUTHORITY = Package(
    "fullmyndighed", "UNILoginExportFullMyndighed", f"{_EXPORT}/fullmyndighed", prefixed=True, enveloped=True
)
PACKAGES = {each.name: each for each in (IMPORT, SMALL, MEDIUM, FULL, AUTHORITY)}
"""By name."""
