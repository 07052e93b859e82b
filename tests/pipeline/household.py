"""A family, its lists and its server for a whole year: what people do, and the conscience that remembers every no.

What must never happen is judged by what the server was sent and by what people did before, never by the program's own
tables."""

import copy
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from providers.servers import ServerError
from reconciler.accepting import accept_list, accept_server
from reconciler.config import Loaded
from reconciler.demo.server import Catalogue, DemoServer, Title
from reconciler.errors import ListsyncError
from reconciler.safekeeping import backup, restore
from schemas.media import Key
from schemas.plan import Action
from schemas.reasons import Reason
from schemas.report import Report, Status
from tests.pipeline.accounting import accounted
from tests.pipeline.feeds import DAY, Feed, Lists
from tests.pipeline.home import START, Clock, Home
from tests.providers.site import Answer, Asked, Site, document, serving

ACTIVE, FAILED, DECLINED, COMPLETED = {1, 2}, 4, 3, 5
TELL_DELETIONS = {"seerr", "jellyseerr-2.7"}
"""The others leave the request approved and the media unknown, as if it were still on its way."""
WHOLE = 0
"""Stands for a film where shows have seasons."""
TABLES = ("users", "media", "requests", "blocked", "_media_of", "_requests_of", "_with_tvdb", "_counters")


@dataclass
class No:
    """Somebody does not want a season of a title, or a film (WHOLE)."""

    at: datetime
    how: str
    away: bool = False
    """No list wanted it at that time."""
    noticed: bool = False
    """listsync ran while a list wanted the title."""


@dataclass(frozen=True)
class Seen:
    """The server at one moment: requests by id and creation, and media rows."""

    requests: dict[tuple[int, str], dict[str, Any]]
    media: list[dict[str, Any]]

    def active(self, key: str) -> Iterable[dict[str, Any]]:
        return (one for one in self.requests.values() if key_of(one) == key and one["status"] in ACTIVE)

    def newest(self, key: str) -> dict[str, Any] | None:
        found = [one for one in self.requests.values() if key_of(one) == key]
        return max(found, key=lambda one: one["id"], default=None)

    def present(self, key: str, statuses: frozenset[int] = frozenset({5})) -> set[int]:
        """Seasons in the library; of a film, WHOLE."""
        found: set[int] = set()
        parsed = Key.parse(key)
        for row in self.media:
            if (row["mediaType"], row["tmdbId"]) == (parsed.kind.value, parsed.tmdb):
                of = "status4k" if parsed.is_4k else "status"
                if row["mediaType"] == "movie" and row[of] in statuses:
                    found.add(WHOLE)
                found |= {one["seasonNumber"] for one in row["seasons"] if one[of] in statuses}
        return found

    def blocked(self, key: str) -> bool:
        return any(row["tmdbId"] == Key.parse(key).tmdb and row["status"] == 6 for row in self.media)


def key_of(request: dict[str, Any]) -> str:
    return f"{request['type']}:tmdb:{request['media']['tmdbId']}{'@4k' if request['is4k'] else ''}"


def seasons_of(request: dict[str, Any]) -> set[int]:
    return {one["seasonNumber"] for one in request.get("seasons") or ()} or {WHOLE}


class PatientHome(Home):
    """Reads its configuration again only when it was edited."""

    read: tuple[str, Loaded] | None = None

    def loaded(self) -> Loaded:
        text = repr(self.yaml)
        if self.read is None or self.read[0] != text:
            self.read = (text, super().loaded())
        return self.read[1]


