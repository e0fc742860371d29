"""An issuer behind https with a private CA, and one that cannot be reached: keys, log lines and metrics."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from libs.shared.auth.issuer.signing import SigningKey
from libs.shared.auth.jwks import HttpJwks, IssuerMetrics
from libs.shared.auth.refusals import IssuerUnreachable
from libs.shared.base.tellable import SetUpFault
from libs.shared.observability.metrics import Metrics
from libs.shared.runtime.processes import issuer_client
from tests.factories.logs import events, logged


@dataclass(frozen=True)
class Authority:
    """A CA's certificate as a file, and a server's certificate and key that it has signed for ``localhost``."""

    ca: Path
    served: Path


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey, *, ca: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(signer, hashes.SHA256())
    )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("ca")
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("Municipality CA", ca_key, "Municipality CA", ca_key, ca=True)
    leaf = _certificate("localhost", key, "Municipality CA", ca_key, ca=False)
    made = Authority(folder / "ca.crt", folder / "served.pem")
    made.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    made.served.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + private)
    return made


@asynccontextmanager
async def issuer(authority: Authority, key: SigningKey) -> AsyncIterator[str]:
    """An issuer's address. ``/jwks`` answers with the key, every other path with the discovery document."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.served)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        discovery = {"issuer": address, "jwks_uri": f"{address}/jwks"}
        body = json.dumps({"keys": [key.published()]} if path == "/jwks" else discovery).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context) as server:
        address = f"https://localhost:{server.sockets[0].getsockname()[1]}"
        yield address


def samples(metrics: Metrics) -> dict[str, float]:
    found: dict[str, float] = {}
    for family in metrics.registry.collect():
        found |= {sample.name: sample.value for sample in family.samples if "issuer" in sample.name}
    return found


async def test_a_ca_of_ones_own_is_named_by_ssl_cert_file(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, metrics = SigningKey.fresh_or_kept(None), Metrics(process=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca))
    async with issuer(authority, key) as address, issuer_client() as client:
        keys = HttpJwks(client, address, metrics=IssuerMetrics(metrics))
        await keys.prepare()
        assert await keys.key(key.key_id, "ES256") is not None
    assert samples(metrics)["skoleloeft_issuer_fetch_failures_total"] == 0
    assert 0 <= samples(metrics)["skoleloeft_issuer_keys_age_seconds"] < 60


async def test_an_unknown_ca_is_logged_and_counted_and_the_caller_is_told(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics = Metrics(process=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    async with issuer(authority, SigningKey.fresh_or_kept(None)) as address, issuer_client() as client:
        keys = HttpJwks(client, address, metrics=IssuerMetrics(metrics))
        with logged() as lines:
            await keys.prepare()
            for _ in range(3):  # one fetch and so one line for all three requests
                with pytest.raises(IssuerUnreachable):
                    await keys.key("k", "ES256")
    (line,) = events(lines)
    assert (line["event"], line["level"], line["keys_usable"]) == ("issuer.fetch_failed", "warning", False)
    assert "CERTIFICATE_VERIFY_FAILED" in json.dumps(line)
    assert "localhost" not in json.dumps(line)
    assert samples(metrics)["skoleloeft_issuer_fetch_failures_total"] == 1
    assert samples(metrics)["skoleloeft_issuer_keys_age_seconds"] == float("inf")


async def test_keys_are_renewed_without_a_caller(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    key, metrics, stop = SigningKey.fresh_or_kept(None), Metrics(process=False), asyncio.Event()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca))
    now = 1000.0
    async with issuer(authority, key) as address, issuer_client() as client:
        keys = HttpJwks(
            client, address, metrics=IssuerMetrics(metrics), clock=lambda: now, min_interval=0, refresh_after=0.02
        )
        fresh = asyncio.create_task(keys.keep_fresh(stop))
        for _ in range(2):
            now += 100
            async with asyncio.timeout(30):
                while samples(metrics)["skoleloeft_issuer_keys_age_seconds"] > 0:  # noqa: ASYNC110 - a gauge sends no event
                    await asyncio.sleep(0.01)
        stop.set()
        async with asyncio.timeout(30):
            await fresh


def test_a_ca_file_that_is_not_there_is_named_by_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.crt")
    with pytest.raises(SetUpFault, match="SSL_CERT_FILE names a file that cannot be read"):
        issuer_client()
