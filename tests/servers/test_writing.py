"""What a writer does with a server that somebody steers: one write at a time, none sent twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from providers.servers import ServerSettings
from providers.servers.writer import SeerrWriter
from reconciler.demo.server import DemoServer
from schemas.media import Key, Kind
from schemas.server import Answer, AnswerKind, NewRequest, RequestOptions, RequestStatus

from .conftest import ASKER, DUNE, FIGHT_CLUB, GUEST, LIMITED, MATRIX, PRODUCTS, THRONES, TRUSTED, Hands, logged

only_seerr = pytest.mark.parametrize("place", ["seerr"], indirect=True)
NO_TVDB = 118357


def movie(tmdb: int, requester: int | None = None, *, is_4k: bool = False) -> NewRequest:
    return NewRequest(key=Key(Kind.MOVIE, tmdb, is_4k), options=RequestOptions(requester=requester))


def show(tmdb: int, *seasons: int, requester: int | None = None) -> NewRequest:
    return NewRequest(key=Key(Kind.TV, tmdb), seasons=seasons, options=RequestOptions(requester=requester))


def posts(server: DemoServer) -> int:
    return server.count("/request", "POST")


def test_the_keys_own_user_is_approved_at_once_and_others_wait(writer: SeerrWriter, demo: DemoServer) -> None:
    mine, asked, trusted = (
        writer.create(movie(*one)) for one in ((MATRIX, None), (DUNE, ASKER), (FIGHT_CLUB, TRUSTED))
    )
    statuses = (mine.request_status, asked.request_status, trusted.request_status)
    assert statuses == (RequestStatus.APPROVED, RequestStatus.PENDING, RequestStatus.APPROVED)
    owners = [request["requestedBy"]["id"] for request in demo.people.all_requests()]
    assert sorted(owners) == [1, ASKER, TRUSTED]


def test_hd_and_4k_are_two_requests(writer: SeerrWriter, demo: DemoServer) -> None:
    for is_4k in (False, True):
        assert writer.create(movie(MATRIX, is_4k=is_4k)).kind is AnswerKind.CREATED
        assert writer.create(movie(MATRIX, is_4k=is_4k)).kind is AnswerKind.DUPLICATE
    assert sorted(request["is4k"] for request in demo.people.all_requests()) == [False, True]


def test_only_chosen_options_are_sent(writer: SeerrWriter, demo: DemoServer) -> None:
    writer.create(movie(MATRIX))
    chosen = RequestOptions(server_id=0, profile_id=4, root_folder="/movies", tags=(7,))
    writer.create(NewRequest(key=Key(Kind.MOVIE, DUNE), options=chosen))
    plain, full = (call.body for call in logged(demo, 2).writes())
    assert plain == {"mediaType": "movie", "mediaId": MATRIX, "is4k": False}
    assert full == {
        "mediaType": "movie",
        "mediaId": DUNE,
        "is4k": False,
        "serverId": 0,
        "profileId": 4,
        "rootFolder": "/movies",
        "tags": [7],
    }


def test_a_used_up_quota_is_told_apart_for_movies_and_shows(writer: SeerrWriter, demo: DemoServer) -> None:
    for tmdb in (MATRIX, DUNE):
        assert writer.create(movie(tmdb, LIMITED)).kind is AnswerKind.CREATED
    over = writer.create(movie(FIGHT_CLUB, LIMITED))
    assert (over.kind, over.text) == (AnswerKind.QUOTA, "Movie Quota exceeded.")
    assert writer.create(show(THRONES, 1, 2, 3, 4, requester=LIMITED)).kind is AnswerKind.QUOTA


def test_a_missing_permission_is_told_in_the_servers_words(writer: SeerrWriter, demo: DemoServer) -> None:
    for request in (movie(MATRIX, GUEST), show(THRONES, 1, requester=GUEST), movie(MATRIX, ASKER, is_4k=True)):
        answer = writer.create(request)
        assert answer.kind is AnswerKind.PERMISSION
        assert "permission" in answer.text


@pytest.mark.parametrize("place", [product for product in PRODUCTS if product != "overseerr"], indirect=True)
def test_a_blocklisted_title_is_told_apart_in_every_products_words(writer: SeerrWriter, demo: DemoServer) -> None:
    demo.people.block("movie", MATRIX)
    assert writer.create(movie(MATRIX)).kind is AnswerKind.BLOCKLISTED


def test_a_show_whose_tvdb_id_is_taken_is_a_conflict(writer: SeerrWriter, demo: DemoServer) -> None:
    demo.people.add_title("tv", 70001, "One", tvdb_id=5550001, seasons=[[1, 10]])
    demo.people.add_title("tv", 70002, "Other", tvdb_id=5550001, seasons=[[1, 10]])
    assert writer.create(show(70001, 1, requester=ASKER)).kind is AnswerKind.CREATED
    answer = writer.create(show(70002, 1, requester=ASKER))
    assert answer.kind is AnswerKind.CONFLICT
    assert "UNIQUE" in answer.text


def test_an_outage_of_tmdb_is_an_unknown_outcome_and_no_unknown_id(writer: SeerrWriter, demo: DemoServer) -> None:
    demo.people.set_tmdb(500)
    assert writer.create(movie(MATRIX)).kind is AnswerKind.UNKNOWN
    demo.people.set_tmdb(None)
    assert writer.create(movie(999_999_991)).kind is AnswerKind.UNKNOWN_ID


def test_a_show_without_tvdb_id_is_created_as_far_as_the_answer_goes(writer: SeerrWriter, demo: DemoServer) -> None:
    assert writer.create(show(NO_TVDB, 1)).kind is AnswerKind.CREATED


def test_a_failed_request_is_retried_and_a_vanished_one_is_gone(writer: SeerrWriter, demo: DemoServer) -> None:
    made = writer.create(movie(MATRIX))
    assert made.request_id is not None
    demo.people.fail_request(made.request_id)
    again = writer.retry(made.request_id)
    assert (again.kind, again.request_status) == (AnswerKind.DONE, RequestStatus.APPROVED)
    assert writer.retry(4711).kind is AnswerKind.GONE


def test_writes_of_many_threads_never_overlap(writer: SeerrWriter, demo: DemoServer) -> None:
    demo.people.set_latency(call=0.005)
    for number in range(40):
        demo.people.add_title("movie", 80000 + number, f"Movie {number}")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: writer.create(movie(80000 + number)), range(40)))
    assert {answer.kind for answer in answers} == {AnswerKind.CREATED}
    assert len({answer.request_id for answer in answers}) == 40
    assert demo.calls.most_writes_at_once == 1
    for number, answer in enumerate(answers):
        assert [one["id"] for one in demo.people.requests_of("movie", 80000 + number)] == [answer.request_id]


@pytest.mark.parametrize("fault", ["close", "lose_answer", "status", "garbage"])
def test_a_write_without_an_answer_is_unknown_and_not_sent_again(
    writer: SeerrWriter, demo: DemoServer, hands: Hands, fault: str
) -> None:
    demo.faults.add(fault, method="POST", path="/request", status=500)  # type: ignore[arg-type]
    answer = writer.create(movie(MATRIX))
    assert answer.kind is AnswerKind.UNKNOWN
    assert logged(demo, 1).count("/request", "POST") == 1
    assert hands.waits.seconds == []
    carried_out = fault in {"lose_answer", "garbage"}
    assert len(demo.people.all_requests()) == int(carried_out)
    assert writer.create(movie(DUNE)).kind is AnswerKind.CREATED


def test_an_answer_cut_in_the_middle_is_unknown(writer: SeerrWriter, demo: DemoServer) -> None:
    demo.faults.add("cut", method="POST", path="/request")
    assert writer.create(movie(MATRIX)).kind is AnswerKind.UNKNOWN
    assert logged(demo, 1).count("/request", "POST") == 1


def test_a_hanging_write_is_unknown_after_the_time_out(demo: DemoServer, hands: Hands) -> None:
    demo.faults.add("hang", method="POST", path="/request")
    with hands.writer(ServerSettings(demo.url, demo.api_key, timeout=0.5)) as writer:
        answer = writer.create(movie(MATRIX))
        assert answer.kind is AnswerKind.UNKNOWN
        assert "0.5 seconds" in answer.text
        assert logged(demo, 1).count("/request", "POST") == 1
        assert writer.create(movie(DUNE)).kind is AnswerKind.CREATED


@only_seerr
def test_a_server_asking_for_fewer_calls_is_waited_for(writer: SeerrWriter, demo: DemoServer, hands: Hands) -> None:
    demo.faults.add("rate_limit", method="POST", path="/request", seconds=9, times=2)
    assert writer.create(movie(MATRIX)).kind is AnswerKind.CREATED
    assert hands.waits.seconds == [9, 9]
    assert len(demo.people.all_requests()) == 1


@only_seerr
def test_a_server_asking_for_fewer_calls_for_ever_leaves_the_write_unsent_after_a_minute(
    writer: SeerrWriter, demo: DemoServer, hands: Hands
) -> None:
    demo.faults.add("rate_limit", method="POST", path="/request", seconds=25, times=0)
    answer = writer.create(movie(MATRIX))
    assert answer.kind is AnswerKind.NOT_SENT
    assert "fewer calls" in answer.text
    assert hands.waits.seconds == [25, 25]


def test_csrf_protection_is_answered_with_its_token_once_for_all_writes(writer: SeerrWriter, demo: DemoServer) -> None:
    demo.people.set_csrf(on=True)
    made = [writer.create(movie(tmdb)) for tmdb in (MATRIX, DUNE)]
    assert [answer.kind for answer in made] == [AnswerKind.CREATED, AnswerKind.CREATED]
    assert writer.cancel(made[0].request_id or 0).kind is AnswerKind.DONE
    assert logged(demo, 5).count("/settings/public") == 1
    assert len(demo.calls.writes()) == 4


def test_a_wrong_key_stops_the_write_at_the_door(demo: DemoServer, hands: Hands) -> None:
    with hands.writer(ServerSettings(demo.url, "wrong-key-4711")) as writer:
        for answer in (writer.create(movie(MATRIX)), writer.create(movie(MATRIX, ASKER)), writer.cancel(1)):
            assert answer.kind is AnswerKind.NOT_SENT
            assert "refused the API key" in answer.text
            assert "4711" not in answer.text


def test_a_user_deleted_meanwhile_is_a_matter_of_that_user(writer: SeerrWriter, demo: DemoServer) -> None:
    user = demo.people.add_user("soon-gone")
    demo.people.delete_user(user)
    assert writer.create(movie(MATRIX, user)).kind is AnswerKind.PERMISSION
    assert writer.create(movie(MATRIX, ASKER)).kind is AnswerKind.CREATED


def test_a_server_that_is_down_gets_nothing_and_one_that_comes_back_gets_it_once(
    demo: DemoServer, settings: ServerSettings, hands: Hands
) -> None:
    demo.stop()
    with hands.writer(settings) as writer:
        answer = writer.create(movie(MATRIX))
        assert answer.kind is AnswerKind.NOT_SENT
        assert "refuses connections" in answer.text
        assert hands.waits.seconds == pytest.approx([0.2, 0.4, 0.8, 1.6])
        demo.start()
        assert writer.create(movie(MATRIX)).kind is AnswerKind.CREATED
    assert len(demo.people.all_requests()) == 1


def test_a_fifth_of_all_writes_failing_doubles_nothing(
    demo: DemoServer, settings: ServerSettings, hands: Hands
) -> None:
    for number in range(60):
        demo.people.add_title("movie", 80000 + number, f"Movie {number}")
    demo.faults.at_random(0.2, kinds=("status", "rate_limit", "close", "cut", "lose_answer"), seed=5, method="POST")
    with hands.writer(settings) as writer:
        answers = [writer.create(movie(80000 + number)) for number in range(60)]
    spoiled = sum(fired.fault.kind != "rate_limit" for fired in demo.faults.fired)
    told = [answer.kind for answer in answers]
    assert told.count(AnswerKind.UNKNOWN) == spoiled
    assert told.count(AnswerKind.CREATED) == 60 - spoiled
    asked = [request["media"]["tmdbId"] for request in demo.people.all_requests()]
    assert len(asked) == len(set(asked))


def test_a_writer_may_be_closed_twice_and_by_another_thread(settings: ServerSettings, demo: DemoServer) -> None:
    with Hands().writer(settings) as writer:
        assert isinstance(writer.create(movie(MATRIX)), Answer)
        thread = threading.Thread(target=writer.close)
        thread.start()
        thread.join()
