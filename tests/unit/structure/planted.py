"""Violations of each import contract: files to plant in a copy of the source, with their contents."""

from collections.abc import Mapping

Plants = Mapping[str, str]
"""By the path of a new file: its text."""

_ROOM = "services/registration/planted"
_DEEPER = f"{_ROOM}/deeper/still"
_DEEPER_MODULE = _DEEPER.replace("/", ".")
_FOLDERS = f"{_ROOM}/folders"
_FOLDERS_MODULE = _FOLDERS.replace("/", ".")
_CONTENT = "services/intervention_catalog/content"

INNOCENT: Plants = {
    "services/registration/planted/__init__.py": '"""A room."""\n',
    "services/registration/planted/deeper/__init__.py": '"""A room in a room."""\n',
    f"{_DEEPER}/__init__.py": '"""A room three folders down."""\n',
    f"{_DEEPER}/use_cases.py": '"""What is done here."""\n',
    f"{_DEEPER}/queries.py": '"""What is read here."""\n',
    f"{_DEEPER}/part.py": f"import {_DEEPER_MODULE}.routes  # noqa: F401\n",
    f"{_DEEPER}/routes.py": '"""HTTP."""\n\nimport fastapi  # noqa: F401\n',
    f"{_FOLDERS}/__init__.py": '"""A room whose files have become folders."""\n',
    f"{_FOLDERS}/queries/__init__.py": '"""What is read here."""\n',
    f"{_FOLDERS}/queries/cases.py": "import sqlalchemy  # noqa: F401\n",
    f"{_FOLDERS}/use_cases/__init__.py": '"""What is done here."""\n',
    f"{_FOLDERS}/use_cases/deciding.py": f"import {_FOLDERS_MODULE}.queries.cases  # noqa: F401\n",
    f"{_FOLDERS}/tables.py": "import sqlmodel  # noqa: F401\n",
}
"""What the violations need beside them; no contract forbids any of it."""

VIOLATIONS: Mapping[str, Plants] = {
    "services-independent": {f"{_ROOM}/other_service.py": "import services.absence_ingest.settings"},
    "libs-ground": {"libs/shared/base/planted_service.py": "import services.registration.settings"},
    "libs-layers": {
        "libs/shared/base/planted_rules.py": "import libs.shared.rules.errors",
        "libs/shared/db/planted_web.py": "import libs.shared.web.pages",
        "libs/shared/auth/planted_runtime.py": "import libs.shared.operations.flow",
        "libs/shared/planted_library/__init__.py": "",
    },
    "rules-contracts-pure": {
        "libs/shared/rules/planted_driver.py": "import sqlalchemy",
        "libs/shared/rules/planted_command.py": "import typer",
        "libs/shared/contracts/planted_client.py": "import httpx",
        "libs/shared/contracts/planted_token.py": "import jwt",
        "libs/shared/values/planted_retry.py": "import tenacity",
    },
    "apps-outside": {"apps/planted_service.py": "import services.registration.settings"},
    "journey-outside": {"journey/planted_service.py": "import services.registration.settings"},
    "cli-light": {"apps/cli/planted_database.py": "import sqlalchemy"},
    "files-pure": {"libs/shared/files/planted_database.py": "import sqlalchemy"},
    "e2e-outside": {"tests/e2e/planted_inside.py": "import services.registration.settings"},
    "rooms-sql": {
        f"{_ROOM}/case_queries.py": "import sqlalchemy",
        f"{_DEEPER}/history.py": "import sqlmodel",
        f"{_DEEPER}/use_cases_of_cases.py": "import sqlalchemy.dialects.postgresql",
    },
    "rooms-domain": {
        f"{_ROOM}/domain.py": "import libs.shared.db.scope",
        f"{_DEEPER}/domain.py": f"import {_DEEPER_MODULE}.queries",
        f"{_FOLDERS}/domain.py": f"import {_FOLDERS_MODULE}.queries.cases",
    },
    "rooms-tables": {f"{_DEEPER}/tables.py": f"import {_DEEPER_MODULE}.queries"},
    "rooms-http": {
        f"{_ROOM}/use_cases.py": "import libs.shared.web.pages",
        f"{_DEEPER}/any_name.py": "import starlette.responses",
        f"{_DEEPER}/errors.py": "import fastapi",
    },
    "rooms-routes": {
        f"{_ROOM}/routes.py": f"import {_DEEPER_MODULE}.queries",
        f"{_ROOM}/deeper/routes.py": f"import {_FOLDERS_MODULE}.queries.cases",
        f"{_FOLDERS}/routes.py": f"import {_FOLDERS_MODULE}.tables",
    },
    "rooms-bus": {f"{_DEEPER}/sends.py": "import libs.shared.eventlog.port"},
    "rooms-edge": {
        f"{_ROOM}/asks_http.py": f"import {_DEEPER_MODULE}.routes",
        f"{_DEEPER}/asks_part.py": f"import {_DEEPER_MODULE}.part",
    },
    "rooms-use-cases": {
        f"{_ROOM}/queries.py": f"import {_DEEPER_MODULE}.use_cases",
        f"{_ROOM}/helper.py": f"import {_DEEPER_MODULE}.use_cases",
        f"{_ROOM}/lookup.py": f"import {_FOLDERS_MODULE}.use_cases.deciding",
        f"{_ROOM}/dosage.py": f"import {_DEEPER_MODULE}.use_cases",
        f"{_DEEPER}/rotation.py": f"import {_DEEPER_MODULE}.use_cases",
    },
    "rooms-wiring": {f"{_DEEPER}/constructs.py": "import services.registration.wiring"},
    "driver-kafka": {
        "libs/shared/db/planted_broker.py": "import aiokafka",
        "journey/planted_broker.py": "import aiokafka",
    },
    "driver-asyncpg": {
        "libs/shared/web/planted_driver.py": "import asyncpg",
        f"{_DEEPER}/sends_sql.py": "import asyncpg",
        "deploy/k8s/planted_driver.py": "import asyncpg",
    },
    "framework": {
        "libs/shared/auth/planted_framework.py": "import fastapi",
        "libs/shared/imports/planted_framework.py": "import fastapi",
    },
    "catalog-content-ground": {
        f"{_CONTENT}/planted_search.py": "import services.intervention_catalog.search",
        f"{_CONTENT}/planted_drafts.py": "import services.intervention_catalog.drafts.errors",
        f"{_CONTENT}/checks/planted_owner.py": "import services.intervention_catalog.ownership",
    },
    "driver-tantivy": {f"{_DEEPER}/search.py": "import tantivy"},
}
"""By the contract's id in ``.importlinter``."""
