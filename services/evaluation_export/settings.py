"""What evaluation_export is told (prefix ``EVALUATION_EXPORT_``)."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from libs.shared.base.settings import ServiceSettings


class EvaluationExportSettings(ServiceSettings):
    """Beside what every service is told: how long one delivery may take to build."""

    model_config = SettingsConfigDict(env_prefix="EVALUATION_EXPORT_", extra="ignore")

    build_seconds: float = Field(default=900.0, gt=0, description="Seconds after which building a bundle is given up.")
    release_key: SecretStr = Field(
        description="One key, id:base64, that never changes: stands for persons in the store of what was released."
    )
