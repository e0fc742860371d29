"""``python -m deploy.k8s.trial [--full] [--keep] [--only STEP…]``: an installation with faults on the current cluster.

It makes two namespaces, ``skoleloeft-trial`` and ``skoleloeft-trial-data``, and removes them at the end. Nothing else
in the cluster is changed. Each step prints a line of the table; the exit code is 0 if every step succeeded.
"""

import argparse
import sys
import time
from collections.abc import Callable

from deploy.k8s.trial import installing, steps
from deploy.k8s.trial.cluster import TrialFailed, why_not

Step = Callable[[steps.Trial], str]

STEPS: dict[str, Step] = {
    "journey": steps.journey,
    "ports": steps.ports,
    "metrics": steps.metrics,
    "restarts": steps.rolling_restarts,
    "migration": steps.failed_migration,
    "broker": steps.broker_away,
    "database": steps.database_away,
    "passwords": steps.passwords_rotated,
    "rebuild": steps.rebuilt,
    "account": steps.account,
}


def main() -> int:
    """Return the exit code: 0 if every step succeeded, 1 if one failed, 2 if the trial is not possible here."""
    parser = argparse.ArgumentParser(prog="python -m deploy.k8s.trial", description=__doc__)
    parser.add_argument("--full", action="store_true", help="ten rolling restarts of every service, not one")
    parser.add_argument("--keep", action="store_true", help="leave the namespaces, to be looked at")
    parser.add_argument("--only", nargs="*", choices=STEPS, help="these steps, on the namespaces that --keep left")
    given = parser.parse_args()
    if reason := why_not():
        sys.stderr.write(f"cluster-try: {reason}\n")
        return 2
    trial = steps.Trial(restarts=10 if given.full else 1)
    rows: list[tuple[str, bool, float, str]] = []
    try:
        if given.only is None and not _row(rows, "first day", lambda: steps.first_day(trial)):
            return 1
        for name, step in STEPS.items():
            if given.only is None or name in given.only:
                _row(rows, name, lambda step=step: step(trial))  # type: ignore[misc]
    finally:
        if not given.keep and given.only is None:
            installing.remove()
        for name, held, seconds, seen in rows:
            print(f"{'held' if held else 'NOT '}  {name:<10} {seconds:6.0f} s  {seen}")
    return 0 if all(held for _, held, _, _ in rows) else 1


def _row(rows: list[tuple[str, bool, float, str]], name: str, step: Callable[[], str]) -> bool:
    begun = time.monotonic()
    try:
        held, seen = True, step()
    except TrialFailed as failure:
        held, seen = False, str(failure)
    rows.append((name, held, time.monotonic() - begun, seen))
    print(f"cluster-try: {name}: {'held' if held else 'did not hold'}: {seen}", flush=True)
    return held


if __name__ == "__main__":
    sys.exit(main())
