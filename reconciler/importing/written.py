"""The configuration that does what a ListSync 0.6 did, and what about it differs."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from providers.errors import SourceError
from reconciler.config.classic import DEFAULT_SPECIAL_LIMIT, TRUE, free_name, source_text
from reconciler.config.zones import usable_zone
from reconciler.importing.household import Household, OldList
from reconciler.words import clean
from schemas.config.times import format_duration
from schemas.source import Source

SERVICES = {"trakt_special": "trakt"}
"""Its words for services that are called otherwise here."""
OWNER = "1"
HEAD = "# Written by `listsync import` from a ListSync 0.6. `listsync plan` shows what it does.\n"
SECRETS = {
    "overseerr_api_key": "OVERSEERR_API_KEY",
    "trakt_client_id": "TRAKT_CLIENT_ID",
    "discord_webhook": "DISCORD_WEBHOOK_URL",
}
"""Setting → the environment variable that the file refers to."""
READ = frozenset({"imdb", "trakt", "letterboxd", "mdblist", "stevenlu"})
"""Services that are read there and here."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file to be."""

    text: str
    notes: tuple[str, ...] = ()
    """What behaves otherwise than before, and what was left out."""
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    """The values of the variables that it refers to, as far as they are known."""
    lists: int = 0


def write_config(old: Household, parse: Callable[[str], Source]) -> Written:
    """The file. It holds no secret: it refers to environment variables."""
    notes: list[str] = []
    lists = _lists(old, parse, notes)
    document = {key: value for key, value in _document(old, lists).items() if value}
    notes += _differences(old)
    secrets = {variable: old.settings[name] for name, variable in SECRETS.items() if name in old.settings}
    return Written(HEAD + _yaml(document), tuple(notes), secrets, len(lists))


def _document(old: Household, lists: dict[str, Any]) -> dict[str, Any]:
    settings = old.settings
    zone = usable_zone(settings.get("timezone", ""))
    discord = "discord_webhook" in {*settings, *old.locked} and _is_on(settings.get("discord_enabled", "true"))
    trakt = any(one["source"].startswith("trakt:") for one in lists.values())
    return {
        "version": 1,
        "timezone": zone if zone != "UTC" else None,
        "server": {
            "url": settings.get("overseerr_url") or "${OVERSEERR_URL}",
            "api_key": "${OVERSEERR_API_KEY}",
        },
        "defaults": _defaults(old),
        "lists": lists,
        "providers": {"trakt": {"client_id": "${TRAKT_CLIENT_ID:-}"}} if trakt else None,
        "notifications": [{"discord": "${DISCORD_WEBHOOK_URL}"}] if discord else None,
        "run": {"once": True} if _runs_once(old) else None,
    }


def _defaults(old: Household) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if old.hours:
        found["every"] = format_duration(timedelta(minutes=max(1, round(old.hours * 60))))
    if _is_on(old.settings.get("overseerr_4k", "")):
        found["request"] = {"is_4k": True}
    return found


def _runs_once(old: Household) -> bool:
    return old.hours == 0 or not _is_on(old.settings.get("auto_sync", "true"))


def _is_on(text: str) -> bool:
    return text.strip().lower() in TRUE


def _lists(old: Household, parse: Callable[[str], Source], notes: list[str]) -> dict[str, Any]:
    """By name: that of the canonical source, as environment variables would give it."""
    found: dict[str, Any] = {}
    seen: dict[str, str] = {}
    for one in old.lists:
        service = SERVICES.get(one.service, one.service)
        shown = f"left out: {clean(one.service)} {clean(one.id)}"
        if service not in READ:
            notes.append(f"{shown}: lists of this service cannot be read; an export of it can, as file:NAME.csv")
            continue
        try:
            source = parse(source_text(service, one.id))
        except SourceError as error:
            notes.append(f"{shown}: {error.problem}")
            continue
        if str(source) in seen:
            notes.append(f"{shown} is {seen[str(source)]} once more")
            continue
        name = free_name(str(source), found)
        seen[str(source)] = name
        found[name] = dict(_list(one, source, old))
    return found


def _list(one: OldList, source: Source, old: Household) -> Iterator[tuple[str, Any]]:
    yield "source", str(source)
    if one.service == "trakt_special":
        limit = old.settings.get("trakt_special_items_limit", "")
        yield "limit", int(limit) if limit.isdecimal() and int(limit) else DEFAULT_SPECIAL_LIMIT
    if one.user != OWNER:
        yield "request_as", int(one.user) if one.user.isdecimal() else one.user


def _differences(old: Household) -> Iterator[str]:
    user = old.settings.get("overseerr_user_id", OWNER)
    if user != OWNER:
        yield (
            f"ListSync had user {clean(user)} in its settings, and requested as each list's own user all the same: so"
            f" does this file; `server.request_as: {clean(user)}` changes it for lists that name nobody"
        )
    if any(one.service == "trakt" for one in old.lists):
        yield "ListSync read 100 titles of a Trakt list; this reads all of them: `limit: 100` keeps it as it was"
    for name in old.locked:
        variable = SECRETS.get(name)
        if variable is not None:
            yield f"{name} is encrypted, and its key is lost: set {variable} yourself"
    if _runs_once(old):
        yield "ListSync ran once and ended; so does `listsync run` with this file (`run: {once: true}`)"
    if old.unreadable:
        yield f"{old.unreadable} of its titles have no id, and are looked up anew where a list still has them"


def _yaml(document: dict[str, Any]) -> str:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.default_flow_style = False
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 1000
    text = io.StringIO()
    for key, value in document.items():
        yaml.dump({key: value}, text)
        text.write("\n" if isinstance(value, (dict, list)) else "")
    return text.getvalue().rstrip("\n") + "\n"
