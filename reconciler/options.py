"""Request options by name: a list's server, profile, root folder and tags become the ids of the server's Radarr and
Sonarr. What they have to choose from is asked once, and kept."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from providers.servers import ServerError, ServiceUnavailable
from reconciler.core.desire import Route
from reconciler.errors import ListsyncError
from reconciler.session import Session
from schemas.config import ListConfig, Request, did_you_mean
from schemas.media import Kind
from schemas.server import RequestOptions, Service, ServiceOptions

KEPT = timedelta(days=7)
"""Kept choices are asked for again after that, and whenever a name is not among them."""
SHOWN = 12
Made = TypeVar("Made")
_PROGRAMS = {Kind.MOVIE: "Radarr", Kind.TV: "Sonarr"}


@dataclass(frozen=True, slots=True)
class OptionProblem:
    """An option of a list that names what there is not."""

    list: str
    option: str
    """As in the configuration: `server`, `profile`, `root_folder`, `tags`."""
    message: str
    hint: str = ""
    lasting: bool = True
    """False: it could not be looked up just now."""
    place: str = ""
    """Where it is written, `listsync.yaml:12:7`."""

    def __str__(self) -> str:
        told = (self.place, f"lists.{self.list}.request.{self.option}", self.message)
        return ": ".join(filter(None, told)) + (f" ({self.hint})" if self.hint else "")


class UnknownOptions(ListsyncError):
    """Lists ask for servers, profiles, folders or tags that do not exist; `problems` has one for each, and `str()` is a
    line for each."""

    def __init__(self, problems: tuple[OptionProblem, ...]) -> None:
        what = "what a list names does" if len(problems) == 1 else f"{len(problems)} of the things that lists name do"
        super().__init__(
            f"{what} not exist at the server",
            remedy="correct the names in listsync.yaml, or create what they name in Radarr and Sonarr",
        )
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


@dataclass(frozen=True, slots=True)
class Routing:
    """Where a list's requests go."""

    routes: Mapping[Route, RequestOptions] = field(default_factory=dict)
    waiting: Mapping[Route, OptionProblem] = field(default_factory=dict)
    """Why titles of a kind and quality have to wait."""
    problems: tuple[OptionProblem, ...] = ()
    """Mistakes: nothing may be sent before they are corrected."""


def route_lists(session: Session, base: Mapping[str, RequestOptions]) -> dict[str, Routing]:
    """How each list's titles are requested, on top of its `base` options. The server is asked only where a list names
    something. Raises UnknownOptions with every name that does not exist, and ServerError."""
    found = _routings(session, base)
    problems = tuple(problem for one in found.values() for problem in one.problems)
    if problems:
        raise UnknownOptions(problems)
    return found


def option_problems(session: Session) -> tuple[OptionProblem, ...]:
    """Every name that does not exist, for one kind of titles at least, and every service that could not be asked: for a
    check-up. Raises ServerError."""
    routings = _routings(session, dict.fromkeys(session.config.lists, RequestOptions()))
    found = ((*one.problems, *one.waiting.values()) for one in routings.values())
    return tuple(dict.fromkeys(problem for some in found for problem in some))


def choices_of(session: Session, service: Service) -> ServiceOptions | None:
    """What can be chosen in that Radarr or Sonarr, as a plan made now knows it: kept, or asked. None: it was never
    told, and does not answer. Raises ServerError."""
    try:
        return _Choices(session).of(service, lambda known: known)
    except _Wrong:
        return None


def profile_name(session: Session, kind: Kind, server: int | None, profile: int) -> str:
    """The name of a quality profile, else its number: what it is called must not end a plan."""
    try:
        services = [one for one in session.reader.services() if one.kind is kind]
        asked = next((one for one in services if one.id == server or (server is None and one.is_default)), None)
        known = choices_of(session, asked) if asked is not None else None
    except ServerError:
        known = None
    names = (name for name, number in (known.profiles if known else {}).items() if number == profile)
    return next(names, str(profile))


def _routings(session: Session, base: Mapping[str, RequestOptions]) -> dict[str, Routing]:
    naming = {name: one for name, one in session.config.lists.items() if not one.input_only and _names(one.request)}
    if not naming:
        return {name: Routing() for name in session.config.lists}
    choices = _Choices(session)
    services = session.reader.services()

    def place(name: str, option: str) -> str:
        return session.loaded.place(("lists", name, "request", option))

    return {
        name: _route(name, naming[name], base[name], services, choices, place) if name in naming else Routing()
        for name in session.config.lists
    }


def _names(request: Request) -> bool:
    return any(one is not None for one in (request.server, request.profile, request.root_folder, request.tags))


def _route(
    name: str,
    one: ListConfig,
    base: RequestOptions,
    services: Iterable[Service],
    choices: "_Choices",
    place: Callable[[str, str], str],
) -> Routing:
    """Each kind and quality by itself. What fails is a mistake, unless the list does not say which kinds it is about
    and another kind may have all that is named: then only titles of the failing kind wait, should there be any."""
    routes: dict[Route, RequestOptions] = {}
    failed: dict[Route, OptionProblem] = {}
    for kind in one.filter.kinds or tuple(Kind):
        for is_4k in one.request.qualities:
            try:
                service = _service(one.request, (kind, is_4k), services)
                routes[kind, is_4k] = _options(one.request, base, service, choices)
            except _Wrong as wrong:
                failed[kind, is_4k] = replace(wrong.problem, list=name, place=place(name, wrong.problem.option))
    able = {kind for kind, _ in routes} | {kind for (kind, _), problem in failed.items() if not problem.lasting}
    waiting = {
        (kind, is_4k): problem
        for (kind, is_4k), problem in failed.items()
        if not problem.lasting or not (one.filter.kinds or not able or kind in able)
    }
    mistakes = (problem for route, problem in failed.items() if route not in waiting)
    return Routing(routes, waiting, tuple(dict.fromkeys(mistakes)))


