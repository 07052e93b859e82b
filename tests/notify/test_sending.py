"""How a message travels to each kind of receiver, and what comes of it."""

import dataclasses
import socket
from datetime import UTC, datetime
from typing import Any

import pytest

from providers.notify import Delivery, Manner, Receiver, discord, plaintext, send
from schemas.config.running import Occasion
from schemas.media import Key, Kind
from schemas.notification import ListTold, Notification, ToldTitle, Trouble
from schemas.reasons import REASONS, Reason
from tests.watch.receivers import Answer, Receivers
from tests.watch.ticks import HOSTILE

NOW = datetime(2026, 7, 30, 14, 5, tzinfo=UTC)
KINDS = ("discord", "webhook")


def title(name: str, tmdb: int = 603, **more: Any) -> ToldTitle:
    base = {
        "title": name,
        "year": 1999,
        "key": Key(Kind.MOVIE, tmdb),
        "lists": ("top",),
        "server_url": f"http://seerr:5055/movie/{tmdb}",
        "tmdb_url": f"https://www.themoviedb.org/movie/{tmdb}",
    }
    return ToldTitle(**{**base, **more})


def blocked(name: str, tmdb: int) -> ToldTitle:
    return title(name, tmdb, reason=Reason.BLOCKLISTED, way_out=REASONS[Reason.BLOCKLISTED].way_out)


def message(**sections: Any) -> Notification:
    return Notification(at=NOW, server="main", seconds=12.4, revision="0123456789abcdef", **sections)


FULL = message(
    lists=(ListTold(name="top", requested=2, held=1), ListTold(name="critics", unresolved=1)),
    requested=(title("The Matrix"), title("Dune", 438631)),
    held=(blocked("Cube", 431),),
    failed=(
        Trouble(subject="list critics", message="mdblist.com answered 503", remedy="set `providers.mdblist.api_key`"),
    ),
    recovered=(Trouble(subject="server", message="works again"),),
)


def receiver(receivers: Receivers, kind: str) -> Receiver:
    return Receiver(1, kind, f"{receivers.url}/hooks/secret-token")


@dataclasses.dataclass
class Slept:
    seconds: list[float] = dataclasses.field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def lengths(embeds: list[dict[str, Any]]) -> int:
    return sum(
        len(text)
        for embed in embeds
        for text in (
            embed.get("title", ""),
            embed.get("description", ""),
            embed.get("footer", {}).get("text", ""),
            *(field[part] for field in embed.get("fields", ()) for part in ("name", "value")),
        )
    )


def test_discord_gets_counts_by_list_links_errors_with_their_way_out_and_the_duration(receivers: Receivers) -> None:
    assert send(receiver(receivers, "discord"), FULL, Manner()).delivery is Delivery.SENT
    (body,) = receivers.got
    head, *embeds = body["embeds"]
    assert head["title"] == "listsync: 1 failed, 1 works again, 2 requested, 1 held"
    assert head["fields"][0] == {"name": "top", "value": "2 requested, 1 held", "inline": True}
    assert [embed["title"] for embed in embeds] == [
        "Failed (1)", "Works again (1)", "Requested (2)", "Waits for you (1)",
    ]  # fmt: skip
    assert "`providers.mdblist.api_key`" in embeds[0]["description"]
    assert "(http://seerr:5055/movie/603)" in embeds[2]["description"]
    assert "(https://www.themoviedb.org/movie/603)" in embeds[2]["description"]
    assert "blocklist" in embeds[3]["description"]
    assert embeds[-1]["footer"]["text"] == "main · 12 s · 0123456789ab"


def test_a_title_can_mention_nobody_and_mark_nothing_up_on_discord(receivers: Receivers) -> None:
    hostile = message(
        requested=(title(HOSTILE),),
        held=(blocked("<@123> <#4> `x` ~~y~~ > q", 2),),
        failed=(Trouble(subject=HOSTILE, message=HOSTILE),),
    )
    send(receiver(receivers, "discord"), hostile, Manner())
    (body,) = receivers.got
    assert body["allowed_mentions"] == {"parse": []}
    text = "".join(embed.get("description", "") for embed in body["embeds"])
    for marked in ("**Bill**", "](http://evil", "<@123>", "http://evil", "~~y~~"):
        assert marked not in text, marked
    assert "The" not in text
    assert r"\*\*Bill\*\*" in text


