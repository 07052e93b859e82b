"""A client that other people wrote, for real Overseerrs, gets along with this one.

It knows no collections among search results and no accounts without a Plex id, so the calls that would show one are
made against the embedded Overseerr alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from reconciler.demo.server import DemoServer

from .conftest import CHERNOBYL, DUNE, THRONES, products

overseerr = pytest.importorskip("python_overseerr")
models = pytest.importorskip("python_overseerr.models")


@asynccontextmanager
async def connected(server: DemoServer) -> AsyncIterator[overseerr.OverseerrClient]:
    async with overseerr.OverseerrClient(server.host, server.port, server.api_key, ssl=False) as client:
        yield client


def with_client(server: DemoServer, work: Callable[[overseerr.OverseerrClient], Awaitable[None]]) -> None:
    async def run() -> None:
        async with connected(server) as client:
            await work(client)

    asyncio.run(run())


@products("overseerr", "jellyseerr-2.3", "jellyseerr-2.7", "seerr")
def test_it_reads_status_counts_and_search(server: DemoServer) -> None:
    server.people.request("movie", DUNE, user=2)

    async def work(client: overseerr.OverseerrClient) -> None:
        assert (await client.get_status()).version == server.state.product.version
        assert (await client.get_request_count()).pending == 1
        movie, *others = await client.search("parasite")
        assert (movie.id, movie.media_type, others) == (496243, models.ResultMediaType.MOVIE, [])

    with_client(server, work)


@products("overseerr")
def test_it_requests_and_lists_what_it_requested(server: DemoServer) -> None:
    async def work(client: overseerr.OverseerrClient) -> None:
        created = await client.create_request(models.MediaType.MOVIE, DUNE)
        assert (created.media.tmdb_id, created.requested_by.display_name) == (DUNE, "admin")
        show = await client.create_request(models.MediaType.TV, THRONES, seasons=[1, 2])
        assert show.season_count == 2
        listed = await client.get_requests(status=models.RequestFilterStatus.APPROVED)
        assert [one.id for one in listed] == [2, 1]
        assert listed[0].media.tvdb_id == 121361

    with_client(server, work)


@products("overseerr")
def test_it_reads_details_with_their_requests(server: DemoServer) -> None:
    server.people.request("movie", DUNE, user=2)
    server.people.request("tv", CHERNOBYL, user=2)

    async def work(client: overseerr.OverseerrClient) -> None:
        movie = await client.get_movie_details(DUNE)
        assert (movie.imdb_id, movie.runtime) == ("tt1160419", 155)
        assert movie.media_info.requests[0].requested_by.id == 2
        show = await client.get_tv_details(CHERNOBYL)
        assert (show.number_of_seasons, show.seasons[0].episode_count) == (1, 5)

    with_client(server, work)


@products("overseerr", "seerr")
def test_it_takes_a_wrong_key_and_an_unescaped_query_for_what_they_are(server: DemoServer) -> None:
    async def work(client: overseerr.OverseerrClient) -> None:
        with pytest.raises(overseerr.OverseerrConnectionError):
            await client.search("the matrix")  # it sends a plus for the space, which the real servers refuse too
        client.api_key = "wrong"
        with pytest.raises(overseerr.OverseerrAuthenticationError):
            await client.get_requests()

    with_client(server, work)
