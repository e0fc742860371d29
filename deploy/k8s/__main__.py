"""``python -m deploy.k8s [FOLDER]``: render a folder (``base`` if none is given), check it, print what is wrong.

``python -m deploy.k8s secrets …`` writes the Secrets of a new installation (``--help`` says how);
``python -m deploy.k8s kafka-users`` prints a Kafka user for each service, with the rights it needs and no others.
"""

import sys
from pathlib import Path

from deploy.k8s.attached import unattached
from deploy.k8s.check_packages import PackageMissing
from deploy.k8s.confinement import unconfined
from deploy.k8s.connections import least_max_connections
from deploy.k8s.custom_resources import invalid_custom
from deploy.k8s.installed import not_installable
from deploy.k8s.kafka_users import main as kafka_users
from deploy.k8s.rendering import BASE, KustomizeMissing, Manifest, render
from deploy.k8s.running import not_kept
from deploy.k8s.schemas import invalid, versions
from deploy.k8s.secret_manifests import main as secrets
from deploy.k8s.workload_checks import miswired


def faults(manifests: list[Manifest]) -> list[str]:
    """Everything that is wrong, by our own checks."""
    return [*unconfined(manifests), *not_kept(manifests), *miswired(manifests), *unattached(manifests)]


def main(arguments: list[str]) -> int:
    """Return the exit code: 0 without faults, 1 with faults, 2 if the folder could not be rendered or checked."""
    if arguments[:1] == ["secrets"]:
        return secrets(arguments[1:])
    if arguments[:1] == ["kafka-users"]:
        return kafka_users(arguments[1:])
    try:
        asked = versions()
        manifests = render(Path(arguments[0]) if arguments else BASE)
    except (PackageMissing, KustomizeMissing) as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    overlaid = not_installable(manifests) if arguments else []
    found = [
        *faults(manifests),
        *overlaid,
        *invalid_custom(manifests),
        *(fault for version in asked for fault in invalid(manifests, version)),
    ]
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    verdict = f"{len(found)} faults" if found else "nothing is wrong"
    sys.stdout.write(f"{len(manifests)} objects, Kubernetes {asked[0]} to {asked[-1]}: {verdict}\n")
    sys.stdout.write(f"max_connections of PostgreSQL, at least: {least_max_connections(manifests)}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
