"""The list of products. A new one is added here and nowhere else."""

from collections.abc import Sequence

from services.evaluation_export.products.aggregate.product import AGGREGATE
from services.evaluation_export.products.product import Product

OFFERED: Sequence[Product] = (AGGREGATE,)
