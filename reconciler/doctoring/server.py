"""What the media server says of itself, of us, and of what the lists ask of it."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from providers.servers import KeyRefused, ServerError, approval, resolve_user
from providers.servers.permissions import Permission
from reconciler.core.drift import WAY_TO_ANOTHER_SERVER
from reconciler.doctoring.checks import checks_of, guarded
from reconciler.options import option_problems
from reconciler.resolve import search_works
from reconciler.words import count, joined, span
from schemas.config import ListConfig
from schemas.doctor import Area, Check
from schemas.media import Kind
from schemas.server import ServerInfo, Service, User

if TYPE_CHECKING:
    from reconciler.session import Session

PRODUCTS = {"seerr": ("Seerr", (0, 0)), "jellyseerr": ("Jellyseerr", (2, 3)), "overseerr": ("Overseerr", (1, 34))}
"""Names, and the oldest versions that were tried."""
CLOCK_TOLERANCE = timedelta(minutes=2)
SILENT = "the server did not answer"
_KINDS = {Kind.MOVIE: "movies", Kind.TV: "shows"}
_PROGRAMS = {Kind.MOVIE: "Radarr", Kind.TV: "Sonarr"}
_EXPECTED = {"automatic": "approved at once", "pending": "wait for approval", "forbidden": "are forbidden"}
_LATER = (
    (Area.SERVER, "key"),
    (Area.SERVER, "clock"),
    (Area.SERVER, "search"),
    (Area.REQUESTS, "requesters"),
    (Area.REQUESTS, "Radarr and Sonarr"),
)


def server(session: "Session", known: str | None) -> Iterator[Check]:
    """Everything that has to be asked of the server. `known`: the fingerprint of the installation that the ledger is
    about."""
    ok, _, problem, _ = checks_of(Area.SERVER)
    name = session.config.server.name
    try:
        info = session.server
    except KeyRefused as refused:
        yield ok(name, f"{refused.url} answers")
        written = session.loaded.place(("server", "api_key"))
        yield problem("key", str(refused), f"{refused.remedy}. It is read from {written}")
        yield from _not_checked("the server refused the key", _LATER[1:])
        return
    except ServerError as error:
        yield problem(name, str(error), error.remedy)
        yield from _not_checked(SILENT, _LATER)
        return
    yield from _which(name, info, known)
    parts: tuple[tuple[Area, str, Callable[[], Iterator[Check]]], ...] = (
        (Area.SERVER, "key", lambda: _key(session)),
        (Area.SERVER, "clock", lambda: _clock(session)),
        (Area.SERVER, "search", lambda: _search(session)),
        (Area.REQUESTS, "requesters", lambda: _requesters(session, info)),
        (Area.REQUESTS, "Radarr and Sonarr", lambda: _services(session)),
        (Area.REQUESTS, "options", lambda: _options(session)),
    )
    for area, subject, look in parts:
        yield from guarded(area, subject, partial(_asked, area, subject, look))


def _asked(area: Area, subject: str, look: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """What a look brings; a server that fails meanwhile is said of this check alone."""
    _, _, problem, _ = checks_of(area)
    try:
        yield from look()
    except ServerError as error:
        yield problem(subject, str(error), error.remedy)


def _not_checked(why: str, parts: tuple[tuple[Area, str], ...]) -> Iterator[Check]:
    for area, subject in parts:
        _, _, _, skipped = checks_of(area)
        yield skipped(subject, why)


def _which(name: str, info: ServerInfo, known: str | None) -> Iterator[Check]:
    ok, warning, problem, _ = checks_of(Area.SERVER)
    product, oldest = PRODUCTS.get(info.product, (info.product, (0, 0)))
    shown = f"{product} {info.version}".strip()
    number = re.match(r"v?([0-9]+)\.([0-9]+)", info.version)
    if number is not None and (int(number[1]), int(number[2])) < oldest:
        before = f"{product} before {oldest[0]}.{oldest[1]} was never tried"
        yield warning(name, f"{info.url} is {shown}; {before}", "upgrade it")
    elif not info.version:
        yield warning(name, f"{info.url} is {product}, and does not tell its version", "look into the server's log")
    else:
        yield ok(name, f"{info.url} is {shown}")
    if known is not None and known != info.fingerprint:
        yield problem(
            "installation",
            "another installation answers than the one that the ledger knows",
            WAY_TO_ANOTHER_SERVER,
        )


def _key(session: "Session") -> Iterator[Check]:
    ok, warning, _, _ = checks_of(Area.SERVER)
    me = session.reader.me()
    if me.permissions & Permission.ADMIN:
        yield ok("key", f"acts as {me.name}, an administrator")
    elif me.permissions & Permission.MANAGE_USERS:
        yield ok("key", f"acts as {me.name}, who may request as others")
    else:
        yield warning(
            "key", f"acts as {me.name}, who may not request as others", "use the key of the settings page, General"
        )


def _clock(session: "Session") -> Iterator[Check]:
    """Windows, budgets of a day and `until` go by our clock, tokens and certificates by both."""
    ok, warning, _, _ = checks_of(Area.SERVER)
    before = session.tools.clock()
    theirs = session.reader.time()
    if theirs is None:
        yield warning("clock", "the server's answers carry no time, so that ours cannot be compared")
        return
    off = _distance(theirs, before, session.tools.clock())
    if off > CLOCK_TOLERANCE:
        yield warning(
            "clock",
            f"the clocks here and at the server differ by {span(off)}",
            "set both by NTP: windows, budgets and `until` go by the clock here",
        )
    else:
        yield ok("clock", "the same here and at the server")


def _distance(theirs: datetime, before: datetime, after: datetime) -> timedelta:
    """How far a moment is from the time between two others."""
    return max(before - theirs, theirs - after, timedelta(0))


def _search(session: "Session") -> Iterator[Check]:
    ok, warning, _, _ = checks_of(Area.SERVER)
    if search_works(session.reader):
        yield ok("search", "the server looks titles up")
    else:
        remedy = "check that the server reaches TMDB; titles are found again when it does"
        yield warning("search", "the server cannot look titles up now", remedy)


def _requesters(session: "Session", info: ServerInfo) -> Iterator[Check]:
    """Everybody that a list requests as, by the first list that names them."""
    ok, warning, problem, _ = checks_of(Area.REQUESTS)
    asking: dict[int | str | None, list[str]] = {}
    for name, one in session.config.lists.items():
        if not one.input_only:
            who = one.request_as if one.request_as is not None else session.config.server.request_as
            asking.setdefault(who, []).append(name)
    for who, lists in asking.items():
        for_lists = f"for {joined(lists)}"
        try:
            user = session.reader.me() if who is None else resolve_user(session.reader, who)
        except ServerError as error:
            place = session.loaded.place(("lists", lists[0], "request_as"), ("server", "request_as"))
            yield problem(str(who), f"{error}; {for_lists}", f"{error.remedy} in {place}")
            continue
        routes = dict.fromkeys(route for name in lists for route in _routes(session.config.lists[name]))
        expected = _expectations(user, tuple(routes), info)
        told = f"{for_lists}: {'; '.join(expected)}"
        if not any(text.endswith(_EXPECTED["forbidden"]) or "not enabled" in text for text in expected):
            yield ok(user.name, told)
        else:
            remedy = f"permit it in the server's settings, Users → {user.name} → Permissions, or request as another"
            usable = any(text.endswith((_EXPECTED["automatic"], _EXPECTED["pending"])) for text in expected)
            yield (warning if usable else problem)(user.name, told, remedy)
        yield from _quota(session, user)


def _routes(one: ListConfig) -> Iterator[tuple[Kind, bool]]:
    for kind in one.filter.kinds or tuple(Kind):
        for is_4k in one.request.qualities:
            yield kind, is_4k


def _expectations(user: User, routes: tuple[tuple[Kind, bool], ...], info: ServerInfo) -> list[str]:
    """`movies wait for approval`, for each kind and quality."""
    found = []
    for kind, is_4k in routes:
        what = f"{'4K ' if is_4k else ''}{_KINDS[kind]}"
        if is_4k and not (info.movie_4k if kind is Kind.MOVIE else info.tv_4k):
            found.append(f"{what} are not enabled at the server (Settings → Services, a default 4K {_PROGRAMS[kind]})")
        else:
            found.append(f"{what} {_expected(user, kind, is_4k)}")
    return found


def _expected(user: User, kind: Kind, is_4k: bool) -> str:  # noqa: FBT001 - a quality, not a switch
    word = approval(user, kind, is_4k)
    return f"are {_EXPECTED[word]}" if word == "automatic" else _EXPECTED[word]


def _quota(session: "Session", user: User) -> Iterator[Check]:
    """Administrators have none that counts."""
    ok, warning, _, _ = checks_of(Area.REQUESTS)
    if user.permissions & (Permission.ADMIN | Permission.MANAGE_USERS):
        return
    quota = session.reader.quota(user.id)
    left = {"movie": quota.movies_remaining, "season": quota.seasons_remaining}
    told = [count(number, what) for what, number in left.items() if number is not None]
    if not told:
        return
    say = warning if 0 in left.values() else ok
    remedy = "requests beyond it are deferred; raise it in the server's settings, Users" if say is warning else ""
    yield say(f"{user.name}'s quota", f"{' and '.join(told)} left", remedy)


def _services(session: "Session") -> Iterator[Check]:
    """Whether approved requests have somewhere to go."""
    ok, warning, _, _ = checks_of(Area.REQUESTS)
    services = session.reader.services()
    asked = {route for one in session.config.lists.values() if not one.input_only for route in _routes(one)}
    for kind, is_4k in sorted(asked):
        program, quality = _PROGRAMS[kind], "4K" if is_4k else "HD"
        found = next((one for one in services if _is_default(one, kind, is_4k)), None)
        if found is not None:
            yield ok(f"{program} {quality}", f"{found.name} takes {_KINDS[kind]}")
        else:
            what = f"the server has no default {program} for {quality}: what is approved goes nowhere"
            yield warning(f"{program} {quality}", what, f"add one in the server's settings, Services → {program}")


def _is_default(service: Service, kind: Kind, is_4k: bool) -> bool:  # noqa: FBT001 - a quality, not a switch
    return service.kind is kind and service.is_4k is is_4k and service.is_default


def _options(session: "Session") -> Iterator[Check]:
    """Whether what the lists name is there."""
    ok, warning, problem, _ = checks_of(Area.REQUESTS)
    found = option_problems(session)
    for wrong in found:
        say = problem if wrong.lasting else warning
        remedy = wrong.hint or "correct the name, or create what it names in Radarr and Sonarr"
        yield say(wrong.list, f"{wrong.place}: request.{wrong.option}: {wrong.message}", remedy)
    told = {wrong.list for wrong in found}
    for name, one in session.config.lists.items():
        named = [key for key in ("server", "profile", "root_folder", "tags") if getattr(one.request, key) is not None]
        if named and name not in told and not one.input_only:
            yield ok(name, f"{joined(named, 4)} by name: all there")
