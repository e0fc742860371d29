"""The development issuer in its own process, and a service's verifier that uses it."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from libs.shared.auth.refusals import IssuerRefused
from libs.shared.auth.verifier import verifier_from_settings
from libs.shared.base.settings import Profile, SharedSettings
from libs.shared.privacy.keys import KeyRing
from libs.shared.privacy.subjects import SubjectKeys

COMMAND = [sys.executable, "-m", "libs.shared.auth.issuer"]


@pytest.fixture
def address() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "SKOLELOEFT_PROFILE": "development"}
    with subprocess.Popen([*COMMAND, "--port", str(port)], env=environment) as process:
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        process.wait(10)


async def fetch_token(client: httpx.AsyncClient, address: str) -> str:
    for _ in range(200):
        try:
            answer = await client.post(f"{address}/token", json={"roles": ["evaluator"]})
        except httpx.ConnectError:
            await asyncio.sleep(0.05)
        else:
            return str(answer.json()["access_token"])
    raise AssertionError("the issuer did not answer")


async def test_a_development_service_takes_its_tokens_and_a_production_service_does_not_start(address: str) -> None:
    ring = KeyRing.generate()
    settings = SharedSettings(
        event_log="postgresql://localhost/x",
        oidc_issuer=address,
        profile=Profile.DEVELOPMENT,
        request_keys=SecretStr(ring.export()),
    )
    async with httpx.AsyncClient() as client:
        token = await fetch_token(client, address)
        verifier = verifier_from_settings(settings, client)
        await verifier.prepare()
        assert (await verifier.verify(token)).subject == SubjectKeys(ring).subject_key("developer")
        production = settings.model_copy(update={"profile": Profile.PRODUCTION})
        with pytest.raises(IssuerRefused, match="development issuer"):
            await verifier_from_settings(production, client).prepare()


def test_the_process_refuses_to_start_in_production() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SKOLELOEFT_PROFILE"}
    ended = subprocess.run(
        [*COMMAND, "--port", "1"], env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 2
    assert "SKOLELOEFT_PROFILE=development" in ended.stderr
