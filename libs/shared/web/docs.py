"""The documentation page at ``/docs``: Swagger UI from an installed package, nothing from the internet.

The page, its script and its style come from this service, and its Content-Security-Policy lets the browser load from
nowhere else. ``fastapi-offline`` brings a Swagger UI that reads OpenAPI 3.1; the one in ``swagger-ui-bundle`` (4.15)
refuses the version number, so it gets the same document under the number 3.0.3, which it then shows.
"""

import html
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Styles may be inline, since Swagger UI writes style attributes; scripts may not."""

_PACKAGES = (("fastapi_offline", "static", True), ("swagger_ui_bundle", "vendor/swagger-ui-*", False))
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
  url: "%s",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null
});
"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Where Swagger UI's files lie, and whether it reads OpenAPI 3.1."""

    folder: Path
    reads_31: bool


def find_bundle() -> Bundle:
    """The installed Swagger UI; raises RuntimeError if none is. The packages are located, not imported."""
    for package, pattern, reads_31 in _PACKAGES:
        found = importlib.util.find_spec(package)
        for place in (found.submodule_search_locations or []) if found else []:
            for folder in sorted(Path(place).glob(pattern)):
                if all((folder / name).is_file() for name in _FILES):
                    return Bundle(folder, reads_31)
    raise RuntimeError("no package with Swagger UI is installed (fastapi-offline or swagger-ui-bundle)")


def docs_router(title: str, openapi: Callable[[], dict[str, Any]], bundle: Bundle) -> APIRouter:
    """The page, its files and the document it shows."""
    router = APIRouter(include_in_schema=False)
    policy = {"Content-Security-Policy": POLICY}
    document = "../openapi.json" if bundle.reads_31 else "openapi-3.0.json"

    @router.get("/docs")
    async def page() -> Response:
        return HTMLResponse(_PAGE.format(title=html.escape(title)), headers=policy)

    @router.get("/docs/start.js")
    async def start() -> Response:
        return Response(_START % f"docs/{document}", media_type="text/javascript")

    for name, media_type in _FILES.items():
        router.add_api_route(f"/docs/{name}", _file(bundle.folder / name, media_type), methods=["GET"])

    if not bundle.reads_31:

        @router.get("/docs/openapi-3.0.json")
        async def older() -> Response:
            return JSONResponse({**openapi(), "openapi": "3.0.3"})

    return router


def _file(path: Path, media_type: str) -> Callable[[], Response]:
    def serve() -> Response:
        return FileResponse(path, media_type=media_type, headers=_A_DAY)

    return serve
