"""State and snapshots in one document: what a plan needs, and no secret. Read back by `listsync plan --offline`."""

from datetime import datetime
from typing import Literal

from schemas.base import Document
from schemas.fetch import ListState
from schemas.plan import ConfigIdentity
from schemas.record import AllowSeen, Intent, Presence, Record, Refusal, Resolved
from schemas.server import Details, MediaRow, Quota, RequestRow, ServerInfo, Service, ServiceOptions, User

EXPORT_FORMAT: Literal["listsync.export"] = "listsync.export"
EXPORT_VERSION = "1.0"


class ExportedService(Document):
    """A Radarr or Sonarr, and what can be chosen there."""

    service: Service
    options: ServiceOptions | None = None
    """None: no list names any, or it could not be asked."""


class ExportedServer(Document):
    """What the server said, and who may ask it for what."""

    name: str
    """`server.name` in the configuration: its identity in the ledger."""
    info: ServerInfo
    """Without its address."""
    observed_at: datetime
    media: tuple[MediaRow, ...] = ()
    requests: tuple[RequestRow, ...] = ()
    me: User
    users: tuple[User, ...] = ()
    """E-mail addresses of those alone whom the configuration names by them."""
    quotas: dict[int, Quota] = {}
    """By user, as far as they were asked for."""
    services: tuple[ExportedService, ...] = ()


class Sent(Document):
    """A request that counts against a budget."""

    at: datetime
    lead: str | None = None


class ExportedLedger(Document):
    """What the ledger knows."""

    lineage: str
    fingerprint: str | None = None
    """Of the server that it is about."""
    lists: tuple[ListState, ...] = ()
    """With their snapshots."""
    resolutions: tuple[Resolved, ...] = ()
    details: tuple[Details, ...] = ()
    records: tuple[Record, ...] = ()
    presences: tuple[Presence, ...] = ()
    allows: tuple[AllowSeen, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    unsettled: tuple[Intent, ...] = ()
    sent: tuple[Sent, ...] = ()
    """Of the last day, or of all time where nothing was ever applied to its end."""
    applied: bool = False
    """Whether a plan ever was."""
    settings: dict[str, str] = {}
    """Pauses, and what was accepted."""


class Export(Document):
    """`listsync export`. What is at its default is left out."""

    format: Literal["listsync.export"]
    format_version: str
    created: datetime
    config: ConfigIdentity
    server: ExportedServer
    ledger: ExportedLedger
