"""A plan without any network: the ledger and the server are an export's, the configuration is the present one."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from providers.servers import DetailsUnavailable, SearchFailed, ServiceUnavailable
from reconciler.core.plan import sealed
from reconciler.errors import Refused
from reconciler.pipeline import consider, plan_of
from reconciler.session import Session, Tools
from reconciler.words import moment
from schemas.events import Event, EventType
from schemas.export import Export, ExportedLedger, ExportedServer
from schemas.media import Key, Kind
from schemas.plan import Plan
from schemas.server import (
    Details,
    Observed,
    Quota,
    RequestRow,
    SearchHit,
    SearchPage,
    ServerInfo,
    Service,
    ServiceOptions,
    User,
)
from schemas.source import Source

if TYPE_CHECKING:
    from reconciler.config import Loaded
    from reconciler.ledger import Ledger

UNNEEDED = frozenset({"browser", "log", "notifications", "providers", "run", "server", "state"})
"""Sections of the configuration that a plan without network does without: values missing there are no matter."""


def offline_plan(
    loaded: "Loaded", export: Export, *, tools: Tools, source: Path, scope: Collection[str] | None = None
) -> Plan:
    """What would be done if everything but the configuration were as it was exported. The same input gives the same
    plan but for its id; it can never be applied. Raises Refused for another server's export."""
    with offline_session(loaded, export, tools=tools, source=source) as session:
        plan = plan_of(session, consider(session, scope=()), scope=scope)
    as_of = export.server.observed_at
    told = f"made offline from an export: lists and server are as they were at {moment(as_of)}; it cannot be applied"
    return sealed(
        plan.model_copy(
            update={
                "as_of": as_of,
                "lineage": f"offline:{export.ledger.lineage}",
                "observed_at": as_of,
                "warnings": (told, *plan.warnings),
            }
        )
    )


@contextmanager
def offline_session(loaded: "Loaded", export: Export, *, tools: Tools, source: Path) -> Iterator[Session]:
    """A session whose server and ledger are an export's, at the moment of the export. `source` is the export's file."""
    from reconciler.ledger import open_reader

    name = loaded.config.server.name
    if name != export.server.name:
        raise Refused(
            f"{source} is the export of a server named {export.server.name!r}; the configuration names {name!r}",
            remedy="export anew, or correct `server.name`",
        )
    then = replace(tools, clock=lambda: export.created)
    nowhere = source / "ledger"  # below a file there is nothing: the ledger is one in memory
    with open_reader(nowhere, server=name, clock=then.clock) as ledger:
        _fill(ledger, export)
        yield Session(_as_exported(loaded, export), then, "offline", ledger, reader=ExportReader(export.server))


def _as_exported(loaded: "Loaded", export: Export) -> "Loaded":
    """A source whose address is a value that is not there is the one that was exported; what is missing where no plan
    looks is not told."""
    from reconciler.config.references import STAND_IN

    known = {state.name: state.source for state in export.ledger.lists}
    sources = {
        name: _parsed(known[name], source.personal) if source.provider == STAND_IN and name in known else source
        for name, source in loaded.sources.items()
    }
    warnings = tuple(one for one in loaded.warnings if one.path.partition(".")[0] not in UNNEEDED)
    return replace(loaded, sources=sources, warnings=warnings)


def _parsed(text: str, personal: bool) -> Source:  # noqa: FBT001 - it is data
    provider, _, identifier = text.partition(":")
    return Source(provider, identifier, personal)


def _fill(ledger: "Ledger", export: Export) -> None:
    kept = export.ledger
    for state in kept.lists:
        ledger.save_list_state(state)
    ledger.save_resolutions(kept.resolutions)
    ledger.save_details(kept.details)
    ledger.save_presences(kept.presences, ())
    ledger.save_allows(kept.allows, ())
    _fill_records(ledger, kept, export)


def _fill_records(ledger: "Ledger", kept: ExportedLedger, export: Export) -> None:
    if kept.applied:
        ledger.save_plan("exported", "", export.created)
    with ledger.writing() as tx:
        tx.put_records(kept.records)
        for refusal in kept.refusals:
            tx.put_refusal(refusal)
        for intent in kept.unsettled:
            tx.open_intent(intent)
        for sent in kept.sent:
            tx.add_event(Event(at=sent.at, type=EventType.REQUESTED, list=sent.lead))
        for name, text in kept.settings.items():
            tx.put_setting(name, text)
        if kept.fingerprint is not None:
            tx.set_server_fingerprint(kept.fingerprint)
        if kept.applied:
            tx.mark_plan_applied("exported")


class ExportReader:
    """The server as it was exported (`providers.servers.ServerReader`). What was not asked then is not known."""

    def __init__(self, server: ExportedServer) -> None:
        self._server = server

    def identify(self) -> ServerInfo:
        """Which server it was."""
        return self._server.info

    def version(self) -> str:
        """Its version then."""
        return self._server.info.version

    def time(self) -> datetime:
        """The moment of which the export tells."""
        return self._server.observed_at

    def me(self) -> User:
        """The user that the key acted as."""
        return self._server.me

    def users(self) -> tuple[User, ...]:
        """Everybody there was."""
        return self._server.users

    def quota(self, user_id: int) -> Quota:
        """What was left; unlimited for a user whose quota was not asked for."""
        return self._server.quotas.get(user_id, Quota())

    def observe(self) -> Observed:
        """The server's whole state then."""
        server = self._server
        return Observed(media=server.media, requests=server.requests, read_at=server.observed_at)

    def observe_title(self, kind: Kind, tmdb: int) -> Observed:
        """One title of it."""
        server = self._server
        return Observed(
            media=tuple(row for row in server.media if (row.kind, row.tmdb) == (kind, tmdb)),
            requests=tuple(row for row in server.requests if (row.kind, row.tmdb) == (kind, tmdb)),
            read_at=server.observed_at,
        )

    def details(self, kind: Kind, tmdb: int) -> Details:
        """Raises DetailsUnavailable: those that are known are in the ledger."""
        raise DetailsUnavailable(f"the export holds no details of {Key(kind, tmdb)}")

    def request(self, request_id: int) -> RequestRow | None:
        """One request."""
        return next((row for row in self._server.requests if row.id == request_id), None)

    def search(self, title: str, page: int = 1) -> SearchPage:  # noqa: ARG002 - the protocol's
        """Raises SearchFailed: nobody is asked."""
        raise SearchFailed(f"nothing is looked up offline, {title!r} neither")

    def find(self, scheme: Literal["imdb", "tvdb", "tmdb"], value: str) -> tuple[SearchHit, ...]:
        """Raises SearchFailed: nobody is asked."""
        raise SearchFailed(f"nothing is looked up offline, {scheme}:{value} neither")

    def services(self) -> tuple[Service, ...]:
        """Its Radarr and Sonarr servers."""
        return tuple(one.service for one in self._server.services)

    def service_options(self, service: Service) -> ServiceOptions:
        """What could be chosen there. Raises ServiceUnavailable where it was not asked for."""
        found = next((one.options for one in self._server.services if one.service == service), None)
        if found is None:
            raise ServiceUnavailable(f"the export does not say what can be chosen in {service.name}")
        return found

    def close(self) -> None:
        """There is nothing to close."""
