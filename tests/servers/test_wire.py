"""What goes over the wire, byte for byte, and over which connection."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from providers.servers import ServerSettings, Unstable
from schemas.media import Key, Kind
from schemas.server import AnswerKind, NewRequest, RequestOptions

from .conftest import Hands
from .scripted import Request, Script, Scripted, answer, html, in_turn

MADE = answer(201, '{"id":7,"status":1,"createdAt":"2026-01-01T00:00:00.000Z"}')
FOUND = answer(200, '{"page":1,"totalPages":1,"totalResults":0,"results":[]}')
PUBLIC = answer(200, '{"initialized":true,"mediaServerType":4,"hideBlocklisted":false,"vapidPublic":"x"}')
MATRIX = NewRequest(key=Key(Kind.MOVIE, 603))


def test_a_search_is_encoded_strictly(hands: Hands) -> None:
    with Scripted(lambda _: FOUND) as server, hands.reader(ServerSettings(server.url, "key")) as reader:
        for title in (
            "What's up, Doc? (1972)",
            "50/50 + 1!",
            "Amélie: *x* [y] @z $1; 100%",
            "Lightyear:2022",
            "a&b=c#d",
        ):
            reader.search(title)
        reader.find("imdb", "tt0133093")
    queries = [asked.target.partition("query=")[2].partition("&")[0] for asked in server.requests]
    assert queries == [
        "What%27s%20up%2C%20Doc%3F%20%281972%29",
        "50%2F50%20%2B%201%21",
        "Am%C3%A9lie%3A%20%2Ax%2A%20%5By%5D%20%40z%20%241%3B%20100%25",
        "Lightyear%202022",
        "a%26b%3Dc%23d",
        "imdb%3Att0133093",
    ]


def test_the_key_and_extra_headers_go_with_every_call_and_no_user_with_a_read(hands: Hands) -> None:
    settings = ServerSettings("", "key", headers={"CF-Access-Client-Id": "me"})
    with Scripted(lambda asked: MADE if asked.method == "POST" else FOUND) as server:
        settings = ServerSettings(server.url + "/sub", "key", headers={"CF-Access-Client-Id": "me"})
        with hands.reader(settings) as reader, hands.writer(settings) as writer:
            reader.search("x")
            writer.create(NewRequest(key=Key(Kind.MOVIE, 603), options=RequestOptions(requester=12)))
    read, write = server.requests
    assert (read.target.partition("?")[0], write.target) == ("/sub/api/v1/search", "/sub/api/v1/request")
    assert {asked.headers["x-api-key"] for asked in server.requests} == {"key"}
    assert {asked.headers["cf-access-client-id"] for asked in server.requests} == {"me"}
    assert "x-api-user" not in read.headers
    assert write.headers["x-api-user"] == "12"
    assert write.headers["content-type"] == "application/json"


def test_credentials_in_the_url_are_sent_as_basic_authentication(hands: Hands) -> None:
    with Scripted(lambda _: FOUND) as server:
        settings = ServerSettings(f"http://dave:hunter2@127.0.0.1:{server.port}", "key")
        with hands.reader(settings) as reader:
            reader.search("x")
    assert server.requests[0].headers["authorization"] == "Basic ZGF2ZTpodW50ZXIy"


def test_a_session_cookie_is_never_sent_back(hands: Hands) -> None:
    reply = answer(200, '{"page":1,"totalPages":1,"totalResults":0,"results":[]}', set_cookie="connect.sid=1; Path=/")
    with Scripted(lambda _: reply) as server, hands.reader(ServerSettings(server.url, "key")) as reader:
        reader.search("x")
        reader.search("y")
    assert all("cookie" not in asked.headers for asked in server.requests)


def test_a_proxy_of_the_environment_is_used(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    with Scripted(lambda _: FOUND) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with hands.reader(ServerSettings("http://seerr.example:5055", "key")) as reader:
            reader.search("x")
        assert proxy.requests[0].target.startswith("http://seerr.example:5055/api/v1/search")


def test_writes_share_a_connection_and_leave_it_when_it_was_idle_for_four_seconds(hands: Hands) -> None:
    with Scripted(lambda _: MADE) as server, hands.writer(ServerSettings(server.url, "key")) as writer:
        for pause in (0.0, 3.9, 3.9, 4.0, 0.0):
            hands.now += pause
            assert writer.create(MATRIX).kind is AnswerKind.CREATED
    assert [asked.connection for asked in server.requests] == [1, 1, 1, 2, 2]


def test_a_write_on_a_connection_that_dies_is_not_sent_again(hands: Hands) -> None:
    with (
        Scripted(in_turn([MADE, None], then=MADE)) as server,
        hands.writer(ServerSettings(server.url, "key")) as writer,
    ):
        kinds = [writer.create(MATRIX).kind for _ in range(3)]
    assert kinds == [AnswerKind.CREATED, AnswerKind.UNKNOWN, AnswerKind.CREATED]
    assert len(server.requests) == 3


def test_a_created_request_whose_answer_cannot_be_read_is_created_all_the_same(hands: Hands) -> None:
    with Scripted(lambda _: answer(201, "{")) as server, hands.writer(ServerSettings(server.url, "key")) as writer:
        made = writer.create(MATRIX)
    assert (made.kind, made.request_id) == (AnswerKind.CREATED, None)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer(400, '{"message":"request.body.mediaId should be number","errors":[]}'), AnswerKind.REJECTED),
        (answer(413, '{"message":"request entity too large"}'), AnswerKind.REJECTED),
        (answer(415, '{"message":"unsupported media type text/plain"}'), AnswerKind.REJECTED),
        (answer(409, '{"message":"Auto-request for this media and user already exists."}'), AnswerKind.DUPLICATE),
        (answer(403, '{"message":"This media is blacklisted."}'), AnswerKind.BLOCKLISTED),
        (answer(403, '{"message":"Series Quota exceeded."}'), AnswerKind.QUOTA),
        (answer(403, '{"message":"You do not have permission to make 4K movie requests."}'), AnswerKind.PERMISSION),
        (answer(500, '{"message":"duplicate key value violates unique constraint \\"UQ_1\\""}'), AnswerKind.CONFLICT),
        (answer(500, '{"message":"SQLITE_CONSTRAINT: FOREIGN KEY constraint failed"}'), AnswerKind.UNKNOWN),
        (answer(500, '{"message":"[TMDB] Failed: Request failed with status code 500"}'), AnswerKind.UNKNOWN),
        (html(502, "<title>502 Bad Gateway</title>"), AnswerKind.UNKNOWN),
        (html(504, ""), AnswerKind.UNKNOWN),
        (html(200, "<title>Login</title>"), AnswerKind.UNKNOWN),
        (answer(200, '{"id":1}'), AnswerKind.UNKNOWN),
        (html(302, "", location="https://auth.example.org/"), AnswerKind.NOT_SENT),
        (html(403, "<title>Attention Required! | Cloudflare</title>"), AnswerKind.NOT_SENT),
        (html(404, "<title>404</title>"), AnswerKind.NOT_SENT),
    ],
)
def test_every_answer_to_a_request_has_its_meaning(hands: Hands, reply: bytes, kind: AnswerKind) -> None:
    with Scripted(lambda _: reply) as server, hands.writer(ServerSettings(server.url, "secret-key")) as writer:
        told = writer.create(MATRIX)
    assert told.kind is kind
    assert told.text
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer(204), AnswerKind.DONE),
        (answer(404, '{"message":"Request not found."}'), AnswerKind.DONE),
        (answer(401, '{"message":"You do not have permission to delete this request."}'), AnswerKind.PERMISSION),
        (html(404, ""), AnswerKind.NOT_SENT),
        (html(200, "<html>"), AnswerKind.UNKNOWN),
        (html(500, ""), AnswerKind.UNKNOWN),
    ],
)
def test_every_answer_to_a_cancel_has_its_meaning(hands: Hands, reply: bytes, kind: AnswerKind) -> None:
    with Scripted(lambda _: reply) as server, hands.writer(ServerSettings(server.url, "key")) as writer:
        assert writer.cancel(5).kind is kind
    assert [(asked.method, asked.target) for asked in server.requests] == [("DELETE", "/api/v1/request/5")]


def test_the_servers_words_never_give_the_key_away(hands: Hands) -> None:
    reply = answer(400, '{"message":"what is secret-key?"}')
    with Scripted(lambda _: reply) as server, hands.writer(ServerSettings(server.url, "secret-key")) as writer:
        assert writer.create(MATRIX).text == "what is …?"


def listing(ids: list[int], rows_given: dict[int, list[int]] | None = None) -> Script:
    """A server with these requests and no media; `rows_given`: what a question, by its number, gets instead."""
    asked = iter(range(1, 1000))

    def script(request: Request) -> bytes:
        if "/settings/public" in request.target:
            return PUBLIC
        if "/media" in request.target:
            return answer(200, '{"pageInfo":{"results":0},"results":[]}')
        query = dict(part.split("=") for part in request.target.partition("?")[2].split("&"))
        skip, take = int(query["skip"]), int(query["take"])
        held = (rows_given or {}).get(next(asked), ids)
        rows = [
            {"id": one, "type": "movie", "status": 2, "media": {"id": one, "tmdbId": one, "mediaType": "movie"}}
            for one in held[skip : skip + take]
        ]
        return answer(200, json.dumps({"pageInfo": {"results": len(held)}, "results": rows}))

    return script


IDS = list(range(1, 3001))


@pytest.mark.parametrize(
    "moved",
    [
        [*IDS, 3001],
        IDS[1:],
        [*IDS[1:], 3001],
        [*IDS[:1400], *IDS[1401:], 3001],
        IDS[:900],
        [],
    ],
    ids=[
        "one came",
        "one went",
        "one went and one came",
        "one of the middle went and one came",
        "most went",
        "all went",
    ],
)
@pytest.mark.parametrize("question", [2, 3])
def test_a_list_that_moves_while_it_is_read_is_read_again(hands: Hands, moved: list[int], question: int) -> None:
    with Scripted(listing(IDS, {question: moved})) as server:
        with hands.reader(ServerSettings(server.url, "key")) as reader:
            assert [row.id for row in reader.observe().requests] == IDS
        assert sum("/request" in asked.target for asked in server.requests) == 6


def test_a_list_that_never_stands_still_is_an_error_and_never_half_a_list(hands: Hands) -> None:
    moving = {question: [*IDS, *range(3001, 3001 + question)] for question in range(1, 100)}
    with Scripted(listing(IDS, moving)) as server, hands.reader(ServerSettings(server.url, "key")) as reader:
        with pytest.raises(Unstable) as caught:
            reader.observe()
        assert caught.value.transient
        assert sum("/request" in asked.target for asked in server.requests) == 12


def test_a_server_with_smaller_pages_than_asked_for_is_read_whole(hands: Hands) -> None:
    script = listing(IDS)

    def capped(request: Request) -> bytes | None:
        target = request.target.replace("take=1251", "take=100")
        return script(Request(request.method, target, request.headers, request.body, request.connection))

    with Scripted(capped) as server, hands.reader(ServerSettings(server.url, "key")) as reader:
        assert [row.id for row in reader.observe().requests] == IDS


def test_requests_of_kinds_that_we_do_not_know_are_passed_over(hands: Hands) -> None:
    rows = (
        '{"id":1,"type":"music","status":2,"media":{"id":1,"tmdbId":null,"mediaType":"music"}},'
        '{"id":2,"type":"movie","status":9,"is4k":null,"media":{"id":2,"tmdbId":603,"mediaType":"movie","status":11}},'
        '{"id":3,"type":"movie","status":2,"media":null}'
    )
    pages = {
        "/settings/public": PUBLIC,
        "/media": answer(200, '{"pageInfo":{"results":0},"results":[]}'),
        "/request": answer(200, f'{{"pageInfo":{{"results":3}},"results":[{rows}]}}'),
    }
    script: Script = lambda asked: next(page for path, page in pages.items() if path in asked.target)  # noqa: E731
    with Scripted(script) as server, hands.reader(ServerSettings(server.url, "key")) as reader:
        (row,) = reader.observe().requests
    assert (row.key, row.status, row.media_status, row.requested_by) == (Key(Kind.MOVIE, 603), 9, 11, None)


def test_reads_of_many_threads_share_eight_connections_and_are_each_sent_once(hands: Hands) -> None:
    with Scripted(lambda _: FOUND) as server, hands.reader(ServerSettings(server.url, "key")) as reader:
        with ThreadPoolExecutor(24) as pool:
            list(pool.map(reader.search, [f"title {number}" for number in range(200)]))
        assert len(server.requests) == 200
        assert server.connections <= 8


def test_importing_the_package_brings_no_http_client_in() -> None:
    code = "import providers.servers, sys; sys.exit('httpx' in sys.modules or 'ssl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
