"""The settings of this service (prefix ``ABSENCE_INGEST_``)."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from libs.shared.base.settings import ServiceSettings


class AbsenceIngestSettings(ServiceSettings):
    """Addresses, ports and the two key rings; each ring is written ``id:base64,…`` with the active key first."""

    model_config = SettingsConfigDict(env_prefix="ABSENCE_INGEST_", extra="ignore")

    data_keys: SecretStr = Field(description="Encrypts files waiting to be read and the text of refused rows.")
    lookup_keys: SecretStr = Field(description="Finds pupils by identifier; the ring of registration.")
