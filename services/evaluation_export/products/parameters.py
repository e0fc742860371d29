"""The parameters with which a product is ordered. A product declares them; bodies, answers, stored orders, the input of
the builder, manifests and file names follow from the declaration.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, Field, create_model

from libs.shared.base.errors import Invalid
from libs.shared.values import school_years
from services.evaluation_export.products.errors import SchoolYearInvalid

Parameters = Mapping[str, Any]
"""The value of each parameter of an order, by name; all can be written as JSON."""

M = TypeVar("M", bound=BaseModel)

EARLIEST_YEAR = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One parameter of a product.

    - ``name`` is its field in orders, answers and manifests; it never changes.
    - ``value_type`` is the Pydantic type of the field, ``limits`` are arguments of its ``Field`` in the body of an
      order, and ``description`` says in English what it is.
    - ``example`` is a value for the API's documentation.
    - ``check`` raises ``ValueError`` for a value that has the type but cannot be ordered. The order is then refused
      with ``refusal``, whose texts say in both languages what is accepted.
    """

    name: str
    value_type: Any
    description: str
    example: Any
    refusal: type[Invalid]
    check: Callable[[Any], object] = lambda _value: None
    limits: Mapping[str, Any] = field(default_factory=dict)

    def require(self, value: Any) -> None:
        """Raise the refusal for a value that cannot be ordered."""
        try:
            self.check(value)
        except ValueError:
            raise self.refusal(pointer=f"/{self.name}") from None


def _check_school_year(value: str) -> None:
    school_years.previous_school_year(value)
    if school_years.first_year(value) < EARLIEST_YEAR:
        raise ValueError("no data of this school year can exist")


SCHOOL_YEAR = Parameter(
    name="school_year",
    value_type=str,
    limits={"max_length": 20},
    description="Two years in a row, such as 2022/2023.",
    example="2022/2023",
    check=_check_school_year,
    refusal=SchoolYearInvalid,
)
"""The school year. Every product has it, because its releases are compared with those of that year and of the
neighbouring years.
"""


def order_with(base: type[M], products: Sequence[Sequence[Parameter]]) -> type[M]:
    """``base`` with a field for each parameter of these products, for the body of an order.

    A parameter that not every product has may be left out of the body; ``Product.asked`` requires it for the products
    that have it.
    """
    return _with(base, products, lambda each: {"description": each.description, **each.limits})


def answer_with(base: type[M], products: Sequence[Sequence[Parameter]]) -> type[M]:
    """``base`` with the same fields, for an answer; a parameter that the product does not have is null."""
    return _with(base, products, lambda _each: {})


def _with(
    base: type[M], products: Sequence[Sequence[Parameter]], documented: Callable[[Parameter], dict[str, Any]]
) -> type[M]:
    fields: dict[str, Any] = {}
    for each in dict.fromkeys(each for product in products for each in product):
        required = all(each in product for product in products)
        one = Field(**documented(each)) if required else Field(default=None, **documented(each))
        fields[each.name] = (each.value_type if required else each.value_type | None, one)
    return create_model(f"{base.__name__}WithParameters", __base__=base, **fields)


def file_name(product: str, parameters: Parameters) -> str:
    """The name of a bundle, such as ``skoleloeft-aggregate-2022-2023.zip``, with the values by their names' order."""
    values = (re.sub(r"[^A-Za-z0-9]+", "-", str(parameters[name])) for name in sorted(parameters))
    return f"{'-'.join(['skoleloeft', product, *values])}.zip"
