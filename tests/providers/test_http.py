"""The one line to the list services: polite, bounded, and never fooled by what is not an answer."""

import gzip
import json
import resource
import threading
import time
import zlib

import pytest

from providers.base import Capabilities, ProviderSettings
from providers.errors import AuthRequired, Challenged, Malformed, NotFound, Transient, Unavailable
from providers.http import Http, HttpEvent, HttpPool, Repeat, masked
from providers.http.guard import refused
from providers.http.rate import HostRates
from schemas.media import Kind

from .conftest import Clock
from .site import Answer, Asked, document, page, serving

CAPABILITIES = Capabilities(kinds=frozenset(Kind), forms=(), gives_total=False, gives_ids=(), rate=0)


def bound(pool: HttpPool, **settings: object) -> Http:
    return pool.bind("test", ProviderSettings(**{"timeout": 5.0, "retries": 3} | settings), CAPABILITIES)  # type: ignore[arg-type]


def answers(*told: Answer):
    """One answer after the other; the last one for good."""
    left = list(told)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


class TestAsking:
    def test_says_honestly_who_asks(self, http_pool: HttpPool) -> None:
        with serving(answers(document("[]"))) as site:
            bound(http_pool).get(site.url)
        assert site.asked[0].headers["user-agent"].startswith("listsync/")

    def test_a_configured_user_agent_wins_over_the_providers_own(self, http_pool: HttpPool) -> None:
        with serving(answers(document("[]"))) as site:
            bound(http_pool).get(site.url, headers={"User-Agent": "theirs"})
            bound(http_pool, user_agent="mine").get(site.url, headers={"User-Agent": "theirs"})
        assert [one.headers["user-agent"] for one in site.asked] == ["theirs", "mine"]

    def test_adds_the_query_to_what_the_address_already_asks(self, http_pool: HttpPool) -> None:
        with serving(answers(document("[]"))) as site:
            bound(http_pool).get(f"{site.url}/a?x=1#part", query={"page": 2, "q": "a b"})
        assert site.asked[0].query == {"x": "1", "page": "2", "q": "a b"}

    def test_posts_json(self, http_pool: HttpPool) -> None:
        with serving(answers(document('{"data": 1}'))) as site:
            reply = bound(http_pool).post(f"{site.url}/graphql", json={"query": "é"})
        assert reply.json() == {"data": 1}
        assert json.loads(site.asked[0].body) == {"query": "é"}
        assert site.asked[0].headers["content-type"] == "application/json"

    def test_cookies_of_a_browser_are_used_at_their_host_alone(self, http_pool: HttpPool) -> None:
        http_pool.adopt("127.0.0.1", {"cf_clearance": "x"}, "Browser/1")
        with serving(answers(document("[]"))) as site:
            bound(http_pool, user_agent="mine").get(site.url)
            bound(http_pool).get(site.url.replace("127.0.0.1", "localhost"))
        assert [one.headers.get("cookie") for one in site.asked] == ["cf_clearance=x", None]
        assert site.asked[0].headers["user-agent"] == "Browser/1"

    def test_cookies_that_a_service_sets_are_not_kept(self, http_pool: HttpPool) -> None:
        with serving(answers(document("[]", Set_Cookie="a=b"))) as site:
            bound(http_pool).get(site.url)
            bound(http_pool).get(site.url)
        assert "cookie" not in site.asked[1].headers

    def test_asks_whether_something_changed_and_keeps_what_did_not(self, http_pool: HttpPool) -> None:
        def answer(asked: Asked) -> Answer:
            if asked.headers.get("if-none-match") == '"1"':
                return Answer(status=304, headers={"ETag": '"1"'})
            return document("[1]", ETag='"1"')

        with serving(answer) as site:
            first, second = bound(http_pool).get(site.url), bound(http_pool).get(site.url)
        assert (second.status, second.json()) == (200, first.json())
        assert len(site.asked) == 2

    def test_another_key_is_another_question(self, http_pool: HttpPool) -> None:
        with serving(answers(document("[1]", ETag='"1"'))) as site:
            bound(http_pool).get(site.url, headers={"Authorization": "one"})
            bound(http_pool).get(site.url, headers={"Authorization": "two"})
        assert "if-none-match" not in site.asked[1].headers