class House:
    """One household on one product, day after day."""

    def __init__(self, home: Home, product: str, site: Site) -> None:
        self.home, self.product, self.site = home, product, site
        self.lists = Lists()
        self.away: dict[str, Feed] = {}
        """Lists that were taken out of the configuration."""
        self.nos: dict[tuple[str, int], No] = {}
        self.known: dict[str, tuple[str, ...]] = {}
        """Titles that listsync acted for or saw requested, with the lists that wanted them last."""
        self.released: set[str] = set()
        self.seen_there: set[tuple[str, int]] = set()
        self.ours: set[tuple[int, str]] = set()
        self.looked_at: frozenset[tuple[int, str]] = frozenset()
        """The requests that were there when listsync ran last: what came and went since, it never saw."""
        self.allowed: dict[str, datetime] = {}
        """`allow` overrides that lifted nothing yet."""
        self.gone_since: dict[str, datetime] = {}
        self.wished: dict[str, tuple[datetime, timedelta]] = {}
        """When a title came back to somebody's own list, and how long it was on none."""
        self.sent: list[datetime] = []
        self.retried: Counter[int] = Counter()
        self.copies: dict[str, Any] = {}
        self.said: Exception | None = None
        """Why the last run did nothing."""
        self.combined: dict[str, tuple[str, ...]] = {}
        self.codes: Counter[int] = Counter()
        self.posts = 0
        self.asked: set[str] = set()
        """Titles that listsync requested, as far as its ledger knows."""

    # the lists and what the configuration says of them

    @property
    def people(self) -> Any:
        return self.home.server.people

    @property
    def now(self) -> datetime:
        return self.home.clock.now

    def declares(self, name: str, *rows: str, of: tuple[str, ...] = (), **options: Any) -> None:
        """A new list: a file of somebody's own, a page (`web=True`), or a combination."""
        web, passes = options.pop("web", False), options.pop("passes", lambda key: True)
        feed = Feed(name, personal=not web and not of, rows=list(rows), of=of, passes=passes)
        if of:
            self.combined[name] = of
            feed.at_least, feed.without = (
                options["combine"].get("at_least", 1),
                tuple(options["combine"].get("except", ())),
            )
            source: dict[str, Any] = {}
        else:
            source = {"source": f"{self.site.url}/{name}.json" if web else f"file:{name}.txt"}
        self.lists.declared[name] = feed
        self.home.yaml["lists"][name] = source | options
        self._learn(feed)

    def configures(self, name: str, *, passes: Callable[[str], bool] | None = None, **options: Any) -> None:
        """The configuration of a list is edited; what is None is taken out."""
        entry = self.home.yaml["lists"][name]
        for option, value in options.items():
            if value is None:
                entry.pop(option, None)
            else:
                entry[option] = value
        feed = self.lists.declared[name]
        feed.passes = passes or feed.passes
        self._learn(feed)

    def _learn(self, feed: Feed) -> None:
        entry = self.home.yaml["lists"][feed.name]
        feed.limit, feed.policy = entry.get("limit"), dict(entry.get("policy", {}))
        feed.requests = not entry.get("input_only", False)

    def removes_list(self, name: str) -> None:
        self.away[name] = self.lists.declared.pop(name)
        self.copies[f"yaml of {name}"] = self.home.yaml["lists"].pop(name)
        self._combine_what_is_there()

    def brings_list_back(self, name: str) -> None:
        self.lists.declared[name] = self.away.pop(name)
        self.home.yaml["lists"][name] = self.copies[f"yaml of {name}"]
        self._combine_what_is_there()

    def _combine_what_is_there(self) -> None:
        for name, ingredients in self.combined.items():
            of = tuple(one for one in ingredients if one in self.lists.declared)
            feed, made = self.lists.declared[name], self.home.yaml["lists"][name]["combine"]
            feed.of, made["of"] = of, list(of)
            feed.at_least = made["at_least"] = min(2, len(of))

    def renames_list(self, name: str, to: str) -> None:
        """With `was`, in its place."""
        feed = self.lists.declared[name]
        feed.name = to
        entry = self.home.yaml["lists"][name]
        self.lists.declared = {one.name: one for one in self.lists.declared.values()}
        lists = self.home.yaml["lists"].items()
        self.home.yaml["lists"] = {to if old == name else old: one for old, one in lists}
        if not feed.of:
            self.home.yaml["lists"][to] = entry | {"was": name}
        for combination, ingredients in self.combined.items():
            self.combined[combination] = tuple(to if one == name else one for one in ingredients)
        self._combine_what_is_there()
        self.known = {key: tuple(to if one == name else one for one in names) for key, names in self.known.items()}

    def adds(self, name: str, *keys: str) -> None:
        rows = self._feed(name).rows
        rows += [key for key in keys if key not in rows]

    def drops(self, name: str, *keys: str) -> None:
        feed = self._feed(name)
        feed.rows = [key for key in feed.rows if key not in keys]

    def lists_only(self, name: str, *keys: str) -> None:
        self._feed(name).rows = list(keys)

    def breaks(self, *names: str) -> None:
        for name in names:
            self._feed(name).broken = True

    def mends(self, *names: str) -> None:
        for name in names:
            self._feed(name).broken = False

    def _feed(self, name: str) -> Feed:
        return self.lists.declared.get(name) or self.away[name]

    def _overrides(self, kind: str) -> dict[str, Any]:
        found: dict[str, Any] = self.home.yaml.setdefault("overrides", {}).setdefault(kind, {})
        return found

    def denies(self, key: str, **more: Any) -> None:
        self.allows_no_more(key)
        self._overrides("deny")[key] = {"why": "no"} | more
        self.lists.denied.add(key)

    def denies_no_more(self, key: str) -> None:
        del self._overrides("deny")[key]
        self.lists.denied.discard(key)

    def allows(self, key: str, why: str = "yes") -> None:
        if key in self.lists.denied:
            self.denies_no_more(key)
        self._overrides("allow")[key] = {"why": why}
        self.allowed[key] = self.now

    def matches(self, key: str, to: str) -> None:
        """What stands in the lists as one title is another."""
        parsed = Key.parse(key)
        self._overrides("match")[f"tmdb:{parsed.kind.value}:{parsed.tmdb}"] = {"to": to, "why": "mistaken"}
        self.lists.pins[key] = to

    def allows_no_more(self, key: str) -> None:
        self._overrides("allow").pop(key, None)
        self.allowed.pop(key, None)

    def accepts(self, name: str) -> None:
        self.home.within(lambda session: accept_list(session, name))
        self.lists.declared[name].accept()

    # what people do on the server

    def see(self) -> Seen:
        requests = {(one["id"], one["createdAt"]): one for one in self.people.all_requests()}
        return Seen(requests, self.people.all_media())

    def _active(self, key: str) -> list[dict[str, Any]]:
        return list(self.see().active(key))

    def asks(self, key: str, user: int, seasons: Any = "all") -> None:
        """Somebody asks on the server's own pages."""
        parsed = Key.parse(key)
        self.people.request(parsed.kind.value, parsed.tmdb, user=user, seasons=seasons)

    def approves(self, *keys: str) -> None:
        for key in keys:
            for one in self._active(key):
                self.people.approve(one["id"])

    def declines(self, key: str) -> None:
        for one in self._active(key):
            self._no_to(one, "declined")
            self.people.decline(one["id"])

    def deletes_request(self, key: str, request_id: int | None = None) -> None:
        seen = self.see()
        found = [one for one in seen.requests.values() if key_of(one) == key and one["status"] in {1, 2, FAILED}]
        for one in found:
            if request_id in {None, one["id"]} and not seen.present(key) & seasons_of(one):
                self._no_to(one, "request deleted")
                self.people.delete_request(one["id"])

    def _no_to(self, request: dict[str, Any], how: str) -> None:
        """To a request of ours; or to somebody else's for a film that a list wants. Once no list does, somebody else's
        request is nobody's business (the design's row 13)."""
        key = key_of(request)
        mine = (request["id"], request["createdAt"]) in self.ours
        seen = (request["id"], request["createdAt"]) in self.looked_at
        if mine or (seen and key in self.known and key not in self.released and request["type"] == "movie"):
            self._no(key, seasons_of(request), how)
        elif key in self.known:
            self.released.add(key)  # it may be taken for a no, and need not

    def _no(self, key: str, seasons: Iterable[int], how: str) -> None:
        for season in seasons:
            self.nos[key, season] = No(self.now, how, key in self.released)

    def watches(self, key: str, seasons: Iterable[int] | None = None) -> None:
        """The files arrive."""
        parsed = Key.parse(key)
        self.people.make_available(parsed.kind.value, parsed.tmdb, seasons=seasons, is4k=parsed.is_4k)

    def fails(self, key: str) -> None:
        for one in self._active(key):
            self.people.fail_request(one["id"])

    def deletes_files(self, key: str, seasons: Iterable[int] | None = None) -> None:
        parsed = Key.parse(key)
        there = self.see().present(key)
        gone = there if seasons is None else there & set(seasons)
        tells = self.product in TELL_DELETIONS
        self._no(key, {one for one in gone if tells or (key, one) in self.seen_there}, "files deleted")
        self.people.delete_files(parsed.kind.value, parsed.tmdb, seasons=seasons, is4k=parsed.is_4k)

    def clears(self, key: str) -> None:
        """The administrator clears a title's data: its row and all its requests go."""
        self._vanishes(key, "cleared")
        parsed = Key.parse(key)
        self.people.delete_media(parsed.kind.value, parsed.tmdb)

    def _vanishes(self, key: str, how: str) -> None:
        seen = self.see()
        for one in seen.active(key):
            self._no_to(one, how)
        if any(key_of(one) == key for place, one in seen.requests.items() if place in self.ours):
            self.released.add(key)  # what was ours and is done vanishes, too: it may be taken for a no
        self._no(key, {one for one in seen.present(key) if (key, one) in self.seen_there}, how)

    def blocks(self, key: str) -> None:
        parsed = Key.parse(key)
        self._vanishes(key, "blocklisted")
        self.people.block(parsed.kind.value, parsed.tmdb)

    def unblocks(self, key: str) -> None:
        self.people.unblock(Key.parse(key).tmdb)

    # what becomes of the server and of the ledger

    def copies_server(self) -> None:
        state = self.home.server.state
        with state.lock:
            self.copies["server"] = copy.deepcopy({name: getattr(state, name) for name in TABLES})

    def reinstalls(self, *, with_copy: bool) -> None:
        """Another installation at the same address and key: empty, or with an old copy of its database."""
        before = self.see()
        self.people.reset()
        state = self.home.server.state
        if with_copy:
            with state.lock:
                for name, table in copy.deepcopy(self.copies["server"]).items():
                    setattr(state, name, table)
                state.tmdb.remembered.clear()
        after = self.see()
        for place, one in before.requests.items():
            if place not in after.requests and one["status"] in ACTIVE:
                self._no_to(one, "gone with the server")
        for key in self.known:
            lost = before.present(key) - after.present(key)
            self._no(key, {one for one in lost if (key, one) in self.seen_there}, "gone with the server")
        self.ours &= after.requests.keys()

    def accepts_server(self) -> None:
        self.home.within(accept_server)

    def backs_up(self) -> None:
        self.copies["ledger"] = backup(self.home.loaded(), self.home.folder / "copy.db", self.now)
        self.copies["copied at"] = self.now
        self.copies["away"] = copy.deepcopy({n: f.kept for n, f in self.away.items()})
        kept = ("known", "released", "seen_there", "gone_since", "ours", "asked")
        self.copies["memory"] = {name: copy.copy(getattr(self, name)) for name in kept}
        self.copies["feeds"] = copy.deepcopy({n: f.kept for n, f in self.lists.declared.items()})

    def restores(self) -> None:
        """An old copy of the ledger is put back: what was first seen since then is forgotten."""
        restore(self.home.loaded(), self.copies["ledger"], self.now)
        for name, value in self.copies["memory"].items():
            setattr(self, name, copy.copy(value))
        kept = self.copies["feeds"] | self.copies["away"]
        for name, feed in (self.lists.declared | self.away).items():
            feed.trusted, feed.previous, feed.extra, feed.suspicion = kept.get(name, (None, None, (), None))
        self._see_allows_anew()
        self._only_what_the_server_tells(lambda key: key in self.known)
        for no in self.nos.values():
            if no.at >= self.copies["copied at"]:
                no.how = "forgotten"
        self.released |= self.known.keys()  # what we withdrew since then looks like somebody's no

    def loses_ledger(self) -> None:
        shutil.rmtree(self.home.folder / "data", ignore_errors=True)
        self.known.clear()
        self.released.clear()
        self.seen_there.clear()
        self.gone_since.clear()
        self.ours.clear()
        self.asked.clear()
        for feed in (*self.lists.declared.values(), *self.away.values()):
            feed.forget()
        self._see_allows_anew()
        self._only_what_the_server_tells(lambda key: False)

    def _see_allows_anew(self) -> None:
        """To a ledger that does not know them, overrides are new."""
        self.allowed = dict.fromkeys(self._overrides("allow"), self.now)
        self.sent.clear()

    def _only_what_the_server_tells(self, remembered: Callable[[str], bool]) -> None:
        seen = self.see()
        for key, season in list(self.nos):
            newest = seen.newest(key)
            told = newest is not None and newest["status"] == DECLINED
            told |= season in seen.present(key, frozenset({7}))
            if not told and not remembered(key):
                del self.nos[key, season]

    # a day

    def write_lists(self) -> None:
        for feed in self.lists.declared.values():
            entry = self.home.yaml["lists"][feed.name]
            if feed.personal and not feed.of:
                path = self.home.folder / entry["source"].removeprefix("file:")
                path.write_text("\n".join(feed.rows) or "# nothing\n", encoding="utf-8")
                if feed.broken:
                    path.unlink()

    def page(self, asked: Asked) -> Answer:
        """What the web answers."""
        name = asked.path.strip("/").removesuffix(".json")
        feed = next(
            feed
            for feed in self.lists.declared.values()
            if self.home.yaml["lists"][feed.name].get("source", "").endswith(f"/{name}.json")
        )
        if feed.broken:
            return Answer(b"away", 503)
        titles = self.home.server.state.tmdb.catalogue
        found = [titles.get("movie", Key.parse(key).tmdb) for key in feed.rows]
        return document(
            json.dumps([{"id": one.tmdb_id, "title": one.title, "release_year": str(one.year)} for one in found])
        )

    def run(self) -> int:
        """One apply, and everything that must hold after it; the exit code."""
        self.write_lists()
        before = self.see()
        self.home.server.reset_calls()
        report: Report | None = None
        self.said = None
        try:
            report = self.home.apply()
            code = report.exit_code
        except ListsyncError as error:
            self.said, code = error, error.exit_code
        except ServerError as error:
            self.said, code = error, 1
        self.codes[code] += 1
        if report is not None or code == 4:
            self.lists.fetch(self.now)
            self._notice_presences()
        after = self.see()
        Conscience(self, before, after).judge(report, code)
        self.looked_at = frozenset(after.requests)
        assert self.home.server.crashed is None
        return code

    def _notice_presences(self) -> None:
        """Who lost what and found it again, as the lists themselves say: no filter, limit or denial counts."""
        wants = self.lists.wants()
        for key in {*self.known, *(key for key, _ in self.nos)}:
            held = any(key in feed.contents for feed in self.lists.declared.values() if not feed.of)
            if key in wants:
                since = self.gone_since.pop(key, None)
                mine = [name for name in wants[key] if self._wishes(name, key)]
                if since is not None and mine:
                    self.wished[key] = (self.now, self.now - since)
            elif key not in self.gone_since and self.lists.lost(key, self.known.get(key, ())):
                self.gone_since[key] = self.now
            assert held or key not in wants or key in self.lists.pins.values()

    def _wishes(self, name: str, key: str) -> bool:
        """Whether somebody put it on a list of theirs just now."""
        feed = self.lists.declared[name]
        return feed.personal and not feed.of and key in feed.gained


