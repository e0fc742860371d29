"""The settings of disclosure control."""

import base64

import pytest
from pydantic import ValidationError

from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.settings import EvaluationExportSettings


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings that the service always needs."""
    monkeypatch.setenv("EVALUATION_EXPORT_DATABASE_URL", "postgresql://app:x@127.0.0.1/evaluation_export")
    monkeypatch.setenv("EVALUATION_EXPORT_RELEASE_KEY", f"r1:{base64.b64encode(bytes(32)).decode()}")


def test_threshold_base_and_p_are_settings_whose_defaults_are_the_rules_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert EvaluationExportSettings().disclosure() == DisclosureRules(threshold=5, base=5, p=10)
    for name, value in (("THRESHOLD", "8"), ("BASE", "10"), ("P", "15")):
        monkeypatch.setenv(f"EVALUATION_EXPORT_DISCLOSURE_{name}", value)
    assert EvaluationExportSettings().disclosure() == DisclosureRules(threshold=8, base=10, p=15)


@pytest.mark.parametrize(("name", "value"), [("THRESHOLD", "3"), ("BASE", "1"), ("P", "0")])
def test_a_setting_that_protects_nobody_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"EVALUATION_EXPORT_DISCLOSURE_{name}", value)
    with pytest.raises(ValidationError, match=f"disclosure_{name.lower()}"):
        EvaluationExportSettings()