class TestAnswers:
    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            ("é".encode(), "text/plain"),
            (b"\xef\xbb\xbf" + "é".encode(), "text/plain; charset=latin-1"),
            ("é".encode("latin-1"), "text/plain; charset=ISO-8859-1"),
            (b"\xff\xfe" + "é".encode("utf-16-le"), "text/plain"),
            ("é".encode(), "text/plain; charset=no-such-thing"),
        ],
    )
    def test_text_is_read_by_its_mark_then_by_its_charset(
        self, http_pool: HttpPool, body: bytes, content_type: str
    ) -> None:
        with serving(answers(Answer(body, headers={"Content-Type": content_type}))) as site:
            assert bound(http_pool).get(site.url).text == "é"

    def test_json_may_begin_with_a_mark(self, http_pool: HttpPool) -> None:
        with serving(answers(document(b"\xef\xbb\xbf[1]"))) as site:
            assert bound(http_pool).get(site.url).json() == [1]

    @pytest.mark.parametrize("body", ["<html>", "[1,", "", "[" * 100_000])
    def test_what_is_no_json_is_malformed(self, http_pool: HttpPool, body: str) -> None:
        with serving(answers(document(body))) as site, pytest.raises(Malformed):
            bound(http_pool).get(site.url).json()

    @pytest.mark.parametrize(
        ("status", "error"),
        [(401, AuthRequired), (402, AuthRequired), (403, AuthRequired), (404, NotFound), (410, NotFound),
         (400, Malformed), (202, Malformed), (204, Malformed), (304, Malformed), (418, Malformed)],
    )  # fmt: skip
    def test_every_other_status_than_success_stands_for_an_error(
        self, http_pool: HttpPool, status: int, error: type[Exception]
    ) -> None:
        with serving(answers(Answer(status=status))) as site, pytest.raises(error, match=r"the list x: .*127"):
            bound(http_pool).get(site.url).require(what="the list x")

    @pytest.mark.parametrize(
        ("encoding", "body"),
        [
            ("gzip", gzip.compress(b"[1]")),
            ("gzip", gzip.compress(b"[1") + gzip.compress(b"]")),
            ("deflate", zlib.compress(b"[1]")),
            ("deflate", zlib.compress(b"[1]")[2:-4]),
        ],
        ids=["gzip", "gzip in two parts", "zlib", "deflate"],
    )
    def test_compressed_answers_are_unpacked(self, http_pool: HttpPool, encoding: str, body: bytes) -> None:
        with serving(answers(Answer(body, headers={"Content-Encoding": encoding}))) as site:
            assert bound(http_pool).get(site.url).json() == [1]

    @pytest.mark.parametrize(
        "body",
        [b"no gzip", gzip.compress(b"x" * 1000)[:-12], gzip.compress(b"[1]")[:5]],
        ids=["none", "cut at its end", "cut in its head"],
    )
    def test_an_answer_that_cannot_be_unpacked_is_malformed(self, http_pool: HttpPool, body: bytes) -> None:
        with serving(answers(Answer(body, headers={"Content-Encoding": "gzip"}))) as site, pytest.raises(Malformed):
            bound(http_pool).get(site.url)

    @pytest.mark.parametrize("repeat", [1, 200])
    def test_an_answer_above_the_limit_is_cut_off(self, http_pool: HttpPool, repeat: int) -> None:
        """Whether its length is announced or not."""
        with serving(answers(Answer(b"x" * 20_000, repeat=repeat))) as site:
            with pytest.raises(Malformed, match="more than"):
                bound(http_pool).get(site.url, max_bytes=10_000)
            assert len(bound(http_pool).get(site.url, max_bytes=20_000 * repeat).content) == 20_000 * repeat

    def test_a_compression_bomb_costs_little_memory(self, http_pool: HttpPool) -> None:
        bomb = gzip.compress(b"\0" * 300_000_000, 1)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with serving(answers(Answer(bomb, headers={"Content-Encoding": "gzip"}))) as site, pytest.raises(Malformed):
            bound(http_pool).get(site.url, max_bytes=1 << 20)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


