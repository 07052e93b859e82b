"""What can be chosen in a Radarr or Sonarr is read without harm, whatever state they are in."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

import pytest

from providers.servers import ServerSettings, ServiceUnavailable, connect
from providers.servers.seerr import SeerrReader
from providers.servers.services import ServiceSettings, question
from reconciler.demo.server import DemoServer
from schemas.media import Kind
from schemas.server import Service

from .conftest import Hands

START = datetime(2026, 1, 1, tzinfo=UTC)


def one_of(reader: SeerrReader, kind: Kind) -> Service:
    return next(service for service in reader.services() if service.kind is kind)


def test_profiles_folders_and_tags_are_told_by_name(reader: SeerrReader, demo: DemoServer) -> None:
    demo.people.change_service("sonarr", 0, profiles={9: "Any"}, tags={3: "list"}, more_folders=("/more",))
    films = reader.service_options(one_of(reader, Kind.MOVIE))
    assert films.profiles == {"HD-1080p": 4, "HD - 720p/1080p": 6, "Ultra-HD": 5}
    assert (films.root_folders, films.tags) == (("/movies",), {"requested": 1})
    shows = reader.service_options(one_of(reader, Kind.TV))
    assert (shows.profiles, shows.root_folders, shows.tags) == ({"Any": 9}, ("/tv", "/more"), {"list": 3})


@pytest.mark.parametrize("condition", ["down", "timeout", "hanging"])
@pytest.mark.parametrize("kind", Kind)
def test_a_failing_service_is_told_at_once_and_the_server_lives(
    reader: SeerrReader, demo: DemoServer, hands: Hands, kind: Kind, condition: str
) -> None:
    demo.state.service_timeout = 0.02
    service = one_of(reader, kind)
    demo.people.set_service("radarr" if kind is Kind.MOVIE else "sonarr", 0, condition)  # type: ignore[arg-type]
    with pytest.raises(ServiceUnavailable, match=f"{service.name} does not answer the server") as told:
        reader.service_options(service)
    assert "Test" in told.value.remedy
    assert hands.waits.seconds == []


def test_no_answer_that_the_server_kept_is_ever_renewed_behind_our_back(demo: DemoServer) -> None:
    """That is what kills a server whose Radarr went down since."""
    now = START
    demo.state.clock = lambda: now
    settings = ServerSettings(demo.url, demo.api_key)
    with connect(settings, clock=lambda: now, sleep=lambda _: None) as reader:
        service = one_of(reader, Kind.MOVIE)
        for seconds in (0, 5, 15, 60, 1800, 3590, 3605, 3615):
            now = START + timedelta(seconds=seconds)
            demo.people.set_service("radarr", 0, "ok")
            reader.service_options(service)
            demo.people.set_service("radarr", 0, "down")
            now += timedelta(seconds=9)
            with pytest.raises(ServiceUnavailable):
                reader.service_options(service)
    assert demo.crashed is None


def test_the_address_is_the_same_to_everybody_but_the_cache() -> None:
    settings = ServiceSettings(id=0, hostname="radarr", port=7878, apiKey="secret", baseUrl="/radarr/")
    asked = [json.loads(question(settings, START + timedelta(seconds=10 * n)))["baseUrl"] for n in range(361)]
    assert len(set(asked)) == 361
    for path in asked:
        assert urljoin("http://radarr:7878", f"{path}/api/v3") == "http://radarr:7878/radarr/api/v3"
    assert "secret" not in repr(settings)


def test_a_service_that_was_removed_is_no_longer_there(reader: SeerrReader, demo: DemoServer) -> None:
    service = one_of(reader, Kind.MOVIE)
    demo.people.remove_services()
    with pytest.raises(ServiceUnavailable, match="not in the server's settings any more"):
        reader.service_options(service)


def test_a_server_that_wants_its_token_back_gets_it(reader: SeerrReader, demo: DemoServer) -> None:
    demo.people.set_csrf(on=True)
    assert reader.service_options(one_of(reader, Kind.MOVIE)).root_folders == ("/movies",)


def test_questions_are_put_as_the_keys_own_user_and_write_nothing(reader: SeerrReader, demo: DemoServer) -> None:
    reader.service_options(one_of(reader, Kind.MOVIE))
    assert not demo.calls.writes()
    assert {call.user for call in demo.calls} == {None}
