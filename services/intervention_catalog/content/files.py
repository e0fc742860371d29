"""Reads the content files."""

from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TypeVar

import yaml
from pydantic import ValidationError

from services.intervention_catalog.content.models.intervention_types import TypesFile
from services.intervention_catalog.content.models.inventory import Inventory
from services.intervention_catalog.content.models.recommendations import RecommendationsFile
from services.intervention_catalog.content.models.shared import Part
from services.intervention_catalog.content.models.support_levels import SupportLevelsFile
from services.intervention_catalog.content.models.synonyms import Synonyms
from services.intervention_catalog.content.models.trial_actions import TrialActionsFile

_File = TypeVar("_File", bound=Part)
# The C loader, if PyYAML was built with it, is ten times as fast; the files have some 4,000 lines.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContentUnreadable(Exception):
    """A content file is missing, not YAML, or does not fit its model. The message names the file and the fields."""


@dataclass(frozen=True, slots=True)
class Content:
    """All content files, parsed."""

    inventory: Inventory
    types: TypesFile
    levels: SupportLevelsFile
    trial_actions: TrialActionsFile
    recommendations: RecommendationsFile
    synonyms: Synonyms


def packaged_folder() -> Traversable:
    """The folder with the packaged content files."""
    return resources.files("services.intervention_catalog.content")


def read_content(folder: Traversable) -> Content:
    """Read every content file of the folder. Raises ``ContentUnreadable`` for the first that cannot be read."""
    return Content(
        inventory=read_file(folder, "inventory.yaml", Inventory),
        types=read_file(folder, "intervention_types.yaml", TypesFile),
        levels=read_file(folder, "support_levels.yaml", SupportLevelsFile),
        trial_actions=read_file(folder, "trial_actions.yaml", TrialActionsFile),
        recommendations=read_file(folder, "recommendations.yaml", RecommendationsFile),
        synonyms=read_file(folder, "synonyms.yaml", Synonyms),
    )


def read_file(folder: Traversable, name: str, model: type[_File]) -> _File:
    """Read one file of a folder. Raises ``ContentUnreadable``."""
    try:
        data = yaml.load((folder / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
        return model.model_validate(data)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as failure:
        raise ContentUnreadable(f"{name}: {failure}") from failure
    except ValidationError as refused:
        found = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in refused.errors())
        raise ContentUnreadable(f"{name}: " + "; ".join(found)) from refused
