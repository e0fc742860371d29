"""The application factory for the HTTP side of every service."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from libs.shared.auth.verifier import TokenVerifier
from libs.shared.base.errors import Problem
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import Tracing
from libs.shared.operations.health import Liveness, Readiness
from libs.shared.privacy.keys import KeyRing
from libs.shared.web import docs, problems
from libs.shared.web.admission import Admission, RequestLimits
from libs.shared.web.ambiguity import Unambiguous
from libs.shared.web.edge import Edge
from libs.shared.web.limits import STILL_SECONDS, BodyLimit
from libs.shared.web.methods import Methods
from libs.shared.web.openapi import install_openapi
from libs.shared.web.operations import operations_router
from libs.shared.web.pages import PageTokens
from libs.shared.web.parameters import KnownParameters

IMPORTS = "/v1/imports"
MEBIBYTE = 1024 * 1024
LIMITS = RequestLimits()
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    *,
    title: str,
    description: str,
    routers: Sequence[APIRouter],
    verifier: TokenVerifier,
    metrics: Metrics,
    tracing: Tracing,
    readiness: Readiness,
    liveness: Liveness | None = None,
    lifespan: Lifespan | None = None,
    version: str = "1",
    max_body_bytes: int = MEBIBYTE,
    max_import_bytes: int = 64 * MEBIBYTE,
    body_seconds: float = STILL_SECONDS,
    limits: RequestLimits = LIMITS,
    page_tokens: PageTokens | None = None,
    tags: Sequence[dict[str, Any]] = (),
    operations: bool = True,
) -> FastAPI:
    """An application with problems, correlation, limits, health, metrics and documentation around ``routers``.

    ``max_import_bytes`` applies under ``/v1/imports``, ``max_body_bytes`` to all other paths; a body may pause for
    ``body_seconds``. The lifespan builds no objects of the wiring; it starts and stops them, and calls
    ``readiness.started()`` when all are started. Without ``operations`` health and metrics are not served here (404),
    as another port serves them. ``page_tokens`` have the ring of all replicas; without them only this application can
    read its page tokens, which is enough for a test.
    """
    app = FastAPI(
        title=title,
        description=description,
        version=version,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        openapi_tags=list(tags) or None,
        # FastAPI's own telemetry would write path and query into spans and messages of exceptions into logs.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
        middleware=[
            Middleware(Edge, metrics=metrics, tracing=tracing, readiness=readiness),
            Middleware(Admission, verifier=verifier, limits=limits, metrics=metrics),
            Middleware(Unambiguous),
            Middleware(
                BodyLimit,
                max_bytes=max_body_bytes,
                by_prefix={IMPORTS: max_import_bytes},
                still_seconds=body_seconds,
            ),
            Middleware(Methods),
        ],
        exception_handlers={
            Problem: problems.on_problem,
            RequestValidationError: problems.on_validation,
            HTTPException: problems.on_http_exception,
        },
    )
    readiness.measure(metrics)
    known_parameters = KnownParameters()
    app.state.page_tokens = page_tokens or PageTokens(title, KeyRing.generate())
    for router in routers:
        app.include_router(router, dependencies=[Depends(known_parameters)])
    if operations:
        app.include_router(operations_router(readiness, liveness or Liveness(), metrics))
    install_openapi(app)
    app.include_router(docs.docs_router(title, docs.find_bundle()))
    return app
