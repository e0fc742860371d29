"""The settings of a deployment on one machine: how it is watched and how large its logs become."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class EmbeddedSettings(BaseSettings):
    """Read from variables with the prefix ``EMBEDDED_``. All times are seconds.

    The limits are far above the times on a busy machine with two cores, so that a slow process is not restarted.
    """

    model_config = SettingsConfigDict(env_prefix="EMBEDDED_", extra="ignore")

    server_period: float = Field(default=5.0, gt=0, description="Between two queries to the database server.")
    server_answer: float = Field(default=20.0, gt=0, description="How long such a query may take, connection included.")
    server_failures: int = Field(default=3, gt=0, description="Queries without an answer in a row that mean it hangs.")
    retry_most: float = Field(default=60.0, gt=0, description="The longest wait before a server is started again.")

    live_period: float = Field(default=10.0, gt=0, description="Between two questions to a service's /health/live.")
    live_answer: float = Field(default=20.0, gt=0, description="How long the answer may take.")
    live_failures: int = Field(default=3, gt=0, description="Failures in a row after which the process is ended.")
    live_start: float = Field(default=180.0, gt=0, description="How long a process may take until its first answer.")

    programs: Path | None = Field(
        default=None, description="As root: where Python and our code are copied if the services cannot read them."
    )

    log_bytes: int = Field(default=10_000_000, ge=10_000, description="Size at which a log file is closed.")
    logs_kept: int = Field(default=10, gt=0, description="Closed files kept of each log.")
