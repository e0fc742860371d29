"""Refusals of the change feed."""

from libs.shared.base.errors import BadRequest, Problem


class ChangesUnknown(Problem):
    """The token names a change that this database does not have: the database was restored from an earlier backup."""

    status = 410
    code = "changes.unknown"
    da = "Kataloget kender ikke den ændring, since peger på. Hent alt forfra uden since, og erstat din kopi."
    en = "The catalog does not know the change in since. Read from the start without since, and replace your copy."


class ChangesTokenInvalid(BadRequest):
    """The token is not one of the change feed."""

    code = "changes.token_invalid"
    da = "Værdien i since er ikke fra denne liste. Send next fra det forrige svar, eller begynd forfra uden since."
    en = "The value of since is not from this list. Send the next of the previous answer, or start without since."
