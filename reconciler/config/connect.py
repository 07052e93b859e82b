"""The configuration as the clients of the outside world take it: secrets opened, durations in seconds."""

from pathlib import Path
from typing import TYPE_CHECKING

from schemas.config import Config

if TYPE_CHECKING:
    from providers.base import ProviderSettings
    from providers.servers import ServerSettings


def server_settings(config: Config, base_dir: Path) -> "ServerSettings":
    """How the media server is reached. A relative `ca_file` is below `base_dir`."""
    from providers.servers import ServerSettings

    server = config.server
    return ServerSettings(
        url=server.url,
        api_key=server.api_key.get_secret_value(),
        timeout=server.timeout.total_seconds(),
        ca_file=None if server.ca_file is None else base_dir / server.ca_file,
        headers={name: value.get_secret_value() for name, value in server.headers.items()},
        name=server.name,
    )


def provider_settings(config: Config, name: str) -> "ProviderSettings":
    """What `providers:` says of one service; the defaults where it says nothing."""
    from providers.base import ProviderSettings

    service = config.providers.get(name)
    if service is None:
        return ProviderSettings()
    return ProviderSettings(
        base_url=service.base_url,
        timeout=service.timeout.total_seconds(),
        retries=service.retries,
        rate=None if service.rate is None else service.rate.per_second,
        user_agent=service.user_agent,
        options={option: value.get_secret_value() for option, value in service.options.items()},
    )
