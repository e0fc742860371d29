"""The settings of this service (prefix ``FIFTH_SERVICE_``)."""

from pydantic_settings import SettingsConfigDict

from libs.shared.base.settings import ServiceSettings


class FifthServiceSettings(ServiceSettings):
    """Addresses and ports; it seals nothing, so no keys."""

    model_config = SettingsConfigDict(env_prefix="FIFTH_SERVICE_", extra="ignore")
