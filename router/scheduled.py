"""What a router does by itself every so many seconds, where an operator wants it."""

from pydantic import Field
from pydantic_settings import BaseSettings


class ScheduledSettings(BaseSettings):
    """Work that one router of the deployment does in the background; off by default."""

    look_ahead_every_s: int = Field(
        default=0,
        ge=0,
        le=86_400,
        description="Seconds between two solves of look-ahead prices; 0 never.",
    )
    reoptimise_every_s: int = Field(
        default=0,
        ge=0,
        le=86_400,
        description="Seconds between two re-optimisations of open orders; 0 never.",
    )
