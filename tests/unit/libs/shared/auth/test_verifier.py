import asyncio
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm

from libs.shared.auth.principal import Principal, Role
from libs.shared.auth.refusals import IssuerRefused
from libs.shared.auth.verifier import MAX_REMEMBERED, TokenVerifier
from libs.shared.base.errors import Problem
from libs.shared.base.settings import Profile
from tests.factories.jwks import StaticJwks
from tests.factories.service import ISSUER
from tests.factories.subjects import SUBJECTS, subject


@pytest.fixture
def verifier(forge: Any) -> TokenVerifier:
    return TokenVerifier(ISSUER, StaticJwks(forge.jwks), subjects=SUBJECTS)


async def refusal(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(Problem) as refused:
        await verifier.verify(token)
    assert refused.value.status == 401
    return refused.value.code


async def test_a_good_token_becomes_a_principal(verifier: TokenVerifier, forge: Any) -> None:
    principal = await verifier.verify(forge.sign(roles=["school", "resource_team"]))
    assert principal == Principal(
        subject("somebody"), frozenset({Role.SCHOOL, Role.RESOURCE_TEAM}), frozenset({"101"}), frozenset({"101001"})
    )
    assert principal.has(Role.SCHOOL, Role.OPS)
    assert not principal.has(Role.OPS)
    assert principal.serves("101", "101001")
    assert not principal.serves("101", "101002")
    assert not principal.serves("147")


async def test_a_remembered_token_still_expires(forge: Any) -> None:
    verifier = TokenVerifier(ISSUER, StaticJwks(forge.jwks), leeway=0)
    token = forge.sign(exp=int(time.time()) + 2)
    await verifier.verify(token)
    await verifier.verify(token)
    await asyncio.sleep(2.1)
    assert await refusal(verifier, token) == "token.expired"


async def test_a_remembered_token_is_refused_when_its_key_is_gone(forge: Any) -> None:
    class Withdrawing(StaticJwks):
        gone = False

        async def key(self, key_id: str | None, algorithm: str) -> jwt.PyJWK | None:
            return None if self.gone else await super().key(key_id, algorithm)

    keys = Withdrawing(forge.jwks)
    verifier = TokenVerifier(ISSUER, keys)
    token = forge.sign()
    await verifier.verify(token)
    keys.gone = True
    assert await refusal(verifier, token) == "token.key_unknown"


async def test_no_more_tokens_are_remembered_than_the_limit(verifier: TokenVerifier, forge: Any) -> None:
    for number in range(MAX_REMEMBERED + 10):
        await verifier.verify(forge.sign(jti=str(number)))
    assert len(verifier._remembered) == MAX_REMEMBERED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": 1_600_000_000, "iat": 1_500_000_000}, "token.expired"),
        ({"nbf": 4_000_000_000}, "token.not_yet_valid"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_100}, "token.not_yet_valid"),
        ({"iss": "https://other.example"}, "token.issuer"),
        ({"aud": "another"}, "token.audience"),
        ({"aud": None}, "token.invalid"),
        ({"exp": None}, "token.invalid"),
        ({"iat": None}, "token.invalid"),
        ({"sub": None}, "token.invalid"),
        ({"iss": None}, "token.invalid"),
        ({"exp": "soon"}, "token.invalid"),
        ({"exp": 10**400}, "token.invalid"),
        ({"sub": ""}, "token.claims"),
        ({"roles": None}, "token.claims"),
        ({"roles": []}, "token.claims"),
        ({"roles": "school"}, "token.claims"),
        ({"roles": ["king"]}, "token.claims"),
        ({"roles": [["school"]]}, "token.claims"),
        ({"municipality_codes": "101"}, "token.claims"),
        ({"municipality_codes": [101]}, "token.claims"),
        ({"municipality_codes": ["1011"]}, "token.claims"),
        ({"municipality_codes": ["10\u0661"]}, "token.claims"),
        ({"institution_numbers": ["10100"]}, "token.claims"),
        ({"dev": True}, "token.development"),
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused(
    verifier: TokenVerifier, forge: Any, changes: dict[str, Any], code: str
) -> None:
    assert await refusal(verifier, forge.sign(**changes)) == code


