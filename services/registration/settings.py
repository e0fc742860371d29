"""The settings of this service (prefix ``REGISTRATION_``)."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from libs.shared.base.settings import ServiceSettings


class RegistrationSettings(ServiceSettings):
    """Addresses, ports and the three key rings; each ring is written ``id:base64,…`` with the active key first."""

    model_config = SettingsConfigDict(env_prefix="REGISTRATION_", extra="ignore")

    data_keys: SecretStr = Field(description="Encrypts CPR numbers, names, UNI-Logins and files waiting to be read.")
    lookup_keys: SecretStr = Field(description="Makes the lookup keys of pupil events; shared with absence_ingest.")
    blind_index_keys: SecretStr = Field(description="Finds a person again by CPR number; leaves this service never.")
    municipalities_approve_amendments: bool = Field(
        default=False,
        description="Municipalities approve amendments of projects within their grant themselves, by a second person.",
    )