@pytest.mark.parametrize("number", [1, 30, 500])
@pytest.mark.parametrize("letter", ["x", "𝔛", "*", "]"])
def test_whatever_there_is_to_tell_stays_within_discords_limits(letter: str, number: int) -> None:
    long = letter * 400
    rows = tuple(title(f"{n} {long}", n + 1) for n in range(number))
    body = discord.document(
        message(
            lists=tuple(ListTold(name=f"{n} {long}", requested=1) for n in range(number)),
            requested=rows,
            cancelled=rows,
            held=tuple(dataclasses.replace(row, reason=Reason.BLOCKLISTED, way_out=long) for row in rows),
            unresolved=tuple(dataclasses.replace(row, key=None, ref=long, reason=Reason.NOT_FOUND) for row in rows),
            drift=tuple(dataclasses.replace(row, detail=long) for row in rows),
            failed=tuple(Trouble(subject=f"{n} {long}", message=long, remedy=long) for n in range(number)),
            recovered=tuple(Trouble(subject=f"{n} {long}", message=long) for n in range(number)),
            left_out={Occasion.REQUESTED: 4000},
        )
    )
    embeds = body["embeds"]
    assert len(embeds) <= 10
    assert all(len(embed.get("title", "")) <= 256 for embed in embeds)
    assert all(len(embed.get("description", "").encode("utf-16-le")) // 2 <= 4096 for embed in embeds)
    assert all(len(embed.get("fields", ())) <= 25 for embed in embeds)
    assert all(0 < len(f["name"]) <= 256 and 0 < len(f["value"]) <= 1024 for e in embeds for f in e.get("fields", ()))
    assert lengths(embeds) <= 6000
    assert all(embed.get("description", "x").strip() for embed in embeds)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wait_that_is_asked_for_is_kept_then_the_message_arrives(receivers: Receivers, kind: str) -> None:
    receivers.answers = [Answer(429, body=b'{"message": "slow down", "retry_after": 1.25, "global": false}')]
    slept = Slept()
    assert send(receiver(receivers, kind), FULL, Manner(sleep=slept)).delivery is Delivery.SENT
    assert slept.seconds == [1.25]
    assert len(receivers.got) == 2


def test_a_long_wait_is_handed_on_instead_of_slept(receivers: Receivers) -> None:
    receivers.always = Answer(429, headers={"Retry-After": "600"})
    slept = Slept()
    receipt = send(receiver(receivers, "webhook"), FULL, Manner(sleep=slept))
    assert (receipt.delivery, receipt.again_after, slept.seconds) == (Delivery.FAILED, 600, [])


def test_an_overloaded_receiver_is_asked_three_times_in_all(receivers: Receivers) -> None:
    receivers.always = Answer(503)
    slept = Slept()
    receipt = send(receiver(receivers, "webhook"), FULL, Manner(sleep=slept))
    assert receipt.delivery is Delivery.FAILED
    assert len(receivers.got) == 3
    assert sum(slept.seconds) < 20


@pytest.mark.parametrize(("status", "words"), [(404, "make a new webhook"), (401, "not accepted"), (302, "redirects")])
def test_a_refusal_is_final_and_says_what_to_do_without_the_address(
    receivers: Receivers, status: int, words: str
) -> None:
    receivers.always = Answer(status, headers={"Location": f"{receivers.url}/other"} if status == 302 else {})
    receipt = send(receiver(receivers, "discord"), FULL, Manner())
    assert (receipt.delivery, len(receivers.got)) == (Delivery.FAILED, 1)
    assert words in receipt.message
    assert "secret-token" not in receipt.message


def test_a_lost_answer_is_not_known_and_nothing_is_sent_twice(receivers: Receivers) -> None:
    receivers.always = Answer(is_lost=True)
    receipt = send(receiver(receivers, "webhook"), FULL, Manner())
    assert (receipt.delivery, len(receivers.got)) == (Delivery.UNKNOWN, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_there_is_a_failure_that_names_the_host_alone(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gone = Receiver(2, kind, f"http://user:secret-word@127.0.0.1:{port}/secret-token")
    receipt = send(gone, FULL, Manner(sleep=lambda _: None))
    assert receipt.delivery is Delivery.FAILED
    assert f"127.0.0.1:{port}" in receipt.message
    assert "secret" not in receipt.message
    assert "secret" not in repr(gone)


@pytest.mark.parametrize("url", ["ftp://x/y", "http://", "nonsense", "http://[::1", "http://a b/"])
def test_an_address_that_is_none_is_a_failure_not_an_error(url: str) -> None:
    receipt = send(Receiver(1, "webhook", url), FULL, Manner(sleep=lambda _: None))
    assert receipt.delivery is Delivery.FAILED
    assert receipt.message


def test_a_header_that_http_forbids_is_a_failure_not_an_error(receivers: Receivers) -> None:
    broken = Receiver(1, "webhook", receivers.url, {"X-Token": "line\nbreak"})
    assert send(broken, FULL, Manner()).delivery is Delivery.FAILED


def test_plain_text_says_all_of_it_and_stays_short() -> None:
    text = plaintext.body(FULL)
    for said in (
        "Failed (1)",
        "list critics: mdblist.com answered 503",
        "The Matrix (1999)",
        "top: 2 requested, 1 held",
        "12 s",
    ):
        assert said in text, said
    many = message(requested=tuple(title("x" * 300, n + 1) for n in range(500)))
    assert len(plaintext.body(many)) < 4000


def test_apprise_delivers_in_a_process_of_its_own(receivers: Receivers) -> None:
    pytest.importorskip("apprise")
    address = receivers.url.replace("http://", "json://") + "/apprise"
    assert send(Receiver(1, "apprise", address), FULL, Manner()).delivery is Delivery.SENT
    (body,) = receivers.got
    assert body["title"].startswith("listsync: 1 failed")
    assert "The Matrix (1999)" in body["message"]
    assert body["type"] == "failure"


def test_apprise_says_why_it_could_not_without_the_address(receivers: Receivers) -> None:
    pytest.importorskip("apprise")
    receivers.always = Answer(500)
    address = receivers.url.replace("http://", "json://user:secret-word@") + "/secret-token"
    for url in (address, "nonsense://secret-word"):
        receipt = send(Receiver(1, "apprise", url), FULL, Manner())
        assert receipt.delivery is Delivery.FAILED
        assert receipt.message
        assert "secret-" not in receipt.message
