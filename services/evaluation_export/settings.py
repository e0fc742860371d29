"""The settings of evaluation_export (prefix ``EVALUATION_EXPORT_``)."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from libs.shared.base.settings import ServiceSettings
from services.evaluation_export.disclosure.rules import DisclosureRules


class EvaluationExportSettings(ServiceSettings):
    """The settings of every service, and those of the time for building a delivery and of its protection."""

    model_config = SettingsConfigDict(env_prefix="EVALUATION_EXPORT_", extra="ignore")

    build_seconds: float = Field(default=900.0, gt=0, description="Seconds after which building a bundle is given up.")
    release_key: SecretStr = Field(
        description="One key, id:base64, that never changes: stands for persons in the store of what was released."
    )
    audit_seconds: float = Field(
        default=300.0, gt=0, description="Seconds after which auditing a bundle is given up; it is then not released."
    )
    disclosure_threshold: int = Field(
        default=5, ge=4, le=100, description="Counts of pupils below it are hidden, and means of fewer pupils."
    )
    disclosure_base: int = Field(default=5, ge=3, le=100, description="Counts are rounded to its nearest multiple.")
    disclosure_p: int = Field(
        default=10, ge=1, le=100, description="Per cent of the p %-rule: what nobody may estimate a pupil closer than."
    )

    def disclosure(self) -> DisclosureRules:
        """The rules for every bundle."""
        return DisclosureRules(threshold=self.disclosure_threshold, base=self.disclosure_base, p=self.disclosure_p)
