"""The limits in the settings apply in a service's own process."""

from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from libs.shared.base.settings import SharedSettings
from services.intervention_catalog.settings import InterventionCatalogSettings
from tests.factories.processes import running

NOWHERE = "postgresql://intervention_catalog_app:x@127.0.0.1:1/intervention_catalog"


async def test_a_process_counts_as_its_settings_say_and_believes_the_proxies_they_name(tmp_path: Path) -> None:
    told = {
        "INTERVENTION_CATALOG_LIMIT_OPEN": "2/hour",
        "INTERVENTION_CATALOG_LIMIT_FAILED": "1/hour",
        "SKOLELOEFT_TRUSTED_PROXIES": "127.0.0.0/8, ::1",
    }
    async with running("intervention_catalog", "api", NOWHERE, tmp_path, **told) as process:
        await process.until("/health/startup", 200)

        async def asked(caller: str, **headers: str) -> int:
            async with httpx.AsyncClient() as client:
                sent = {"X-Forwarded-For": f"1.2.3.4, {caller}", **headers}
                return (await client.get(f"{process.url}/v1/rule-set-schemas/nothing", headers=sent)).status_code

        for caller in ("198.51.100.1", "198.51.100.2"):
            assert [await asked(caller) for _ in range(3)] == [404, 404, 429]
        # The issuer is away, so real tokens cannot be verified; a malformed one is refused all the same.
        assert [await asked("198.51.100.3", Authorization="Bearer x") for _ in range(2)] == [404, 429]
    # The log is complete only after the process has ended, because a line is written after its answer.
    assert [line["code"] for line in process.lines("http.request")].count("rate_limit.address") == 3
    assert "198.51.100" not in process.written.read_text()


@pytest.mark.parametrize("wrong", ["0/minute", "5", "5/week", "-1/minute", "many", "5/minute;6/hour"])
def test_a_limit_that_is_none_is_refused_at_the_start(wrong: str) -> None:
    with pytest.raises(ValidationError):
        InterventionCatalogSettings(database_url=NOWHERE, limit_open=wrong)


def test_a_proxy_is_an_address_or_a_network() -> None:
    given = SharedSettings(event_log="memory:", trusted_proxies=" 10.0.0.0/8,192.0.2.7 ,")
    assert given.proxies == ("10.0.0.0/8", "192.0.2.7")
    with pytest.raises(ValidationError):
        SharedSettings(event_log="memory:", trusted_proxies="ingress")
