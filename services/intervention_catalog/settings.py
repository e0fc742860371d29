"""The settings of this service (prefix ``INTERVENTION_CATALOG_``)."""

from pydantic_settings import SettingsConfigDict

from libs.shared.base.settings import ServiceSettings


class InterventionCatalogSettings(ServiceSettings):
    """Addresses and ports. The catalog holds no secrets and so has no keys."""

    model_config = SettingsConfigDict(env_prefix="INTERVENTION_CATALOG_", extra="ignore")
