"""Refusals of the change feed."""

from libs.shared.base.errors import BadRequest, Problem


class ChangesUnknown(Problem):
    """The token names a change that this database does not have: the database was restored from an earlier backup."""

    status = 410
    code = "changes.unknown"
    da = "Kataloget kender ikke den ændring, der fortsættes fra. Læs forfra uden since, og erstat det, du har gemt."
    en = "The catalog does not know the change to go on from. Read from the start without since, and replace your copy."


class ChangesTokenInvalid(BadRequest):
    """The token is not one of the change feed."""

    code = "changes.token_invalid"
    da = "Mærket i since er ikke fra denne liste. Send next fra det forrige svar, eller begynd forfra uden since."
    en = "The token in since is not of this list. Send next of the answer before, or start without since."
