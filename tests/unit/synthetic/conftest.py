from collections.abc import Callable
from pathlib import Path

import pytest

from synthetic import municipality
from synthetic.forecast import Forecast


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], tuple[Path, Forecast]]:
    """A municipality's files by its number of pupils, each written once."""
    made: dict[int, tuple[Path, Forecast]] = {}

    def of(pupils: int) -> tuple[Path, Forecast]:
        if pupils not in made:
            out = tmp_path_factory.mktemp(f"municipality-{pupils}")
            made[pupils] = out, municipality.write(out, code="101", pupils=pupils, seed=7)
        return made[pupils]

    return of
