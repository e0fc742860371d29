"""The least ``max_connections`` of PostgreSQL for the processes of an overlay."""

from deploy.k8s.environment import settings_given
from deploy.k8s.expected import Process, declared, processes
from deploy.k8s.rendering import Manifest, of_kind
from libs.shared.base.settings import ServiceSettings
from libs.shared.runtime.processes import Part

STEPS = {"bootstrap": 2, "topics": 0}
"""The connections of a roll-out's step, by its component; every other step has one. GitOps tools start all at once."""
DELIVERY, REBUILD, PEOPLE = 1, 1, 3
"""While a worker builds a delivery, or rebuilds a read model, it has one connection more for its lock."""
RESERVED = 3
"""PostgreSQL's default of ``superuser_reserved_connections``, which no service can use."""


def outside_the_pool(process: Process) -> int:
    """The connections that a process of a service always has outside its pool: a worker's relay has one for its lock
    and its wake-up, and loops LISTEN on others. An API has none.
    """
    if process.service is None or process.component != Part.WORKER:
        return 0
    return 1 + declared(process.service).listeners


def beside_the_processes() -> int:
    """The connections of everything but the APIs and workers, reserved ones included."""
    steps = sum(STEPS.get(process.component, 1) for process in processes().values() if not process.serves)
    return steps + DELIVERY + REBUILD + PEOPLE + RESERVED


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


def least_max_connections(manifests: list[Manifest]) -> int:
    """With every Deployment at its most pods and one more, as in a roll-out."""
    known, pool_default = processes(), ServiceSettings.model_fields["database_pool"].default
    counts = replicas(manifests)
    total = beside_the_processes()
    for made in of_kind(manifests, "Deployment"):
        process = known.get(made["metadata"]["name"])
        if process is None or process.service is None:
            continue
        surge = int(made["spec"].get("strategy", {}).get("rollingUpdate", {}).get("maxSurge", 1))
        pool = settings_given(made, manifests).get(f"{process.service.upper()}_DATABASE_POOL", pool_default)
        total += (counts[process.name][1] + surge) * (int(pool) + outside_the_pool(process))
    return total
