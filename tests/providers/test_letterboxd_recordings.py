"""Recorded pages of Letterboxd, served on loopback, hold exactly what a plain look at their text finds."""

import html
import os
import re
from pathlib import Path

import pytest

from providers.errors import Malformed
from schemas.media import Ids, Kind
from tests.providers.letterboxd_site import Reply, site

RECORDINGS = (
    Path(os.environ.get("LISTSYNC_RECORDINGS", Path(__file__).parents[3] / "shared" / "recordings")) / "letterboxd"
)
pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}")

PAGES = {
    "list_official-top-250_p1_2025-12": ("dave/list/official-top-250-narrative-feature-films", 100, 250),
    "legacy_2023_top_list": ("dave/list/official-top-250-narrative-feature-films", 100, 250),
    "list_fragment_pelis-uru_p1_2026-04": ("eibonslam/list/pelis-uru-cinemateca-gratis", 19, None),
    "list_closet-picks_fragment_2026-08": ("criterion/list/sander-laks-criterion-closet-picks", 3, None),
    "watchlist_p1_mikiboxd": ("midaskiebert/watchlist", 28, 406),
    "watchlist_empty_page_mikiboxd": ("midaskiebert/watchlist", 0, 406),
    "legacy_watchlist_p1_2025-07": ("midaskiebert/watchlist", 100, 384),
    "user_films_p1_2025-12": ("hepamynondas/films", 72, 135),
    "user_films_logged_in_2025-11-03": ("samtestacct/films", 72, 79),
    "user_films_p1_rendered_browser_2026-01": ("rjbritton08/films", 49, 49),
    "user_films_genre_action_p1_2026-03": ("adamshimi/films/genre/action", 72, None),
    "user_likes_films_p1_2026-01": ("spazznolo/likes/films", 72, 77),
    "user_diary_p1_2026-01": ("spazznolo/diary", 50, 81),
    "actor_filmography_2025-12": ("actor/michael-fassbender", 68, None),
    "ajax_films_by_rating_p1_2025-10": ("films/by/rating", 72, 1126374),
}


def path_of(identifier: str) -> str:
    return f"/{identifier}/"


def plainly(text: str) -> list[tuple[str, str, int | None]]:
    """Slug, title and year of every poster, by regular expressions alone."""
    found = []
    for tag in re.findall(r"<div\b[^>]*data-(?:item|film)-slug=[^>]*>(?:\s*<img\b[^>]*>)?", text):
        told = {name: html.unescape(value) for name, _, value in re.findall(r"([\w-]+)=([\"'])(.*?)\2", tag)}
        slug = (told.get("data-item-slug") or told["data-film-slug"]).rstrip("/").split("/")[-1]
        name = told.get("data-item-full-display-name") or told.get("alt", "")
        year = re.search(r" \((\d{4})\)$", name)
        title = name[: year.start()] if year else name
        found.append((slug, " ".join(title.replace("\u200e", "").split()), int(year[1]) if year else None))
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_what_it_holds(name: str) -> None:
    identifier, count, total = PAGES[name]
    body = (RECORDINGS / f"{name}.html").read_bytes()
    with site({path_of(identifier): Reply(body)}) as served:
        found = served.fetch(identifier)
    expected = plainly(body.decode())
    assert [(item.ref, item.title, item.year) for item in found.items] == [
        (f"letterboxd:{slug}", title, year) for slug, title, year in expected
    ]
    assert [item.position for item in found.items] == list(range(1, count + 1))
    assert (len(found.items), found.total) == (count, total)
    assert found.complete == (re.search(r'<a class="next"', body.decode()) is None)


def test_ranks_are_the_order() -> None:
    text = (RECORDINGS / "list_official-top-250_p1_2025-12.html").read_text()
    assert [int(rank) for rank in re.findall(r'<p class="list-number">(\d+)</p>', text)] == list(range(1, 101))


@pytest.mark.parametrize(
    ("name", "kind", "ids"),
    [
        ("film_mulholland-drive_2026-01", Kind.MOVIE, Ids(tmdb=1018, imdb="tt0166924")),
        ("film_missing_jsonld_2025-11-03", Kind.MOVIE, Ids(tmdb=467244, imdb="tt7160372")),
        ("film_unbelievable-2019_tv-miniseries_2026-01", Kind.TV, Ids(tmdb=91275, imdb="tt7909970")),
        ("actor_filmography_2025-12", None, Ids()),
    ],
)
def test_a_films_page_names_it_elsewhere_and_a_persons_page_names_no_film(
    name: str, kind: Kind | None, ids: Ids
) -> None:
    pages = {"/dave/watchlist/": Reply((RECORDINGS / "list_closet-picks_fragment_2026-08.html").read_bytes())}
    pages["/film/naked/"] = Reply((RECORDINGS / f"{name}.html").read_bytes())
    with site({**pages}) as served:
        first = served.fetch("dave/watchlist").items[0]
    assert (first.kind, first.ids) == (kind, ids)


@pytest.mark.parametrize("name", ["user_profile_2026-01", "user_following_p1_2026-01", "film_mulholland-drive_2026-01"])
def test_a_page_that_is_no_list_is_not_read_as_one(name: str) -> None:
    body = (RECORDINGS / f"{name}.html").read_bytes()
    with site({"/dave/watchlist/": Reply(body)}) as served, pytest.raises(Malformed):
        served.fetch("dave/watchlist")


def test_a_feed_gives_its_films_with_tmdb_ids() -> None:
    body = (RECORDINGS / "rss_user_diary_anonymised_2025-12.xml").read_bytes()
    with site({"/sample_user/rss/": Reply(body, headers={"content-type": "application/rss+xml"})}) as served:
        found = served.fetch("sample_user/rss")
        assert served.asked == ["/sample_user/rss/"]
    text = body.decode()
    titles = re.findall(r"<title>(.*), (\d{4}) - ", text)
    assert [(item.title, item.year) for item in found.items] == [(title, int(year)) for title, year in titles]
    assert [item.ids.tmdb for item in found.items] == [int(one) for one in re.findall(r"<tmdb:movieId>(\d+)<", text)]
    assert [item.ref for item in found.items] == [
        f"letterboxd:{slug}" for slug in re.findall(r"<link>\S*/film/([^/]+)/</link>", text)
    ]
    assert {item.kind for item in found.items} == {Kind.MOVIE}
