"""Decides which addresses are Microsoft's: the bot's token and its secret go nowhere else."""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

CHANNEL: Final = "msteams"
"""What the Bot Framework calls Teams."""

_LOCAL: Final = "localhost"


@dataclass(frozen=True)
class Endpoints:
    """Where Microsoft is; somewhere else in tests. ``services`` and ``files`` end host names."""

    login: str = "https://login.microsoftonline.com"
    metadata: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    issuer: str = "https://api.botframework.com"
    scope: str = "https://api.botframework.com/.default"
    services: frozenset[str] = frozenset(
        {"smba.trafficmanager.net", "teams.microsoft.com", "teams.microsoft.us", "botapi.skype.com"}
    )
    """The Bot Connector for Teams, government clouds and the test ring included
    (learn.microsoft.com: Proactive messages; Messages in bot conversations)."""
    files: frozenset[str] = frozenset({"sharepoint.com", "sharepoint.us"})
    """Where a file that was added to a chat lies: its owner's OneDrive
    (learn.microsoft.com: Send and receive files using bot)."""
    loopback: bool = False
    """Whether this computer counts as well, without a certificate: tests, the Playground."""

    def is_service(self, url: str) -> bool:
        """Whether a service URL is the Bot Connector's."""
        return self._is_of(url, self.services)

    def is_file(self, url: str, service_url: str) -> bool:
        """Whether a file may be fetched from there: from the connector or from OneDrive."""
        return self.is_connectors(url, service_url) or self._is_of(url, self.files)

    def is_onedrive(self, url: str) -> bool:
        """Whether a file may be put there: into OneDrive, and nowhere else."""
        return self._is_of(url, self.files)

    def is_connectors(self, url: str, service_url: str) -> bool:
        """Whether an address is on the very host that the connector of a chat has."""
        return self.is_service(service_url) and _origin_of(url) == _origin_of(service_url)

    def _is_of(self, url: str, suffixes: frozenset[str]) -> bool:
        parts = _parts(url)
        if parts is None:
            return False
        host = parts.hostname or ""
        if self.loopback and is_loopback(host):
            return parts.scheme in ("http", "https")
        named = any(host == each or host.endswith(f".{each}") for each in suffixes)
        return named and parts.scheme == "https" and parts.port in (None, 443)


MICROSOFT: Final = Endpoints()


def is_loopback(host: str) -> bool:
    """Whether a host, or an address, is this computer."""
    try:
        return host == _LOCAL or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The host of an address; empty if it has none."""
    parts = _parts(url)
    return (parts.hostname or "") if parts else ""


def _parts(url: str) -> SplitResult | None:
    """The address in its parts, if it is one and carries no user's name."""
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    hidden = parts.username is not None or "\\" in url
    return parts if whole and not hidden else None


def _origin_of(url: str) -> tuple[str, str | None, int | None] | None:
    parts = _parts(url)
    return (parts.scheme, parts.hostname, parts.port) if parts else None
