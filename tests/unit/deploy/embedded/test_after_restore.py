"""The remaining steps after a restore are recorded until they are done."""

import os
from pathlib import Path

import pytest

from deploy.embedded.backups import after_restore
from libs.shared.contracts.topics import SERVICES


async def test_what_a_service_did_after_a_restore_is_not_done_again_when_another_failed(tmp_path: Path) -> None:
    home = tmp_path
    after_restore.begin(home)
    after_restore.laid_out(home, "2026-01-01T00:00:00+00:00")
    done: list[str] = []

    async def raise_versions(service: str) -> None:
        if service == "absence_ingest" and service not in done:
            done.append(service)
            raise RuntimeError
        done.append(service)

    with pytest.raises(RuntimeError):
        await after_restore.settle(home, raise_versions, print)
    failed = SERVICES.index("absence_ingest")
    assert after_restore.owing(home) == list(SERVICES[failed:])
    await after_restore.settle(home, raise_versions, print)
    assert done == [*SERVICES[: failed + 1], *SERVICES[failed:]]
    assert after_restore.owing(home) == []
    assert os.listdir(home) == []
