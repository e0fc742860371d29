"""The tests of access read the routes from the OpenAPI documents, so they would not find a route outside the
documents.
"""

import pytest
from fastapi.routing import APIRoute

from tests.factories.wired import SERVICES, wired


@pytest.mark.parametrize("name", SERVICES)
async def test_every_route_of_a_service_stands_in_its_document(name: str) -> None:
    routes = [route for router in (await wired(name)).routers for route in router.routes]
    assert routes
    for route in routes:
        assert isinstance(route, APIRoute), f"{route}: mounted beside the routes that the document lists"
        assert route.include_in_schema, f"{route.path} is hidden"
