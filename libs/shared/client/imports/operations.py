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

SERVICES = ("registration", "absence_ingest")
"""The services that take files today; ``kinds`` asks whichever addresses are known."""

_PAGES = frozenset({"page_size", "page_token"})

SNAPSHOT = ("scope", "institution", "school_year", "source", "source_moment")
"""The parameters of a file that is a complete snapshot."""

KINDS = Operation(SERVICES, "GET", "/v1/imports/kinds", list[Kind])
SEND = Operation(
    SERVICES,
    "POST",
    "/v1/imports",
    Receipt,
    query=frozenset({"kind", "municipality", "mode", "atomic", "identifier", "after", *SNAPSHOT}),
    headers=frozenset({"content-encoding", "prefer"}),
    keyed=True,
)
RECEIPTS = Operation(
    SERVICES, "GET", "/v1/imports", Receipts, query=_PAGES | frozenset({"municipality", "waiting_only", "held_only"})
)
RECEIPT = Operation(SERVICES, "GET", "/v1/imports/{receipt_id}", Receipt)
# It is safe to repeat: cancelling a file again changes nothing.
CANCEL = Operation(SERVICES, "POST", "/v1/imports/{receipt_id}/cancel", Receipt, safe=True)
REFUSED = Operation(SERVICES, "GET", "/v1/imports/{receipt_id}/refused", RefusedRows, query=_PAGES)
REFUSED_CSV = Operation(SERVICES, "GET", "/v1/imports/{receipt_id}/refused.csv", bytes)
PARKED = Operation(SERVICES, "GET", "/v1/imports/{receipt_id}/parked", ParkedRows, query=_PAGES)
DIFFERENCE = Operation(SERVICES, "GET", "/v1/imports/{receipt_id}/difference", ClassDifferences, query=_PAGES)
DIFFERENCE_OF_PUPILS = Operation(
    SERVICES, "GET", "/v1/imports/{receipt_id}/difference/pupils", PupilDifferences, query=_PAGES
)
# The same decision again changes nothing.
CONFIRM = Operation(SERVICES, "POST", "/v1/imports/{receipt_id}/confirm", Receipt, safe=True)
REJECT = Operation(SERVICES, "POST", "/v1/imports/{receipt_id}/reject", Receipt, safe=True)
