"""Refusals of the search."""

from libs.shared.base.errors import Problem


class SearchTokenExpired(Problem):
    """The page belongs to a revision of the catalog that is no longer in memory."""

    status = 410
    code = "search.token_expired"
    da = "Kataloget er ændret, siden søgningen begyndte, og siderne findes ikke længere. Søg igen uden page_token."
    en = "The catalog has changed since the search began; its pages no longer exist. Search again without page_token."


class SearchTokenOther(Problem):
    """The page token belongs to another search."""

    status = 400
    code = "search.token_of_another_search"
    da = "Sidemærket hører til en anden søgning. Send de samme ord og filtre som før, eller søg igen uden page_token."
    en = (
        "The page token belongs to another search. Send the same words and filters, or search again without page_token."
    )
