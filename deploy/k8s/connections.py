"""The most connections to PostgreSQL that an overlay's processes use, for its ``max_connections``."""

from deploy.k8s.expected import processes
from deploy.k8s.given import settings_given
from deploy.k8s.rendering import Manifest, of_kind
from libs.shared.base.settings import ServiceSettings

# Connections besides the pool: a worker's relay holds one for its lock and its notifications, and its imports or
# deliveries listen on another. An API has only its pool.
BESIDE_THE_POOL = {"api": 0, "worker": 2}
# One step runs at a time, and each of its Jobs uses two. Others are for the lock of the delivery that is being built
# and for operators.
STEPS_AND_PEOPLE = 12


def replicas(manifests: list[Manifest]) -> dict[str, tuple[int, int]]:
    """The fewest and the most pods of each Deployment, by its name."""
    found = {}
    scaled = {
        made["spec"]["scaleTargetRef"]["name"]: made["spec"] for made in of_kind(manifests, "HorizontalPodAutoscaler")
    }
    for made in of_kind(manifests, "Deployment"):
        name, said = made["metadata"]["name"], made["spec"].get("replicas", 1)
        spec = scaled.get(name)
        found[name] = (spec.get("minReplicas", 1), spec["maxReplicas"]) if spec else (said, said)
    return found


def most_connections(manifests: list[Manifest]) -> int:
    """The connections when every Deployment has its most pods and those that a roll-out adds."""
    known, pool_default = processes(), ServiceSettings.model_fields["database_pool"].default
    counts = replicas(manifests)
    total = STEPS_AND_PEOPLE
    for made in of_kind(manifests, "Deployment"):
        process = known.get(made["metadata"]["name"])
        if process is None or process.service is None:
            continue
        surge = int(made["spec"].get("strategy", {}).get("rollingUpdate", {}).get("maxSurge", 1))
        pool = settings_given(made, manifests).get(f"{process.service.upper()}_DATABASE_POOL", pool_default)
        total += (counts[process.name][1] + surge) * (int(pool) + BESIDE_THE_POOL[process.component])
    return total
