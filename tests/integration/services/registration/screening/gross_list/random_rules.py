"""Random rule sets of the family ``screening``: other limits, grades, subjects and order of the tests' scale."""

from random import Random
from typing import Any

from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import RuleSet

MARKS = (-4, -3, 0, 2, 4, 7, 10, 12)


def random_rule_set(seed: int) -> RuleSet:
    """The library's set with other settings; the same seed gives the same set."""
    random = Random(seed)  # noqa: S311 - invented settings
    library = library_rule_set("screening-2021")
    test: dict[str, Any] = dict(library.settings["national_test"])  # type: ignore[arg-type] # a JSON object
    scale = random.sample(test["scale"], len(test["scale"]))
    settings = library.settings | {
        "absence": {"flagged_from_percent": random.choice(("0.01", "3.37", "7.5", "12.345678", "33", "100"))},
        "national_test": {
            "test_grades": random.sample((2, 3, 4, 6, 8), random.randint(0, 5)),
            "subjects": random.sample(test["subjects"], random.randint(0, 2)),
            "scale": scale,
            "flagged_up_to": random.choice(scale)["code"],
            "expected_from_grade": random.randint(0, 10),
        },
        "readiness": _grades(random),
        "mark": {
            **_grades(random),
            "given_in_grades": random.sample((7, 8, 9, 10), random.randint(0, 4)),
            "flagged_up_to": random.choice(MARKS),
        },
    }
    return library.model_copy(update={"settings": settings, "version": 2})


def _grades(random: Random) -> dict[str, int]:
    first, last = sorted(random.sample(range(11), 2))
    return {"from_grade": first, "to_grade": last}