class _Wrong(Exception):
    """Carries a problem to the list that it is about."""

    def __init__(self, option: str, message: str, hint: str = "", *, lasting: bool = True) -> None:
        super().__init__(message)
        self.problem = OptionProblem("", option, message, hint, lasting)


def _service(request: Request, route: Route, services: Iterable[Service]) -> Service:
    """The Radarr or Sonarr by name, or else the one that the server itself would choose."""
    kind, is_4k = route
    program, quality = _PROGRAMS[kind], "4K" if is_4k else "HD"
    those = [service for service in services if service.kind is kind]
    if request.server is None:
        default = next((one for one in those if one.is_default and one.is_4k is is_4k), None)
        if default is None:
            raise _Wrong(_first(request), f"the server has no default {program} for {quality} to look it up in")
        return default
    by_name = {one.name: one for one in those}
    service = by_name.get(_named(request.server, by_name, "server", f"{program} of the server"))
    assert service is not None
    if service.is_4k is not is_4k:
        other = "4K" if service.is_4k else "HD"
        raise _Wrong(
            "server", f"{service.name} takes requests in {other}, and the list asks in {quality}", "see `is_4k`"
        )
    return service


def _first(request: Request) -> str:
    return next(name for name in ("profile", "root_folder", "tags") if getattr(request, name) is not None)


def _options(request: Request, base: RequestOptions, service: Service, choices: "_Choices") -> RequestOptions:
    """The ids are the service's own, so that the service is named with them."""
    options = base.model_copy(update={"server_id": service.id})
    if not (request.profile or request.root_folder or request.tags is not None):
        return options

    def ids(known: ServiceOptions) -> RequestOptions:
        return options.model_copy(update=dict(_chosen(request, service.name, known)))

    return choices.of(service, ids)


def _chosen(request: Request, of: str, known: ServiceOptions) -> Iterator[tuple[str, object]]:
    if request.profile is not None:
        name = _named(request.profile, known.profiles, "profile", f"quality profile of {of}")
        yield "profile_id", known.profiles[name]
    if request.root_folder is not None:
        by_path = {path.rstrip("/\\"): path for path in known.root_folders}
        path = _named(request.root_folder.rstrip("/\\"), by_path, "root_folder", f"root folder of {of}")
        yield "root_folder", by_path[path]
    if request.tags is not None:
        labels = [_named(tag, known.tags, "tags", f"tag of {of}") for tag in request.tags]
        yield "tags", tuple(dict.fromkeys(known.tags[label] for label in labels))


def _named(wanted: str, there: Iterable[str], option: str, what: str) -> str:
    """The name as it is there, letter case aside."""
    names = list(there)
    if wanted in names:
        return wanted
    alike = [name for name in names if name.casefold() == wanted.casefold()]
    if len(alike) == 1:
        return alike[0]
    shown = ", ".join(sorted(names)[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    message = (
        f"{wanted!r} is no {what}; there {f'are {shown}' if len(names) > 1 else f'is {shown}' if names else 'is none'}"
    )
    raise _Wrong(option, message, did_you_mean(wanted, names))


class _Choices:
    """What can be chosen in each Radarr and Sonarr: as kept in the ledger, or as asked in this run."""

    def __init__(self, session: Session) -> None:
        self._reader, self._now = session.reader, session.tools.clock()
        self._memory = session.ledger.memory(f"server:{session.config.server.name}")
        self._installation = session.server.fingerprint[:16]
        self._asked: dict[str, ServiceOptions | ServiceUnavailable] = {}

    def of(self, service: Service, ids: Callable[[ServiceOptions], Made]) -> Made:
        """What `ids` makes of the choices. It raises for a name that is not among them: then they are asked for anew,
        as when they are old."""
        kept, at = self._kept(service)
        missing: _Wrong | None = None
        if kept is not None and timedelta(0) <= self._now - at < KEPT:
            try:
                return ids(kept)
            except _Wrong as wrong:
                missing = wrong
        told = self._ask(service)
        if isinstance(told, ServiceOptions):
            return ids(told)
        if kept is None or missing is not None:
            what = missing.problem.option if missing else "server"
            raise _Wrong(what, f"{told}, so that what it has cannot be looked up", told.remedy, lasting=False)
        return ids(kept)

    def _ask(self, service: Service) -> ServiceOptions | ServiceUnavailable:
        name = self._name(service)
        if name not in self._asked:
            try:
                told = self._reader.service_options(service)
            except ServiceUnavailable as error:
                self._asked[name] = error
            else:
                self._asked[name] = told
                self._memory.put_many({name: json.dumps({"at": self._now.isoformat(), **told.model_dump(mode="json")})})
        return self._asked[name]

    def _kept(self, service: Service) -> tuple[ServiceOptions | None, datetime]:
        text = self._memory.get_many((self._name(service),)).get(self._name(service))
        if text is None:
            return None, self._now
        kept = json.loads(text)
        return ServiceOptions.model_validate({**kept, "at": None}), datetime.fromisoformat(kept["at"])

    def _name(self, service: Service) -> str:
        """Of this installation, and of what the service is called there: another one may get a number anew."""
        return f"{self._installation}:{service.kind.value}:{service.id}:{service.name}"
