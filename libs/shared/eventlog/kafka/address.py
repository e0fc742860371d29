"""The address of a cluster and how to authenticate."""

import os
import re
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from libs.shared.base.tellable import SetUpFault
from libs.shared.eventlog.port import LogUnavailable

OPTIONS = frozenset(
    {
        "security_protocol",
        "sasl_mechanism",
        "ssl_cafile",
        "ssl_certfile",
        "ssl_keyfile",
        "replication_factor",
        "compression",
        "prefix",
    }
)

PREFIX = re.compile(r"[A-Za-z0-9._-]{0,100}")
"""The form of the prefix of topics; a name may have 249 characters."""


@dataclass(frozen=True)
class KafkaAddress:
    """``kafka://[user:password@]host:port[,host:port…][?option=value&…]``.

    Options: ``security_protocol`` (default PLAINTEXT; SSL, SASL_PLAINTEXT, SASL_SSL), ``sasl_mechanism`` (default
    SCRAM-SHA-512), ``ssl_cafile``, ``ssl_certfile``, ``ssl_keyfile`` (paths), ``replication_factor`` (of topics created
    by ``topics apply``; default: the smaller of 3 and the number of brokers), ``compression`` (``gzip``; default none)
    and ``prefix`` (of the names of topics, groups and transactional ids on the cluster, so that several installations
    can share one; default none). User and password are percent-encoded.
    """

    bootstrap: str
    user: str | None
    password: str | None
    options: dict[str, str]

    @classmethod
    def parse(cls, url: str) -> "KafkaAddress":
        """The address that the text states. Raises ``SetUpFault`` without repeating it, as it may contain a password.

        An option list that is not of the form ``name=value&…`` raises ``ValueError``.
        """
        scheme, _, rest = url.partition("://")
        place, _, query = rest.partition("?")
        login, _, hosts = place.rpartition("@")
        hosts = hosts.rstrip("/")
        options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
        if scheme != "kafka" or not hosts or not all(host.rpartition(":")[2].isdigit() for host in hosts.split(",")):
            raise SetUpFault("a Kafka address reads kafka://[user:password@]host:port[,host:port]")
        if unknown := options.keys() - OPTIONS:
            raise SetUpFault(f"unknown option in the Kafka address: {', '.join(sorted(unknown))}")
        if not PREFIX.fullmatch(options.get("prefix", "")):
            raise SetUpFault(
                "prefix in the Kafka address takes up to 100 letters, digits, dots, dashes and underscores"
            )
        user, _, password = login.partition(":")
        return cls(hosts, unquote(user) or None, unquote(password) or None, options)

    @property
    def prefix(self) -> str:
        """The prefix of names on the cluster."""
        return self.options.get("prefix", "")

    @property
    def compression(self) -> str | None:
        """The compression of the producer."""
        return self.options.get("compression") or None

    @property
    def replication_factor(self) -> int | None:
        """The replication factor of new topics, if given."""
        given = self.options.get("replication_factor")
        return int(given) if given else None

    def client(self) -> dict[str, Any]:
        """The arguments of every aiokafka client. Certificate files are read at each call, as they may be replaced.

        Raises ``LogUnavailable`` if one of them cannot be used.
        """
        protocol = self.options.get("security_protocol", "PLAINTEXT")
        made: dict[str, Any] = {"bootstrap_servers": self.bootstrap, "security_protocol": protocol}
        if protocol in ("SSL", "SASL_SSL"):
            made["ssl_context"] = self._context()
        if protocol.startswith("SASL"):
            made["sasl_mechanism"] = self.options.get("sasl_mechanism", "SCRAM-SHA-512")
            made["sasl_plain_username"] = self.user
            made["sasl_plain_password"] = self.password
        return made

    def _context(self) -> ssl.SSLContext:
        for option in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"):
            # The library's own error does not name the file. The setting is named, not the path, which may change.
            if (path := self.options.get(option)) is not None and not os.access(path, os.R_OK):
                raise LogUnavailable(f"Kafka: the file that {option} of SKOLELOEFT_EVENT_LOG names cannot be read")
        try:
            context = ssl.create_default_context(cafile=self.options.get("ssl_cafile"))
        except ssl.SSLError as error:
            raise LogUnavailable("Kafka: ssl_cafile of SKOLELOEFT_EVENT_LOG holds no PEM certificates") from error
        if certificate := self.options.get("ssl_certfile"):
            try:
                context.load_cert_chain(certificate, self.options.get("ssl_keyfile"))
            except ssl.SSLError as error:
                raise LogUnavailable(
                    "Kafka: ssl_certfile and ssl_keyfile of SKOLELOEFT_EVENT_LOG are no PEM certificate with its key"
                ) from error
        return context
