"""Refusals of the change feed."""

from libs.shared.base.errors import BadRequest, Problem


class ChangesForgotten(Problem):
    """Entries of deleted objects after this place were removed."""

    status = 410
    code = "changes.forgotten"
    da = (
        "Værdien i since er for gammel: poster om slettede objekter gemmes i {days} dage. Hent alt forfra uden since, "
        "og slet i din kopi, hvad du ikke får."
    )
    en = (
        "The value of since is too old: entries about deleted objects are kept for {days} days. Read from the start "
        "without since, and delete from your copy what you do not get."
    )


class ChangesUnknown(Problem):
    """The database was restored from a backup after this place was given out."""

    status = 410
    code = "changes.unknown"
    da = (
        "Registreringen er genskabt fra en sikkerhedskopi, siden du fik værdien i since. Hent alt forfra uden since, "
        "og slet i din kopi, hvad du ikke får."
    )
    en = (
        "Registration was restored from a backup after you got the value of since. Read from the start without since, "
        "and delete from your copy what you do not get."
    )


class ChangesTokenInvalid(BadRequest):
    """The token is not one of this feed for this caller."""

    code = "changes.token_invalid"
    da = (
        "Værdien i since er ikke fra denne liste, eller den blev givet for en anden kommune, andre kinds eller et "
        "token med andre institutioner. Send next fra det forrige svar med samme parametre, eller begynd forfra uden "
        "since."
    )
    en = (
        "The value of since is not from this list, or it was given for another municipality, other kinds or a token "
        "with other institutions. Send the next of the previous answer with the same parameters, or start without "
        "since."
    )
