"""The contract that every product keeps, embedded or live (LISTSYNC_TEST_SERVER, LISTSYNC_TEST_KEY). Live, nothing is
requested but as a user whose requests wait for a person, and what was requested is deleted again."""

import pytest

from providers.servers import DetailsUnavailable, UnknownUser, approval, resolve_user
from providers.servers.seerr import SeerrReader
from providers.servers.writer import SeerrWriter
from schemas.media import Key, Kind
from schemas.server import AnswerKind, NewRequest, RequestOptions, RequestStatus, User

from .conftest import MATRIX, THRONES, Clean, Place


@pytest.fixture
def waiting(reader: SeerrReader) -> User:
    """A user without quotas whose requests wait for approval."""
    for user in reader.users():
        quota = reader.quota(user.id)
        unlimited = quota.movies_remaining is None and quota.seasons_remaining is None
        if unlimited and all(approval(user, kind, False) == "pending" for kind in Kind):
            return user
    pytest.skip("the server has no user whose requests wait for approval")


@pytest.fixture
def movie(reader: SeerrReader) -> Key:
    """A movie that the server has neither media nor requests of."""
    known = {row.tmdb for row in reader.observe().media}
    free = [tmdb for tmdb in (MATRIX, 550, 438631, 841, 13, 680) if tmdb not in known]
    if not free:
        pytest.skip("the server knows every movie of this test")
    return Key(Kind.MOVIE, free[0])


def test_a_server_says_which_product_it_is_and_keeps_its_fingerprint(reader: SeerrReader, place: Place) -> None:
    info = reader.identify()
    assert info.product in {"overseerr", "jellyseerr", "seerr"}
    assert info.fingerprint == reader.identify().fingerprint
    assert place.product.startswith(info.product) or not place.product


def test_the_version_is_told_when_it_is_asked_for(reader: SeerrReader) -> None:
    assert reader.identify().version == ""
    assert reader.version()[0].isdigit()
    assert reader.identify().version == reader.version()


def test_the_keys_own_user_is_one_of_the_users(reader: SeerrReader) -> None:
    assert reader.me() in reader.users()


def test_a_user_is_found_by_number_name_or_mail(reader: SeerrReader) -> None:
    me = reader.me()
    assert resolve_user(reader, me.id) == resolve_user(reader, str(me.id)) == me
    assert resolve_user(reader, f" {me.name.upper()} ") == me
    assert me.email is None or resolve_user(reader, me.email) == me


def test_a_user_who_is_not_there_is_answered_with_those_who_are(reader: SeerrReader) -> None:
    for nobody in ("nobody-of-that-name", 987654, "987654", ""):
        with pytest.raises(UnknownUser, match=reader.me().name):
            resolve_user(reader, nobody)


def test_a_title_search_finds_remakes_and_no_people(reader: SeerrReader) -> None:
    page = reader.search("dune")
    years = {hit.year for hit in page.hits if hit.kind is Kind.MOVIE and hit.title == "Dune"}
    assert {1984, 2021} <= years


@pytest.mark.parametrize(
    "title", ["¿Qué?", "What's up, Doc?", "50/50", "100% Wolf", "Tom & Jerry", "C+C", "#Alive", "🎬"]
)
def test_any_title_can_be_searched_for(reader: SeerrReader, title: str) -> None:
    assert reader.search(title).total >= 0


def test_words_that_look_like_commands_are_searched_for_as_words(reader: SeerrReader) -> None:
    assert all(hit.tmdb != 603 for hit in reader.search("tmdb:603").hits)
    assert reader.search("matrix year:1999").total <= reader.search("matrix").total


def test_nothing_to_search_for_is_an_empty_page(reader: SeerrReader) -> None:
    assert reader.search("  ").hits == ()


def test_a_title_is_found_by_its_imdb_id_in_any_form(reader: SeerrReader) -> None:
    for written in ("tt0133093", "TT0133093", "133093"):
        assert [(hit.kind, hit.tmdb) for hit in reader.find("imdb", written)] == [(Kind.MOVIE, MATRIX)]


def test_a_show_is_found_by_its_tvdb_id(reader: SeerrReader) -> None:
    assert (Kind.TV, THRONES) in [(hit.kind, hit.tmdb) for hit in reader.find("tvdb", "121361")]


def test_an_id_that_is_none_is_not_sent(reader: SeerrReader) -> None:
    for scheme, value in (("imdb", "nm0000206"), ("tvdb", "0"), ("tmdb", "603 year:1999"), ("tmdb", "")):
        with pytest.raises(ValueError, match=scheme):
            reader.find(scheme, value)  # type: ignore[arg-type]


