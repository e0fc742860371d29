"""Bundles made outside the process that builds them."""

import io

from services.evaluation_export.bundle.archive import seal
from services.evaluation_export.products.aggregate import NAME
from services.evaluation_export.products.aggregate.order import Built


def zipped(built: Built, school_year: str = "2022/2023") -> bytes:
    """The zipped bundle of the files that were built, as the evaluator gets it."""
    target = io.BytesIO()
    seal(NAME, {"school_year": school_year}, built.files, target)
    return target.getvalue()
