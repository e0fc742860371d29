"""Reasons to refuse a token. All are 401; the code names the failed check and never what the token contained."""

from libs.shared.base.errors import Unauthorised, Unavailable
from libs.shared.base.tellable import Tellable


class TokenMissing(Unauthorised):
    """The Authorization header has no bearer token."""

    code = "token.missing"
    da = "Der mangler et adgangstoken. Send det i Authorization som »Bearer …«."
    en = "There is no access token. Send one in Authorization as 'Bearer …'."


class TokenInvalid(Unauthorised):
    """The text is no token, has a wrong signature or algorithm, or lacks a required claim."""

    code = "token.invalid"
    da = "Adgangstokenet kan ikke godkendes. Hent et nyt hos din identitetsudbyder."
    en = "The access token cannot be verified. Get a new one from your identity provider."


class TokenExpired(Unauthorised):
    """The token has expired."""

    code = "token.expired"
    da = "Adgangstokenet er udløbet. Hent et nyt."
    en = "The access token has expired. Get a new one."


class TokenNotYetValid(Unauthorised):
    """The token is not valid yet."""

    code = "token.not_yet_valid"
    da = "Adgangstokenet gælder ikke endnu. Kontrollér uret på den maskine, der henter det."
    en = "The access token is not valid yet. Check the clock of the machine that fetches it."


class TokenIssuer(Unauthorised):
    """The token is from another issuer."""

    code = "token.issuer"
    da = "Adgangstokenet er fra en anden identitetsudbyder end den, tjenesten stoler på. Hent et hos den rigtige."
    en = "The access token comes from an issuer that this service does not trust. Get one from the right one."


class TokenAudience(Unauthorised):
    """The token is for another audience."""

    code = "token.audience"
    da = "Adgangstokenet er ikke udstedt til Skoleløft. Bed om audience »{audience}«."
    en = "The access token is not meant for Skoleløft. Ask for the audience '{audience}'."


class TokenKeyUnknown(Unauthorised):
    """The issuer does not publish the signing key, or no longer does."""

    code = "token.key_unknown"
    da = "Adgangstokenet er underskrevet med en nøgle, som udstederen ikke offentliggør. Hent et nyt."
    en = "The access token is signed with a key that its issuer does not publish. Get a new one."


class TokenClaims(Unauthorised):
    """A claim is invalid."""

    code = "token.claims"
    da = "Feltet »{claim}« i adgangstokenet har ikke den form, det skal have. Kontakt din administrator."
    en = "The claim '{claim}' of the access token is not of the form it must have. Ask your administrator."


class TokenDevelopment(Unauthorised):
    """The token is from the development issuer, and this service is in production."""

    code = "token.development"
    da = "Adgangstokenet er til udvikling og gælder ikke her. Brug den rigtige identitetsudbyder."
    en = "The access token is for development and is not valid here. Use the real identity provider."


class IssuerUnreachable(Unavailable):
    """The issuer's keys cannot be fetched, and the cached ones are too old to be trusted."""

    code = "issuer.unreachable"
    da = "Identitetsudbyderens nøgler kan ikke hentes lige nu. Prøv igen om lidt."
    en = "The keys of the identity provider cannot be fetched right now. Try again shortly."


class IssuerRefused(Tellable):
    """The issuer in the settings cannot be trusted under this profile, so the service does not start."""