def test_details_tell_ids_and_seasons(reader: SeerrReader) -> None:
    matrix, thrones = reader.details(Kind.MOVIE, MATRIX), reader.details(Kind.TV, THRONES)
    assert (matrix.imdb, matrix.year, matrix.seasons) == ("tt0133093", 1999, ())
    assert (thrones.tvdb, thrones.year) == (121361, 2011)
    assert [season.number for season in thrones.seasons] == list(range(9))


def test_a_title_without_details_has_an_error_of_its_own(reader: SeerrReader) -> None:
    with pytest.raises(DetailsUnavailable):
        reader.details(Kind.MOVIE, 999_999_991)


def test_a_request_that_never_was_is_none(reader: SeerrReader) -> None:
    assert reader.request(2_000_000_000) is None


def test_the_services_are_told_apart_by_kind(reader: SeerrReader) -> None:
    assert {service.kind for service in reader.services()} <= set(Kind)


def test_a_movie_requested_as_a_user_waits_is_seen_everywhere_and_can_be_cancelled(
    reader: SeerrReader, writer: SeerrWriter, waiting: User, movie: Key, clean: Clean
) -> None:
    before = reader.observe().highest_request
    answer = writer.create(NewRequest(key=movie, options=RequestOptions(requester=waiting.id)))
    assert answer.kind is AnswerKind.CREATED
    assert answer.request_id is not None
    clean(answer.request_id)
    assert answer.request_id > before

    seen = reader.request(answer.request_id)
    assert seen is not None
    assert (seen.key, seen.status, seen.requested_by) == (movie, RequestStatus.PENDING, waiting.id)
    assert seen.created_at == answer.created_at
    assert seen in reader.observe().requests
    single = reader.observe_title(movie.kind, movie.tmdb)
    assert [row.id for row in single.requests] == [answer.request_id]
    assert [row.tmdb for row in single.media] == [movie.tmdb]

    again = writer.create(NewRequest(key=movie, options=RequestOptions(requester=waiting.id)))
    assert again.kind is AnswerKind.DUPLICATE

    assert writer.cancel(answer.request_id).kind is AnswerKind.DONE
    assert reader.request(answer.request_id) is None
    assert writer.cancel(answer.request_id).kind is AnswerKind.DONE
    assert writer.retry(answer.request_id).kind is AnswerKind.GONE


def test_seasons_are_asked_for_by_number_and_never_twice(
    reader: SeerrReader, writer: SeerrWriter, waiting: User, clean: Clean
) -> None:
    key = Key(Kind.TV, THRONES)
    if reader.observe_title(key.kind, key.tmdb).media:
        pytest.skip("the server knows the show of this test")
    options = RequestOptions(requester=waiting.id)
    first = writer.create(NewRequest(key=key, seasons=(1, 2), options=options))
    assert first.request_id is not None
    clean(first.request_id)
    more = writer.create(NewRequest(key=key, seasons=(2, 3), options=options))
    assert more.request_id is not None
    clean(more.request_id)
    assert writer.create(NewRequest(key=key, seasons=(1, 3), options=options)).kind is AnswerKind.NOTHING_TO_DO
    requests = {row.id: row.seasons for row in reader.observe().requests if row.key == key}
    assert requests == {first.request_id: (1, 2), more.request_id: (3,)}


def test_an_unknown_id_is_told_apart(writer: SeerrWriter, waiting: User) -> None:
    request = NewRequest(key=Key(Kind.MOVIE, 999_999_991), options=RequestOptions(requester=waiting.id))
    assert writer.create(request).kind is AnswerKind.UNKNOWN_ID


def test_acting_as_nobody_is_refused_and_does_not_look_like_a_wrong_key(writer: SeerrWriter, movie: Key) -> None:
    answer = writer.create(NewRequest(key=movie, options=RequestOptions(requester=987654)))
    assert answer.kind is AnswerKind.PERMISSION
    assert "987654" in answer.text


def test_what_makes_no_sense_is_refused_before_it_is_sent(writer: SeerrWriter) -> None:
    for wrong in (
        NewRequest(key=Key(Kind.TV, THRONES)),
        NewRequest(key=Key(Kind.MOVIE, MATRIX), seasons=(1,)),
        NewRequest(key=Key(Kind.MOVIE, MATRIX), options=RequestOptions(requester=0)),
        NewRequest(key=Key(Kind.MOVIE, MATRIX), options=RequestOptions(requester=-1)),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 — any of them
            writer.create(wrong)
    for number in (0, -1):
        with pytest.raises(ValueError, match="above 0"):
            writer.cancel(number)