class TestRedirects:
    def test_are_followed_to_where_the_list_is(self, http_pool: HttpPool) -> None:
        with serving(
            lambda asked: document("[1]") if asked.path == "/b" else Answer(status=302, headers={"Location": "/b"})
        ) as site:
            reply = bound(http_pool).get(f"{site.url}/a")
        assert reply.json() == [1]
        assert reply.url.endswith("/b")

    def test_in_circles_are_malformed(self, http_pool: HttpPool) -> None:
        with serving(answers(Answer(status=301, headers={"Location": "/"}))) as site, pytest.raises(Malformed):
            bound(http_pool).get(site.url)
        assert len(site.asked) == 6

    def test_take_no_credentials_to_another_origin(self, http_pool: HttpPool) -> None:
        http_pool.adopt("127.0.0.1", {"session": "x"}, "Browser/1")
        with serving(answers(document("[]"))) as other:
            elsewhere = other.url.replace("127.0.0.1", "localhost")
            with serving(answers(Answer(status=307, headers={"Location": elsewhere}))) as site:
                bound(http_pool).get(site.url, headers={"Authorization": "x", "trakt-api-key": "y", "Accept": "z"})
        fields = other.asked[0].headers
        assert fields["accept"] == "z"
        assert not {"authorization", "trakt-api-key", "cookie"} & set(fields)

    @pytest.mark.parametrize("target", ["ftp://example.com/", "file:///etc/passwd", "http://169.254.169.254/latest"])
    def test_to_where_nothing_may_be_asked_are_refused(self, http_pool: HttpPool, target: str) -> None:
        with serving(answers(Answer(status=302, headers={"Location": target}))) as site, pytest.raises(Unavailable):
            bound(http_pool).get(site.url)

    def test_to_a_login_page_are_a_challenge(self, http_pool: HttpPool) -> None:
        with (
            serving(answers(Answer(status=302, headers={"Location": "/login?next=x"}))) as site,
            pytest.raises(Challenged),
        ):
            bound(http_pool).get(f"{site.url}/list")


