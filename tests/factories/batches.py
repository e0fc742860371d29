"""Parts of batches."""

from collections.abc import Sequence
from dataclasses import replace

from libs.shared.imports.batch import Batch


def subset(batch: Batch, indexes: Sequence[int]) -> Batch:
    """The rows at these indexes, in this order."""
    return replace(
        batch,
        row_numbers=[batch.row_numbers[index] for index in indexes],
        columns={name: [values[index] for index in indexes] for name, values in batch.columns.items()},
    )
