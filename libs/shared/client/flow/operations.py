"""The request for a service's counts. Every service answers it."""

from libs.shared.client.flow.models import Flow
from libs.shared.client.operations import Operation
from libs.shared.contracts.topics import SERVICES

FLOW = Operation(tuple(SERVICES), "GET", "/v1/operations/flow", Flow)