class TestTrouble:
    @pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 522, 429, 408])
    def test_a_passing_failure_is_asked_again(self, http_pool: HttpPool, status: int, events: list[HttpEvent]) -> None:
        with serving(answers(Answer(status=status), Answer(status=status), document("[1]"))) as site:
            assert bound(http_pool).get(site.url).json() == [1]
        assert len(events) == 2

    def test_retries_end(self, http_pool: HttpPool, clock: Clock) -> None:
        with serving(answers(Answer(status=502))) as site, pytest.raises(Transient, match="502"):
            bound(http_pool, retries=2).get(site.url)
        assert len(site.asked) == 3
        assert 0.25 <= clock.slept[0] <= 0.5 <= clock.slept[1] <= 1.0

    def test_a_request_that_may_not_be_repeated_is_sent_once(self, http_pool: HttpPool) -> None:
        with serving(answers(Answer(status=502))) as site, pytest.raises(Transient):
            bound(http_pool).post(site.url, json={}, repeat=Repeat.NEVER)
        assert len(site.asked) == 1

    @pytest.mark.parametrize("wait", ["7", "Tue, 01 Sep 2026 12:00:07 GMT"])
    def test_a_short_retry_after_is_waited_for(
        self, http_pool: HttpPool, clock: Clock, wait: str, events: list[HttpEvent]
    ) -> None:
        with serving(answers(Answer(status=429, headers={"Retry-After": wait}), document("[1]"))) as site:
            bound(http_pool).get(site.url)
        assert clock.slept == [7.0]
        assert events[0].kind == "rate_limited"

    @pytest.mark.parametrize("status", [429, 503])
    def test_a_long_retry_after_is_handed_on_at_once(self, http_pool: HttpPool, clock: Clock, status: int) -> None:
        later = Answer(status=status, headers={"Retry-After": "3600"})
        with serving(answers(later)) as site, pytest.raises(Transient) as caught:
            bound(http_pool).get(site.url)
        assert caught.value.retry_after == 3600
        assert (len(site.asked), clock.slept) == (1, [])

    def test_a_host_that_wants_nobody_is_not_asked_for_the_next_list(self, http_pool: HttpPool, clock: Clock) -> None:
        with serving(answers(Answer(status=429, headers={"Retry-After": "3600"}), document("[1]"))) as site:
            for _ in range(2):
                with pytest.raises(Transient) as caught:
                    bound(http_pool).get(site.url)
            assert (len(site.asked), caught.value.retry_after) == (1, 3600)
            clock.seconds += 3600
            assert bound(http_pool).get(site.url).json() == [1]

    def test_patience_is_counted_over_all_tries(self, http_pool: HttpPool, clock: Clock) -> None:
        with serving(answers(Answer(status=429, headers={"Retry-After": "14"}))) as site, pytest.raises(Transient):
            bound(http_pool, retries=9).get(site.url)
        assert sum(clock.slept) <= 30

    def test_a_server_that_hangs_is_left(self, http_pool: HttpPool) -> None:
        with (
            serving(answers(Answer(hang=True))) as site,
            pytest.raises(Transient, match=r"did not answer within 0\.2 s"),
        ):
            bound(http_pool, timeout=0.2, retries=0).get(site.url)

    def test_a_server_that_drips_is_left(self) -> None:
        """Every piece comes in time; the whole does not."""
        endless = Answer(b"x" * 1000, repeat=1_000_000)
        with HttpPool() as pool, serving(answers(endless)) as site, pytest.raises(Transient):
            bound(pool, timeout=0.2, retries=0).get(site.url, max_bytes=1 << 40)

    @pytest.mark.parametrize(
        ("url", "reason"), [("http://127.0.0.1:9/", "refused"), ("http://list.invalid/", "DNS")]
    )  # fmt: skip
    def test_says_in_words_why_there_is_no_connection(self, http_pool: HttpPool, url: str, reason: str) -> None:
        with pytest.raises(Transient, match=reason):
            bound(http_pool, retries=0).get(url)

    def test_a_plain_server_behind_https_is_told(self, http_pool: HttpPool) -> None:
        with serving(answers(document("[]"))) as site, pytest.raises(Transient, match=r"TLS|broke off"):
            bound(http_pool, retries=0, timeout=2.0).get(site.url.replace("http:", "https:"))

    @pytest.mark.parametrize("status", [200, 202, 403, 503])
    def test_a_challenge_is_one_at_any_status_and_not_asked_again(self, http_pool: HttpPool, status: int) -> None:
        with serving(answers(page("<title>Just a moment...</title>", status))) as site, pytest.raises(Challenged):
            bound(http_pool).get(site.url)
        assert len(site.asked) == 1


