"""Everything that a plan rests on as one document, and back from its file."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from providers.servers import ServerError
from reconciler.core.match import questions, title_question
from reconciler.errors import ListsyncError, Refused
from reconciler.options import choices_of
from reconciler.pausing import PAUSES
from reconciler.pipeline import consider
from reconciler.recalling import recall_lists
from reconciler.rules import ACCEPTED, ANEW, EPOCH
from reconciler.session import VERSION, Session
from schemas.export import EXPORT_FORMAT, EXPORT_VERSION, Export, ExportedLedger, ExportedServer, ExportedService, Sent
from schemas.fetch import ListState
from schemas.media import Item, Kind
from schemas.plan import ConfigIdentity
from schemas.record import Record, Resolved
from schemas.server import Details, Observed, Quota, Service, ServiceOptions, User

SETTINGS = (ACCEPTED, ANEW, PAUSES, VERSION)
"""Those that a plan depends on; the others are a running loop's own."""
_AGAIN = "make a new one: `listsync export --out FILE`"


def make_export(session: Session) -> Export:
    """State and snapshots as of now. Fetches no list; looks up what is not known yet, as a plan would. Raises
    ServerError, LedgerError."""
    consider(session, scope=())
    revision = session.loaded.revision
    return Export(
        format=EXPORT_FORMAT,
        format_version=EXPORT_VERSION,
        created=session.tools.clock(),
        config=ConfigIdentity(digest=session.loaded.digest, commit=revision.commit, dirty=revision.dirty),
        server=_server(session, session.observe(max_age=60)),
        ledger=_ledger(session),
    )


def _server(session: Session, observed: Observed) -> ExportedServer:
    named = {str(who).casefold() for who in _named_users(session) if who is not None}
    me, everybody = session.reader.me(), session.reader.users()
    asking = [user for user in everybody if user.id == me.id or not named.isdisjoint(_names(user))]
    return ExportedServer(
        name=session.config.server.name,
        info=session.server.model_copy(update={"url": ""}),
        observed_at=observed.read_at,
        media=observed.media,
        requests=observed.requests,
        me=_without_address(me, named),
        users=tuple(_without_address(user, named) for user in everybody),
        quotas=dict(_quotas(session, asking)),
        services=tuple(
            ExportedService(service=one, options=_options(session, one)) for one in session.reader.services()
        ),
    )


def _named_users(session: Session) -> Iterable[int | str | None]:
    return (session.config.server.request_as, *(one.request_as for one in session.config.lists.values()))


def _names(user: User) -> set[str]:
    return {name.casefold() for name in (str(user.id), user.name, user.email, *user.other_names) if name}


def _without_address(user: User, named: set[str]) -> User:
    """Nobody's e-mail address is anybody else's business, unless the configuration needs it to tell who is meant."""
    if user.email is None or user.email.casefold() in named:
        return user
    return user.model_copy(update={"email": None})


def _quotas(session: Session, users: Iterable[User]) -> Iterable[tuple[int, Quota]]:
    for user in users:
        try:
            yield user.id, session.reader.quota(user.id)
        except ServerError as error:
            session.tools.log.warning("A quota cannot be read", user=user.name, error=str(error))


def _options(session: Session, service: Service) -> ServiceOptions | None:
    """As a plan knows them. The server asks that Radarr or Sonarr, so only where a list names anything of one."""
    asked = (one.request for one in session.config.lists.values())
    if not any(one.server or one.profile or one.root_folder or one.tags for one in asked):
        return None
    try:
        found = choices_of(session, service)
    except ServerError as error:
        session.tools.log.warning("What can be chosen cannot be read", service=service.name, error=str(error))
        return None
    if found is None:
        session.tools.log.warning("What can be chosen is not known", service=service.name)
    return found


def _ledger(session: Session) -> ExportedLedger:
    ledger, now = session.ledger, session.tools.clock()
    lists, records, applied = recall_lists(session), ledger.records(), ledger.ever_applied()
    resolutions = ledger.resolutions(_lookups(lists.values()))
    since = now - timedelta(days=1) if applied else EPOCH
    unsettled = ledger.open_intents()
    open_ones = {(intent.sent_at, intent.lead) for intent in unsettled}  # a ledger counts them by itself
    kept = ((name, ledger.setting(name)) for name in SETTINGS)
    return ExportedLedger(
        lineage=ledger.lineage,
        fingerprint=ledger.server_fingerprint(),
        lists=tuple(lists.values()),
        resolutions=tuple(resolutions.values()),
        details=_details(session, _titles(lists.values(), resolutions.values(), records.values())),
        records=tuple(records.values()),
        presences=tuple(ledger.presences().values()),
        allows=tuple(ledger.allows().values()),
        refusals=tuple(ledger.refusals().values()),
        unsettled=unsettled,
        sent=tuple(Sent(at=at, lead=lead) for at, lead in ledger.sent_since(since) if (at, lead) not in open_ones),
        applied=applied,
        settings={name: text for name, text in kept if text is not None},
    )


def _items(lists: Iterable[ListState]) -> Iterable[Item]:
    for state in lists:
        for snapshot in (state.trusted, state.previous, state.extra):
            yield from snapshot.items if snapshot is not None else ()


def _lookups(lists: Iterable[ListState]) -> set[str]:
    return {str(lookup) for item in _items(lists) for lookup in (*questions(item), *title_question(item))}


def _titles(
    lists: Iterable[ListState], resolutions: Iterable[Resolved], records: Iterable[Record]
) -> set[tuple[Kind, int]]:
    by_id = {(item.kind, item.ids.tmdb) for item in _items(lists) if item.kind and item.ids.tmdb}
    found = {one.key.title for one in resolutions if one.key is not None}
    return {(kind, tmdb) for kind, tmdb in by_id if kind and tmdb} | found | {record.key.title for record in records}


def _details(session: Session, titles: set[tuple[Kind, int]]) -> tuple[Details, ...]:
    return tuple(details for details, _ in session.ledger.details(sorted(titles)).values())


def text_of(export: Export) -> str:
    """As JSON; what is at its default is left out, which halves it."""
    return export.model_dump_json(indent=1, exclude_defaults=True) + "\n"


def read_export(path: Path) -> Export:
    """The export of a file. Raises Refused for a file that is none of this format, ListsyncError for one that cannot be
    read."""
    import json

    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text)
    except OSError as error:
        raise ListsyncError(f"{path}: the export cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise Refused(f"{path} is not JSON: {error}", remedy=_AGAIN) from error
    if not isinstance(document, dict) or document.get("format") != EXPORT_FORMAT:
        raise Refused(f"{path} is not an export of listsync", remedy=_AGAIN)
    version = str(document.get("format_version", ""))
    if version.partition(".")[0] != EXPORT_VERSION.partition(".")[0]:
        raise Refused(f"{path} is an export of format {version}; this is format {EXPORT_VERSION}", remedy=_AGAIN)
    try:
        return Export.model_validate_json(text)
    except ValidationError as error:
        raise Refused(f"{path} is not a whole export: {error.error_count()} fields are wrong", remedy=_AGAIN) from error
