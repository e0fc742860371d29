"""A PostgreSQL that accepts only TLS connections, with a private certificate authority made for the test."""

import asyncio
import datetime
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import make_url

from deploy.embedded.server_user import server_user
from tests.realparts.postgres import THROWAWAY, reachable_folder

HBA = """
local all all scram-sha-256
hostssl all t_by_certificate 127.0.0.1/32 cert
hostssl all all 127.0.0.1/32 scram-sha-256
"""


class Authority:
    """A private certificate authority; ``file`` is its certificate."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        made = _certificate(self._name, self._name, self._key.public_key())
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file = folder / f"{name}.crt"
        self.file.write_bytes(_pem(made.sign(self._key, hashes.SHA256())))

    def issue(self, common_name: str) -> tuple[Path, Path]:
        """Files with a certificate for that name and with its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(_name(common_name), self._name, key.public_key())
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(common_name)]), critical=False)
        certificate, secret = self._folder / f"{common_name}.crt", self._folder / f"{common_name}.key"
        certificate.write_bytes(_pem(made.sign(self._key, hashes.SHA256())))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        secret.chmod(0o600)
        return certificate, secret


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True)
class TlsServer:
    """A running server. ``url`` is the superuser's, with the host name in the certificate and without options."""

    url: str
    authority: Authority
    stranger: Authority
    client: tuple[Path, Path]

    def options(self, mode: str, root: Path | None = None) -> str:
        """The TLS options as the query of an address."""
        return f"?sslmode={mode}" + (f"&sslrootcert={quote(str(root))}" if root else "")

    def other_name(self) -> "TlsServer":
        """The same server, with a host that its certificate does not name."""
        return replace(self, url=make_url(self.url).set(host="127.0.0.1").render_as_string(hide_password=False))


def programs() -> Path | None:
    """The newest PostgreSQL of the operating system's packages; the one in the wheel is built without TLS."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def tls_server() -> Iterator[TlsServer]:
    """A server that runs inside the block; without PostgreSQL packages the test is skipped, or fails with
    ``SKOLELOEFT_REQUIRE_REAL=1``.
    """
    found = programs()
    if found is None:
        missing = "no PostgreSQL with TLS under /usr/lib/postgresql"
        if os.environ.get("SKOLELOEFT_REQUIRE_REAL") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    password = secrets.token_urlsafe(12)
    with reachable_folder() as folder:
        authority, stranger = Authority(folder, "authority"), Authority(folder, "stranger")
        data = _initialised(found, folder, password)
        with _running(found, data, authority) as port:
            url = f"postgresql://postgres:{password}@localhost:{port}/postgres"
            asyncio.run(_until_it_answers(url))
            yield TlsServer(url, authority, stranger, authority.issue("t_by_certificate"))


def _initialised(found: Path, folder: Path, password: str) -> Path:
    data, user, secret = folder / "data", server_user(), folder / "password"
    data.mkdir()
    user.own(data)
    secret.touch(mode=0o600)
    secret.write_text(password)
    user.own_file(secret)
    made = user.spawn(
        [str(found / "initdb"), "-D", str(data), "-U", "postgres", "--pwfile", str(secret), "-E", "UTF8",
         "--locale=C", "-A", "scram-sha-256", "--no-sync"],
        output=subprocess.PIPE,
    )  # fmt: skip
    output, _ = made.communicate(timeout=120)
    assert made.returncode == 0, output.decode()
    (data / "pg_hba.conf").write_text(HBA)
    return data


@contextmanager
def _running(found: Path, data: Path, authority: Authority) -> Iterator[int]:
    certificate, key = authority.issue("localhost")
    server_user().own_file(key)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    settings = THROWAWAY | {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(data),
        "ssl": "on",
        "ssl_cert_file": str(certificate),
        "ssl_key_file": str(key),
        "ssl_ca_file": str(authority.file),
        "password_encryption": "scram-sha-256",
    }
    told = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    server = server_user().spawn([str(found / "postgres"), "-D", str(data), *told])
    try:
        yield port
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


async def _until_it_answers(url: str) -> None:
    async with asyncio.timeout(60):
        while True:
            with suppress(OSError, asyncpg.PostgresError):
                await (await asyncpg.connect(url, ssl="require")).close()
                return
            await asyncio.sleep(0.05)