class Conscience:
    """What a run did, against everything that people ever said."""

    def __init__(self, house: House, before: Seen, after: Seen) -> None:
        self.house, self.before, self.after = house, before, after
        self.wants = house.lists.wants()

    def judge(self, report: Report | None, code: int) -> None:
        house = self.house
        foreign = self.before.requests.keys() - house.ours
        new = self.after.requests.keys() - self.before.requests.keys()
        writes = house.home.server.calls.writes()
        for call in writes:
            what = call.path.strip("/").split("/")
            if call.method == "POST" and what == ["request"]:
                self._asked(call)
            elif call.method == "DELETE" and what[0] == "request":
                self._cancelled(int(what[1]))
            else:
                assert (call.method, what[0], what[2]) == ("POST", "request", "retry"), call
                self._retried(int(what[1]))
        house.ours |= new
        for place in foreign:
            assert place in self.after.requests, "somebody else's request is gone"
            now, was = self.after.requests[place], self.before.requests[place]
            assert (now["status"], seasons_of(now)) == (was["status"], seasons_of(was)), (
                "somebody else's request changed"
            )
        self._media_is_left_alone()
        self._nothing_twice()
        self._budgets(len([call for call in writes if call.method == "POST"]))
        self._exit_code(report, code)
        assert house.home.server.calls.most_writes_at_once <= 1
        if report is not None:
            self._afterwards(report)

    def _asked(self, call: Any) -> None:
        """A request that was sent: wanted, in the name of its lead, for what is neither there nor refused."""
        house, body = self.house, call.body if isinstance(call.body, dict) else json.loads(call.body)
        key = f"{body['mediaType']}:tmdb:{body['mediaId']}{'@4k' if body['is4k'] else ''}"
        title = key.removesuffix("@4k")
        seasons = set(body.get("seasons") or ()) or {WHOLE}
        house.posts += 1
        house.asked.add(title)
        assert title in self.wants, f"{key} is wanted by no list"
        assert title not in house.lists.denied, f"{key} is denied"
        assert not self.before.blocked(key), f"{key} is blocklisted"
        assert not seasons & self.before.present(key), f"{key} is there"
        for one in self.before.active(key):
            # The server keeps the approved request of a film that was deleted, and answers 409 for its sake.
            in_vain = call.status == 409 and seasons <= self.before.present(key, frozenset({7}))
            assert in_vain or not seasons & seasons_of(one), f"{key} is requested"
        lead = self.wants[title][0]
        assert call.user == self._requester(lead), f"{key} was requested for {call.user}"
        for season in seasons:
            no = house.nos.get((key, season))
            assert no is None or self._lifted(title, no, lead), f"{key} {season}: {no} was not respected"
        for season in seasons:
            house.nos.pop((key, season), None)
        if title in house.allowed:
            del house.allowed[title]

    def _requester(self, name: str) -> str | None:
        yaml = self.house.home.yaml
        who = yaml["lists"][name].get("request_as", yaml["server"].get("request_as"))
        if who is None:
            return None
        return str(next(one.id for one in self.house.home.server.state.users.values() if one.name == who))

    def _lifted(self, title: str, no: No, lead: str) -> bool:
        """By a later `allow`; by a return to a list of somebody's own, a day later where it was refused while it was
        wanted; by the policy."""
        feed, when = self.house.lists.declared[lead], self.house.allowed.get(title)
        if when is not None and when >= no.at:
            return True
        wish = self.house.wished.get(title)
        asks = feed.policy.get("on_relisted", "request" if feed.personal else "respect") == "request"
        if wish is not None and asks and wish[0] > no.at and (no.away or wish[1] >= DAY):
            return True
        return no.how != "declined" and feed.policy.get("on_deleted") == "request"

    def _cancelled(self, request_id: int) -> None:
        place, one = next((place, one) for place, one in self.before.requests.items() if one["id"] == request_id)
        key, house = key_of(one).removesuffix("@4k"), self.house
        assert place in house.ours, "somebody else's request was withdrawn"
        assert one["status"] == 1, "only what is pending may be withdrawn"
        assert key not in self.wants, f"{key} is wanted"
        assert house.lists.lost(key, house.known[key]), f"the loss of {key} is not confirmed"
        lists = house.lists.declared | house.away
        policies = {lists[name].policy.get("on_removed") for name in house.known[key] if name in lists}
        assert "cancel" in policies or key in house.lists.pins, f"no policy withdraws {key}"

    def _retried(self, request_id: int) -> None:
        house = self.house
        place, one = next((place, one) for place, one in self.before.requests.items() if one["id"] == request_id)
        assert place in house.ours
        assert one["status"] == FAILED
        house.retried[request_id] += 1
        assert house.retried[request_id] <= 3
        lead = self.wants[key_of(one).removesuffix("@4k")][0]
        assert house.lists.declared[lead].policy.get("on_failed") == "retry"

    def _media_is_left_alone(self) -> None:
        """What is in the library, deleted or blocklisted is so after the run."""
        now = {row["id"]: row for row in self.after.media}
        for row in self.before.media:
            for status in ("status", "status4k"):
                if row[status] in {4, 5, 6, 7}:
                    assert now[row["id"]][status] == row[status] or row[status] == 7

    def _nothing_twice(self) -> None:
        covered = Counter(
            (key_of(one), season)
            for one in self.after.requests.values()
            if one["status"] in ACTIVE
            for season in seasons_of(one)
        )
        assert not [place for place, count in covered.items() if count > 1]

    def _budgets(self, sent: int) -> None:
        house, budget = self.house, self.house.home.yaml.get("rails", {}).get("budget", {})
        assert sent <= budget.get("per_run", sent)
        house.sent += [house.now] * sent
        recent = [at for at in house.sent if at > house.now - DAY]
        assert len(recent) <= budget.get("per_day", len(recent))
        if house.home.yaml.get("rails", {}).get("pause"):
            assert not sent

    def _exit_code(self, report: Report | None, code: int) -> None:
        bad = {"refused", "unknown", "left"}
        if report is None:
            assert code in {1, 4}
            return
        lists = self.house.lists
        partly = lists.failing or any(one.status.value in bad for one in report.outcomes)
        nothing = lists.all_failing and not report.outcomes and not report.recorded
        assert code == (1 if nothing else 3 if partly else 0), (code, report.outcomes, report.held)

    def _afterwards(self, report: Report) -> None:
        """A second plan is empty, every row has its fate, and what is wanted and refused by nobody stands requested."""
        house = self.house
        plan, _ = accounted(house.home, lists=())
        put_off = {one.key for one in report.deferred} | {
            one.key for one in report.outcomes if one.status is Status.DEFERRED
        }
        done = {one.key for one in report.outcomes}
        # An apply that waits for the server takes seconds: the day between two tries may end meanwhile.
        put_off |= {one.key for one in plan.actions if one.action is Action.RETRY and one.key not in done}
        assert all(one.key in put_off for one in plan.actions), "a second plan right after an apply has nothing to do"
        waiting = {str(key) for key in put_off} | {
            str(one.key) for one in (*plan.held, *plan.deferred) if one.reason is not Reason.SUPPRESSED
        }
        for key in self.wants:
            house.known.setdefault(key, ())
            newest = self.after.newest(key)
            refused = any(one == key for one, _ in house.nos) or key in house.released
            refused |= newest is not None and newest["status"] in {DECLINED, COMPLETED}  # or was there, and is gone
            stands = any(self.after.active(key)) or self.after.present(key, frozenset({5, 7}))
            assert stands or refused or key in waiting, f"{key} is wanted, refused by nobody, and not requested"
        self._remember()

    def _forgives(self, key: str) -> None:
        """What was never ours, and vanished when no list wanted it any more, was no answer to listsync (row 13)."""
        for place, no in list(self.house.nos.items()):
            if place[0] == key and not no.noticed and place[0] not in self.house.asked:
                del self.house.nos[place]

    def _remember(self) -> None:
        house = self.house
        for key, sponsors in self.wants.items():
            house.known[key] = tuple(sponsors)
            newest = self.after.newest(key)
            if newest is not None and newest["status"] == DECLINED:
                for season in seasons_of(newest):
                    house.nos.setdefault((key, season), No(house.now, "declined"))
            house.seen_there |= {(key, season) for season in self.after.present(key)}
        for (key, _), no in house.nos.items():
            no.noticed |= key in self.wants
        for key in list(house.known):
            if key not in self.wants and house.lists.lost(key, house.known[key]):
                house.released.add(key)
                self._forgives(key)
            elif key in self.wants and (any(self.after.active(key)) or self.after.present(key)):
                house.released.discard(key)


@contextmanager
def household(folder: Path, product: str, titles: Iterable[Title]) -> Any:
    """A house without lists yet."""
    clock = Clock(START)
    found: list[House] = []
    with (
        DemoServer(product, Catalogue(titles), pending_share=0.0, clock=clock) as server,
        serving(lambda asked: found[0].page(asked)) as site,
    ):
        found.append(House(PatientHome(folder, server, clock), product, site))
        yield found[0]
