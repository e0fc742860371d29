"""Problems of a request that sends a file. Those of the file itself are in ``files.problems``."""

from libs.shared.base.errors import Conflict, Forbidden, Invalid


class MunicipalityNotAccepted(Forbidden):
    """A municipality that does not take part."""

    code = "import.municipality_not_accepted"
    da = (
        "Kommune {municipality} har ikke sagt ja til at deltage, så dens filer tages ikke imod. Bed sekretariatet om "
        "at registrere jeres svar, og send filen igen."
    )
    en = (
        "Municipality {municipality} has not accepted to take part, so its files are not taken. Ask the secretariat to "
        "register your answer, and send the file again."
    )


class MunicipalityNotYetKnown(Conflict):
    """A municipality of which this service has received no event yet. The event may be on its way."""

    code = "import.municipality_not_known"
    da = (
        "Tjenesten har endnu ikke fået besked om, at kommune {municipality} deltager. Prøv igen om lidt; bliver det "
        "ved, så spørg sekretariatet, om kommunen er registreret."
    )
    en = (
        "This service has not been told yet that municipality {municipality} takes part. Try again shortly; if it goes "
        "on, ask the secretariat whether the municipality is registered."
    )


class SnapshotInstitution(Invalid):
    """An institution that the sender is not for."""

    code = "snapshot.institution_outside_scope"
    da = "Adgangen gælder kun bestemte institutioner, og {number} er ikke en af dem. Ret institutionen, eller brug en "
    da += "adgang, der gælder den."
    en = "The access is for certain institutions, and {number} is not one of them. Correct the institution, or use an "
    en += "access that covers it."


class KeyReused(Conflict):
    """The key belongs to another file."""

    code = "import.key_reused"
    da = "Idempotency-Key er brugt til en anden fil eller andre parametre. Vælg en ny nøgle til denne fil."
    en = "The Idempotency-Key was used for another file or other parameters. Choose a new key for this file."


class UploadTakenOver(Conflict):
    """A later request with the same key has taken the upload over."""

    code = "import.in_progress"
    da = "En senere forespørgsel med samme Idempotency-Key er i gang med at sende filen. Vent på dens svar."
    en = "A later request with the same Idempotency-Key is sending the file. Wait for its answer."