async def test_a_token_without_scope_claims_has_an_empty_scope(verifier: TokenVerifier, forge: Any) -> None:
    principal = await verifier.verify(forge.sign(municipality_codes=None, institution_numbers=None))
    assert principal.municipality_codes == frozenset()
    assert not principal.serves("101")


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "ES512", "", "RS256"])
async def test_an_unsigned_token_is_refused_whatever_algorithm_it_names(
    verifier: TokenVerifier, forge: Any, algorithm: str
) -> None:
    assert await refusal(verifier, forge.unsigned(algorithm)) in {"token.invalid", "token.key_unknown"}


async def test_the_public_key_is_no_shared_secret(verifier: TokenVerifier, forge: Any) -> None:
    assert await refusal(verifier, forge.confused()) == "token.invalid"


async def test_another_key_under_a_known_id_is_refused(verifier: TokenVerifier, forge: Any, other_forge: Any) -> None:
    assert await refusal(verifier, other_forge.sign(kid=forge.key.key_id)) == "token.invalid"


async def test_an_unknown_key_id_is_refused(verifier: TokenVerifier, other_forge: Any) -> None:
    assert await refusal(verifier, other_forge.sign()) == "token.key_unknown"


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "....", "æøå", "x" * 9000, "\ud800"])
async def test_what_is_no_token_is_refused(verifier: TokenVerifier, text: str) -> None:
    assert await refusal(verifier, text) == "token.invalid"


async def test_a_changed_payload_is_refused(verifier: TokenVerifier, forge: Any) -> None:
    header, _, signature = forge.sign().split(".")
    payload = forge.sign(roles=["ops"]).split(".")[1]
    assert await refusal(verifier, f"{header}.{payload}.{signature}") == "token.invalid"


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
async def test_rsa_keys_are_accepted_from_2048_bits(algorithm: str, good_claims: Callable[..., dict[str, Any]]) -> None:
    for bits, accepted in ((2048, True), (1024, False)):
        private = rsa.generate_private_key(65537, bits)
        verifier = TokenVerifier(
            ISSUER, StaticJwks({"keys": [RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)]}), subjects=SUBJECTS
        )
        token = jwt.encode(good_claims(), private, algorithm=algorithm)
        if accepted:
            assert (await verifier.verify(token)).subject == subject("somebody")
        else:
            assert await refusal(verifier, token) == "token.key_unknown"


async def test_an_ed25519_key_is_accepted(good_claims: Callable[..., dict[str, Any]]) -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    published = OKPAlgorithm.to_jwk(private.public_key(), as_dict=True) | {"kid": "e"}
    verifier = TokenVerifier(ISSUER, StaticJwks({"keys": [published]}), subjects=SUBJECTS)
    token = jwt.encode(good_claims(), private, algorithm="EdDSA", headers={"kid": "e"})
    assert (await verifier.verify(token)).subject == subject("somebody")


async def test_symmetric_and_encryption_keys_in_the_key_set_are_passed_over(forge: Any) -> None:
    symmetric = {"kty": "oct", "k": "c2VjcmV0", "kid": "s"}
    encryption = forge.key.published() | {"use": "enc"}
    verifier = TokenVerifier(ISSUER, StaticJwks({"keys": [symmetric, encryption, "rubbish", {"kty": "EC", "kid": []}]}))
    assert await refusal(verifier, forge.sign()) == "token.key_unknown"


async def test_a_development_token_is_accepted_under_the_development_profile(forge: Any) -> None:
    verifier = TokenVerifier(ISSUER, StaticJwks(forge.jwks), profile=Profile.DEVELOPMENT, subjects=SUBJECTS)
    assert (await verifier.verify(forge.sign(dev=True))).subject == subject("somebody")


@pytest.mark.parametrize(
    "issuer", ["http://login.example", "ftp://login.example", "login.example", "http://127.0.0.1.example"]
)
def test_production_refuses_an_issuer_without_https(issuer: str) -> None:
    with pytest.raises(IssuerRefused):
        TokenVerifier(issuer, StaticJwks({"keys": []}))


@pytest.mark.parametrize(
    "issuer", ["https://login.example", "http://127.0.0.1:9000", "http://localhost", "http://[::1]:1"]
)
def test_production_accepts_https_and_this_very_machine(issuer: str) -> None:
    TokenVerifier(issuer, StaticJwks({"keys": []}))
