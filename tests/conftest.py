"""The fixtures that every test may use, and how the tests are shared between processes."""

from typing import Any

import pytest

pytest_plugins = [
    "tests.factories.quick_routes",
    "tests.realparts.postgres",
    "tests.realparts.templates",
    "tests.realparts.kafka",
    "tests.realparts.eventlogs",
]

ONE_PLATFORM = ("tests/e2e/security/", "tests/e2e/cases/")
"""Folders whose tests share one running platform; those of security also look at everything it has answered."""
LONGEST = "tests/e2e/"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With ``-n``: the longest files first, or one process would still have some of them when the others have none."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """With ``-n``: the tests of one file or of one platform run in one process, in the usual order."""
    from xdist.scheduler import LoadFileScheduling

    class ByPlatform(LoadFileScheduling):  # type: ignore[misc]  # the package has no types
        def _split_scope(self, nodeid: str) -> str:
            shared = (folder for folder in ONE_PLATFORM if nodeid.startswith(folder))
            return next(shared, nodeid.partition("::")[0])

    return ByPlatform(config, log)
