"""A content file that cannot be read is refused with the reason."""

import pytest

from services.intervention_catalog.content.files import ContentUnreadable, read_content
from tests.unit.services.intervention_catalog.content.conftest import ContentFolder, item


def test_a_missing_file_is_named(folder: ContentFolder) -> None:
    (folder.path / "inventory.yaml").unlink()
    with pytest.raises(ContentUnreadable, match=r"^inventory\.yaml: "):
        read_content(folder.path)


def test_a_file_that_is_no_yaml_is_named(folder: ContentFolder) -> None:
    (folder.path / "support_levels.yaml").write_text("levels: [", encoding="utf-8")
    with pytest.raises(ContentUnreadable, match=r"^support_levels\.yaml: "):
        read_content(folder.path)


def test_a_field_that_is_not_declared_is_named(folder: ContentFolder) -> None:
    folder.change("trial_actions.yaml", lambda data: data["trial_actions"][3].update(experience="god"))
    with pytest.raises(ContentUnreadable, match=r"trial_actions\.3\.experience: Extra inputs are not permitted"):
        read_content(folder.path)


def test_a_status_that_does_not_exist_is_named(folder: ContentFolder) -> None:
    folder.change("trial_actions.yaml", lambda data: item(data, "trial_actions", "odder").update(status="færdig"))
    with pytest.raises(ContentUnreadable, match=r"trial_actions\.14\.status: Input should be 'not_started'"):
        read_content(folder.path)
