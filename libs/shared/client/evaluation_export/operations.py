"""The requests of evaluation_export."""

from libs.shared.client.evaluation_export.models import Delivery, Order
from libs.shared.client.operations import Operation

HERE = ("evaluation_export",)

ORDER = Operation(HERE, "POST", "/v1/deliveries", Delivery, body=Order, keyed=True)
DELIVERY = Operation(HERE, "GET", "/v1/deliveries/{delivery_id}", Delivery)
BUNDLE = Operation(HERE, "GET", "/v1/deliveries/{delivery_id}/bundle", bytes)
