"""The refusal of ``access``, which the rooms share."""

from libs.shared.base.errors import NotFound


class DeliveryNotFound(NotFound):
    """No such delivery, or no such file in it."""

    code = "delivery.not_found"
    da = "Leverancen eller filen findes ikke. Se listen over leverancer."
    en = "There is no such delivery or file. See the list of deliveries."