class TestSecrets:
    @pytest.mark.parametrize(
        "url",
        ["https://h/a?apikey=SECRET", "https://h/?x=1&api_key=SECRET&y=2", "https://h/?access_token=SECRET#x",
         "https://h/?key=SECRET", "https://user:SECRET@h/", "https://SECRET@h/x", "see https://h/?token=SECRET now"],
    )  # fmt: skip
    def test_are_masked_in_addresses(self, url: str) -> None:
        assert "SECRET" not in masked(url)

    def test_ordinary_queries_stay_readable(self) -> None:
        assert masked("https://h/a?page=2&sort=key") == "https://h/a?page=2&sort=key"

    def test_never_reach_an_error_a_reply_or_an_event(self, http_pool: HttpPool, events: list[HttpEvent]) -> None:
        with serving(answers(Answer(status=500))) as site, pytest.raises(Transient) as caught:
            bound(http_pool).get(f"{site.url}/?token=SECRET", query={"apikey": "SECRET"})
        with serving(answers(document("<html>"))) as site:
            reply = bound(http_pool).get(site.url, query={"apikey": "SECRET"})
        assert "SECRET" not in f"{caught.value!r} {caught.value} {caught.value.url} {events} {reply!r}"


class TestGuard:
    @pytest.mark.parametrize(
        "host",
        ["169.254.169.254", "169.254.0.1", "[fe80::1]", "fe80::1%eth0", "::ffff:169.254.169.254", "fd00:ec2::254",
         "100.100.100.200", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "224.0.0.1"],
    )  # fmt: skip
    def test_refuses_link_local_and_metadata_addresses(self, host: str) -> None:
        assert refused(host)

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "192.168.1.2", "10.0.0.1", "::1", "fd12::1", "8.8.8.8", "example.com"]
    )
    def test_leaves_homes_and_the_internet_alone(self, host: str) -> None:
        assert refused(host) is None

    def test_looks_at_the_resolved_address_and_sends_nothing_there(self, http_pool: HttpPool) -> None:
        """A name says nothing: the guard sees where the connection went."""
        seen: list[str] = []

        def guard(address: str) -> str | None:
            seen.append(address)
            return "out of bounds" if address in ("127.0.0.1", "::1") else None

        with serving(answers(document("[]"))) as site:
            http = http_pool.bind("test", ProviderSettings(retries=0), CAPABILITIES, guard=guard)
            with pytest.raises(Unavailable, match="out of bounds"):
                http.get(site.url.replace("127.0.0.1", "localhost"))
        assert seen[0] == "localhost"
        assert site.asked == []


class TestRates:
    def test_never_more_than_a_hosts_rate_over_all_threads(self) -> None:
        clock, lock, turns = Clock(), threading.Lock(), []

        def sleep(seconds: float) -> None:
            with lock:
                turns.append(seconds)

        rates = HostRates(clock.monotonic, sleep)
        threads = [threading.Thread(target=lambda: [rates.take("a", 4) for _ in range(5)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(turns) == pytest.approx([0.25 * turn for turn in range(1, 20)])

    def test_hosts_do_not_wait_for_each_other(self) -> None:
        clock = Clock()
        rates = HostRates(clock.monotonic, clock.sleep)
        for host in "abc":
            rates.take(host, 1)
        assert clock.slept == []

    def test_the_slowest_of_several_rates_holds(self) -> None:
        clock = Clock()
        rates = HostRates(clock.monotonic, clock.sleep)
        rates.take("a", 1)
        rates.take("a", 100)
        rates.take("a", 100)
        assert clock.slept == [1.0, 1.0]

    def test_a_pause_that_a_host_asked_for_holds_for_every_list(self) -> None:
        clock = Clock()
        rates = HostRates(clock.monotonic, clock.sleep)
        rates.hold("a", 9)
        rates.take("a", 0)
        assert clock.slept == [9.0]

    def test_twenty_hosts_are_read_at_once(self) -> None:
        """Twenty lists of four pages, 50 ms a call: in under a tenth of the time that one after the other takes."""

        def answer(asked: Asked) -> Answer:
            time.sleep(0.05)
            return document("[]")

        def read(url: str) -> None:
            for number in range(4):
                http.get(f"{url}/{number}")

        with HttpPool() as pool, serving(answer) as site:
            http = bound(pool)
            http.get(site.url)
            threads = [threading.Thread(target=read, args=(site.url,)) for _ in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
