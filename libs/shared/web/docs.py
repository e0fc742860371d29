"""The documentation page at ``/docs``: Swagger UI from an installed package, nothing from the internet.

The page, its script and its style come from this service, and its Content-Security-Policy lets the browser load from
nowhere else.
"""

import html
import importlib.util
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse, Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Styles may be inline, since Swagger UI writes style attributes; scripts may not."""

_PACKAGE = "fastapi_offline"
_FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_A_DAY = {"Cache-Control": "public, max-age=86400"}

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""

_START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null
});
"""


def find_bundle() -> Path:
    """The folder of the installed Swagger UI; raises RuntimeError if it is missing. The package is not imported."""
    found = importlib.util.find_spec(_PACKAGE)
    for place in (found.submodule_search_locations or []) if found else []:
        folder = Path(place) / "static"
        if all((folder / name).is_file() for name in _FILES):
            return folder
    raise RuntimeError("no Swagger UI is installed (fastapi-offline)")


def docs_router(title: str, bundle: Path) -> APIRouter:
    """The page, its files and the script that shows ``/openapi.json`` in it."""
    router = APIRouter(include_in_schema=False)
    policy = {"Content-Security-Policy": POLICY}

    @router.get("/docs")
    async def page() -> Response:
        return HTMLResponse(_PAGE.format(title=html.escape(title)), headers=policy)

    @router.get("/docs/start.js")
    async def start() -> Response:
        return Response(_START, media_type="text/javascript")

    for name, media_type in _FILES.items():
        router.add_api_route(f"/docs/{name}", _file(bundle / name, media_type), methods=["GET"])
    return router


def _file(path: Path, media_type: str) -> Callable[[], Response]:
    def serve() -> Response:
        return FileResponse(path, media_type=media_type, headers=_A_DAY)

    return serve
