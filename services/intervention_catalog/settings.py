"""What this service is told (prefix ``INTERVENTION_CATALOG_``)."""

from pydantic_settings import SettingsConfigDict

from libs.shared.base.settings import ServiceSettings


class InterventionCatalogSettings(ServiceSettings):
    """Addresses and ports; the catalog holds no secrets, so no keys."""

    model_config = SettingsConfigDict(env_prefix="INTERVENTION_CATALOG_", extra="ignore")
