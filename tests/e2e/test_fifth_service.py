"""A fifth service needs only its folder and its name: roles, databases, keys, ports, topics and processes follow.

In a copy of the source, ``tests/factories/fifth_service`` becomes ``services/fifth_service`` and is named where
CONTRIBUTING says. The test checks in the copy what follows from the name, and starts the embedded deployment there.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.realparts.postgres import reachable_folder

ROOT = Path(__file__).parents[2]
PACKAGES = ("libs", "services", "apps", "deploy", "journey", "synthetic", "docs", "sources")
FACTORY = "tests/factories/fifth_service"

FOLLOWS = """
import json
from deploy.embedded.environment import Ports
from deploy.embedded.keys import Keys, ROLES
from deploy.k8s.expected import service_names
from libs.shared.client.addresses import Addresses
from libs.shared.contracts.topics import DEAD_LETTERS, SERVICES, subscribed
ports = Ports(18000)
print(json.dumps({
    "services": SERVICES,
    "ports": {name: ports.of(name) for name in SERVICES} | {"issuer": ports.issuer},
    "addresses": {name: Addresses.local(18000).of(name) for name in SERVICES},
    "issuer": Addresses.local(18000).issuer,
    "roles": [role for role in ROLES if "fifth_service" in role],
    "keys": Keys.make().of("fifth_service"),
    "reads": subscribed("fifth_service"),
    "dead_letters": sorted(DEAD_LETTERS),
    "in_the_tree": service_names(),
}))
"""

RUNS = """
import asyncio, json, sys
from pathlib import Path
import httpx
from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Ports
from journey.platform import Platform
from libs.shared.client.addresses import Addresses
from libs.shared.client.registration.client import Registration
from libs.shared.base.settings import Profile

async def main(home, base):
    deployment = Deployment(Path(home), Ports(base), Profile.DEVELOPMENT, lambda line: print(line, file=sys.stderr))
    try:
        await deployment.start()
        addresses = Addresses.local(base)
        async with Platform(addresses) as platform:
            secretariat = await platform.caller("secretariat")
            await Registration(secretariat).set_municipality("101", "invited")
            integration = await platform.caller("municipality_integration", "101")
            for _ in range(300):
                names = await integration.get("fifth_service", "/v1/names")
                if names:
                    break
                await asyncio.sleep(0.1)
            print(json.dumps(names))
    finally:
        await deployment.stop()

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


@pytest.fixture(scope="module")
def tree() -> Iterator[Path]:
    """A copy of the source with the fifth service in it."""
    with reachable_folder() as folder:
        folder.chmod(0o755)
        for name in PACKAGES:
            if (ROOT / name).exists():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        service = folder / "services" / "fifth_service"
        shutil.copytree(ROOT / FACTORY, service, ignore=shutil.ignore_patterns("__pycache__"))
        for path in service.rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(FACTORY.replace("/", "."), "services.fifth_service"), encoding="utf-8")
        named(folder / "libs" / "shared" / "contracts" / "topics.py")
        yield folder


def named(topics: Path) -> None:
    """Write the two lines that CONTRIBUTING requires: the name of the service, and the topic that it reads."""
    text = topics.read_text(encoding="utf-8")
    text, services = re.subn(r"^SERVICES(.*)\)$", r'SERVICES\1, "fifth_service")', text, count=1, flags=re.MULTILINE)
    text, reads = re.subn(r'("registration.municipality".*)\(_A, _E\)', r'\1(_A, _E, "fifth_service")', text, count=1)
    assert (services, reads) == (1, 1)
    topics.write_text(text, encoding="utf-8")


def run(tree: Path, script: str, *arguments: str) -> Any:
    """Run a script in the copy, with only the copy on its path; returns the JSON that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_what_follows_from_the_name_of_a_fifth_service(tree: Path) -> None:
    found = run(tree, FOLLOWS)
    assert found["services"][-1] == "fifth_service"
    assert len(found["services"]) == 5
    assert found["ports"]["fifth_service"] == 18004
    assert found["ports"]["issuer"] == 18005
    assert found["addresses"] == {name: f"http://127.0.0.1:{found['ports'][name]}" for name in found["services"]}
    assert found["issuer"] == "http://127.0.0.1:18005"
    assert found["roles"] == ["fifth_service_owner", "fifth_service_app", "eventlog_fifth_service"]
    assert found["keys"] == {}
    assert found["reads"] == ["registration.municipality"]
    assert "dead-letter.fifth-service" in found["dead_letters"]
    assert "fifth_service" in found["in_the_tree"]


@pytest.mark.timeout(300)
def test_the_embedded_deployment_runs_a_fifth_service_which_reads_events_and_answers(
    tree: Path, home: Path, port_base: int
) -> None:
    assert run(tree, RUNS, str(home), str(port_base)) == ["København"]
