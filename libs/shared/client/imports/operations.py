"""The requests about files, for every service that takes some."""

from libs.shared.client.imports.models import Kind, ParkedRows, Receipt, Receipts, RefusedRows
from libs.shared.client.operations import Operation

ANY = ()
"""Every service that takes files has these requests; the caller says which one is asked."""

_PAGES = frozenset({"page_size", "page_token"})

KINDS = Operation(ANY, "GET", "/v1/imports/kinds", list[Kind])
SEND = Operation(
    ANY,
    "POST",
    "/v1/imports",
    Receipt,
    query=frozenset({"kind", "municipality", "mode", "atomic", "identifier", "after"}),
    headers=frozenset({"content-encoding", "prefer"}),
    keyed=True,
)
RECEIPTS = Operation(ANY, "GET", "/v1/imports", Receipts, query=_PAGES | frozenset({"municipality", "waiting_only"}))
RECEIPT = Operation(ANY, "GET", "/v1/imports/{receipt_id}", Receipt)
# It is safe to repeat: cancelling a file again changes nothing.
CANCEL = Operation(ANY, "POST", "/v1/imports/{receipt_id}/cancel", Receipt, safe=True)
REFUSED = Operation(ANY, "GET", "/v1/imports/{receipt_id}/refused", RefusedRows, query=_PAGES)
REFUSED_CSV = Operation(ANY, "GET", "/v1/imports/{receipt_id}/refused.csv", bytes)
PARKED = Operation(ANY, "GET", "/v1/imports/{receipt_id}/parked", ParkedRows, query=_PAGES)
