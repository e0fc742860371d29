"""The alerts of the component ``alerts``, the metrics that they query and the metrics that the code registers."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.k8s.rendering import ROOT

FOLDER = Path(__file__).parent / "components" / "alerts"
REGISTERING = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}

# Metrics of Prometheus itself and of kube-state-metrics.
FOREIGN = frozenset(
    {
        "up",
        "kube_job_status_failed",
        "kube_job_status_succeeded",
        "kube_pod_container_status_last_terminated_reason",
        "kube_pod_container_status_restarts_total",
    }
)
_NAME = re.compile(r"\b(?:up|kube_[a-z_]+|skoleloeft_[a-z_]+)\b(?=\s*[{\[)<>=]|\s*$|\s+(?:unless|offset))")


def rule_groups() -> list[dict[str, Any]]:
    """Every group of rules, in Prometheus' format."""
    return [
        group
        for path in sorted(FOLDER.glob("*.yaml"))
        for made in yaml.safe_load_all(path.read_text(encoding="utf-8"))
        if made.get("kind") == "PrometheusRule"
        for group in made["spec"]["groups"]
    ]


def alerts() -> dict[str, dict[str, Any]]:
    """Each alert's rule by its name."""
    return {rule["alert"]: rule for group in rule_groups() for rule in group["rules"]}


def asked(expression: str) -> set[str]:
    """The metrics that an expression queries."""
    return set(_NAME.findall(expression))


@cache
def registered() -> frozenset[str]:
    """The series of every metric that the code registers, by the names that Prometheus sees. Reads the code once."""
    paths = [path for folder in ("libs", "services") for path in (ROOT / folder).rglob("*.py")]
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in paths)
    return frozenset(name for tree in trees for name in _registered(tree))


def _registered(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in REGISTERING:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield from (f"{first.value.removesuffix('_total')}{ending}" for ending in REGISTERING[node.func.attr])
