from pathlib import Path
from typing import Any

import httpx
import pytest

from libs.shared.auth.issuer.__main__ import main
from libs.shared.auth.issuer.app import create_issuer
from libs.shared.auth.issuer.signing import SigningKey
from libs.shared.auth.jwks import HttpJwks
from libs.shared.auth.principal import Role
from libs.shared.auth.refusals import IssuerRefused, TokenDevelopment
from libs.shared.auth.verifier import TokenVerifier
from libs.shared.base.settings import Profile
from tests.factories.subjects import SUBJECTS, subject

ADDRESS = "http://127.0.0.1:9000"


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = create_issuer(ADDRESS, SigningKey.fresh_or_kept(None))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS)


def verifier(client: httpx.AsyncClient, profile: Profile) -> TokenVerifier:
    return TokenVerifier(ADDRESS, HttpJwks(client, ADDRESS, profile=profile), profile=profile, subjects=SUBJECTS)


async def test_its_token_opens_a_development_service(client: httpx.AsyncClient) -> None:
    wanted = {"roles": ["school", "resource_team"], "municipality_codes": ["101"], "subject": "lis"}
    answer = await client.post("/token", json=wanted)
    principal = await verifier(client, Profile.DEVELOPMENT).verify(answer.json()["access_token"])
    assert principal.subject == subject("lis")
    assert principal.roles == {Role.SCHOOL, Role.RESOURCE_TEAM}
    assert principal.municipality_codes == {"101"}


async def test_a_form_works_as_well_as_json(client: httpx.AsyncClient) -> None:
    answer = await client.post("/token", data={"roles": "school,evaluator", "municipality_codes": ["101", "147"]})
    principal = await verifier(client, Profile.DEVELOPMENT).verify(answer.json()["access_token"])
    assert principal.roles == {Role.SCHOOL, Role.EVALUATOR}
    assert principal.municipality_codes == {"101", "147"}


async def test_production_refuses_it_at_the_start_and_at_every_request(client: httpx.AsyncClient) -> None:
    token = (await client.post("/token", json={"roles": ["ops"]})).json()["access_token"]
    production = verifier(client, Profile.PRODUCTION)
    with pytest.raises(IssuerRefused):
        await production.prepare()
    with pytest.raises(TokenDevelopment):
        await production.verify(token)


@pytest.mark.parametrize(
    "wanted",
    [{}, {"roles": ["king"]}, {"roles": ["ops"], "ttl": 0}, {"roles": ["ops"], "ttl": "long"}, [], {"roles": "ops"}],
)
async def test_a_senseless_request_is_refused(client: httpx.AsyncClient, wanted: Any) -> None:
    answer = await client.post("/token", json=wanted)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"


@pytest.mark.parametrize("profile", [None, "production", ""])
def test_it_does_not_start_outside_the_development_profile(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], profile: str | None
) -> None:
    monkeypatch.delenv("SKOLELOEFT_PROFILE", raising=False)
    if profile is not None:
        monkeypatch.setenv("SKOLELOEFT_PROFILE", profile)
    monkeypatch.setattr("sys.argv", ["issuer", "--port", "9000"])
    assert main() == 2
    assert "SKOLELOEFT_PROFILE=development" in capsys.readouterr().err


def test_a_kept_key_is_the_same_after_a_restart_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = SigningKey.fresh_or_kept(tmp_path / "keys")
    assert SigningKey.fresh_or_kept(tmp_path / "keys").key_id == first.key_id
    assert next((tmp_path / "keys").iterdir()).stat().st_mode & 0o077 == 0
