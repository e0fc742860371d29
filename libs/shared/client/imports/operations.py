"""The requests about files, for every service that takes some."""

from libs.shared.client.imports.models import (
    ClassDifferences,
    Kind,
    ParkedRows,
    PupilDifferences,
    Receipt,
    Receipts,
    RefusedRows,
)
from libs.shared.client.operations import Operation

ANY = ()
"""Every service that takes files has these requests; the caller says which one is asked."""

_PAGES = frozenset({"page_size", "page_token"})

SNAPSHOT = ("scope", "institution", "school_year", "source", "source_moment")
"""The parameters of a file that is a complete snapshot."""

KINDS = Operation(ANY, "GET", "/v1/imports/kinds", list[Kind])
SEND = Operation(
    ANY,
    "POST",
    "/v1/imports",
    Receipt,
    query=frozenset({"kind", "municipality", "mode", "atomic", "identifier", "after", *SNAPSHOT}),
    headers=frozenset({"content-encoding", "prefer"}),
    keyed=True,
)
RECEIPTS = Operation(
    ANY, "GET", "/v1/imports", Receipts, query=_PAGES | frozenset({"municipality", "waiting_only", "held_only"})
)
RECEIPT = Operation(ANY, "GET", "/v1/imports/{receipt_id}", Receipt)
# It is safe to repeat: cancelling a file again changes nothing.
CANCEL = Operation(ANY, "POST", "/v1/imports/{receipt_id}/cancel", Receipt, safe=True)
REFUSED = Operation(ANY, "GET", "/v1/imports/{receipt_id}/refused", RefusedRows, query=_PAGES)
REFUSED_CSV = Operation(ANY, "GET", "/v1/imports/{receipt_id}/refused.csv", bytes)
PARKED = Operation(ANY, "GET", "/v1/imports/{receipt_id}/parked", ParkedRows, query=_PAGES)
DIFFERENCE = Operation(ANY, "GET", "/v1/imports/{receipt_id}/difference", ClassDifferences, query=_PAGES)
DIFFERENCE_OF_PUPILS = Operation(
    ANY, "GET", "/v1/imports/{receipt_id}/difference/pupils", PupilDifferences, query=_PAGES
)
# The same decision again changes nothing.
CONFIRM = Operation(ANY, "POST", "/v1/imports/{receipt_id}/confirm", Receipt, safe=True)
REJECT = Operation(ANY, "POST", "/v1/imports/{receipt_id}/reject", Receipt, safe=True)
