"""The addresses of the services."""

from collections.abc import Mapping
from dataclasses import dataclass

from libs.shared.contracts.topics import SERVICES


@dataclass(frozen=True, slots=True)
class Addresses:
    """The address of each service by its name, without a slash at the end, and of the issuer of tokens."""

    services: Mapping[str, str]
    issuer: str

    @classmethod
    def local(cls, base: int, host: str = "127.0.0.1") -> "Addresses":
        """Consecutive ports, the issuer last, as in the embedded deployment."""
        ports = {name: f"http://{host}:{base + step}" for step, name in enumerate(SERVICES)}
        return cls(ports, f"http://{host}:{base + len(SERVICES)}")

    def of(self, service: str) -> str:
        """One service's address. Raises ``KeyError`` for one that has none."""
        return self.services[service]
