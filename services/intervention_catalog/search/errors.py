"""Refusals of the search."""

from libs.shared.base.errors import Problem


class SearchTokenExpired(Problem):
    """The pages are of a catalog that is no longer kept ready."""

    status = 410
    code = "search.token_expired"
    da = "Kataloget er ændret, siden søgningen begyndte, og siderne gemmes ikke længere. Søg forfra uden page_token."
    en = "The catalog has changed since the search began; its pages are kept no longer. Search anew without page_token."


class SearchTokenOther(Problem):
    """The token belongs to another question."""

    status = 400
    code = "search.token_of_another_search"
    da = "Sidemærket hører til en anden søgning. Send de samme ord og filtre som før, eller søg forfra uden page_token."
    en = "The page token belongs to another search. Send the same words and filters, or search anew without page_token."
