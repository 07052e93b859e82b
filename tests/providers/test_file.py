"""Lists from files: told by what they hold, every row accounted for, and never a wrong list for a bad file."""

import io
import json
import os
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from providers.base import Context
from providers.errors import Malformed, ProviderError, Unavailable
from providers.lists import registry
from schemas.fetch import Fetched
from schemas.media import Ids, Item, Kind

from .conftest import Contexts
from .site import Answer, serving

FILE = registry.get("file")
IMDB_HEADER = (
    "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,"
    "Genres,Num Votes,Release Date,Directors,Your Rating,Date Rated"
)


@pytest.fixture
def context(context_for: Contexts) -> Context:
    return context_for("file")


def read(content: str | bytes, context: Context, name: str = "list") -> Fetched:
    (context.base_dir / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    source = FILE.parse(name)
    assert source is not None
    return FILE.fetch(source, context)


def only(fetched: Fetched) -> Item:
    assert len(fetched.items) == 1, fetched
    return fetched.items[0]


class TestText:
    @pytest.mark.parametrize(
        ("line", "ref", "title", "year", "kind", "ids"),
        [
            ("tt0133093", "imdb:tt0133093", "", None, None, Ids(imdb="tt0133093")),
            ("  TT0133093  ", "imdb:tt0133093", "", None, None, Ids(imdb="tt0133093")),
            ("tt133093", "imdb:tt0133093", "", None, None, Ids(imdb="tt0133093")),
            ("imdb:tt0133093", "imdb:tt0133093", "", None, None, Ids(imdb="tt0133093")),
            ("tt0133093 # a comment", "imdb:tt0133093", "a comment", None, None, Ids(imdb="tt0133093")),
            ("tt0133093,The Matrix,1999", "imdb:tt0133093", "The Matrix", None, None, Ids(imdb="tt0133093")),
            ("tt0133093: The Matrix", "imdb:tt0133093", "The Matrix", None, None, Ids(imdb="tt0133093")),
            ("Alien [tt0078748]", "imdb:tt0078748", "Alien", None, None, Ids(imdb="tt0078748")),
            ("The Matrix (1999) tt0133093", "imdb:tt0133093", "The Matrix", 1999, None, Ids(imdb="tt0133093")),
            ("https://www.imdb.com/title/tt0133093/?ref_=x", "imdb:tt0133093", "", None, None, Ids(imdb="tt0133093")),
            ("imdb.com/pt/title/tt0133093", "imdb:tt0133093", "", None, None, Ids(imdb="tt0133093")),
            ("movie:tmdb:603", "tmdb:movie:603", "", None, Kind.MOVIE, Ids(tmdb=603)),
            ("tv:tmdb:1399", "tmdb:tv:1399", "", None, Kind.TV, Ids(tmdb=1399)),
            ("tv:tmdb:1399@4k", "tmdb:tv:1399", "", None, Kind.TV, Ids(tmdb=1399)),
            ("tmdb:movie:603", "tmdb:movie:603", "", None, Kind.MOVIE, Ids(tmdb=603)),
            ("tmdb:9797", "tmdb:9797", "", None, None, Ids(tmdb=9797)),
            ("tvdb:121361", "tvdb:121361", "", None, None, Ids(tvdb=121361)),
            ("https://www.themoviedb.org/tv/1399-x", "tmdb:tv:1399", "", None, Kind.TV, Ids(tmdb=1399)),
            (
                "https://letterboxd.com/film/nosferatu-2024/",
                "letterboxd:nosferatu-2024",
                "Nosferatu",
                2024,
                None,
                Ids(),
            ),
            ("Alien (1979)", "file:alien-1979", "Alien", 1979, None, Ids()),
            ("Amélie", "file:amélie", "Amélie", None, None, Ids()),
            ("1917", "file:1917", "1917", None, None, Ids()),
            (
                "2001: A Space Odyssey (1968)",
                "file:2001-a-space-odyssey-1968",
                "2001: A Space Odyssey",
                1968,
                None,
                Ids(),
            ),
            ("[Rec] (2007)", "file:rec-2007", "[Rec]", 2007, None, Ids()),
            ("Fargo (2014 TV Series)", "file:fargo-2014", "Fargo", 2014, Kind.TV, Ids()),
            ("(500) Days of Summer", "file:500-days-of-summer", "(500) Days of Summer", None, None, Ids()),
            ("M*A*S*H", "file:m-a-s-h", "M*A*S*H", None, None, Ids()),
            ("* Alien (1979)", "file:alien-1979", "Alien", 1979, None, Ids()),
            ("¡!", "file:¡!", "¡!", None, None, Ids()),
        ],
    )
    def test_a_line_names_a_title(
        self, context: Context, line: str, ref: str, title: str, year: int | None, kind: Kind | None, ids: Ids
    ) -> None:
        item = only(read(line, context))
        assert (item.ref, item.title, item.year, item.kind, item.ids) == (ref, title, year, kind, ids)

    def test_empty_lines_and_comments_are_no_rows(self, context: Context) -> None:
        fetched = read("# mine\n\n// and this\r\ntt0133093\r\n\r\nAlien (1979)\r\n", context)
        assert [item.position for item in fetched.items] == [1, 2]
        assert fetched.total == 2

    def test_a_numbered_list_loses_its_numbers(self, context: Context) -> None:
        assert [item.title for item in read("1. Alien (1979)\n2. 12 Angry Men\n", context).items] == [
            "Alien",
            "12 Angry Men",
        ]

    def test_a_line_that_says_nothing_is_told_with_its_number(self, context: Context) -> None:
        fetched = read(f"Alien\n{'x' * 500}\nAliens\n", context)
        assert [item.title for item in fetched.items] == ["Alien", "Aliens"]
        assert (fetched.total, fetched.complete) == (3, False)
        assert "line 2" in fetched.warnings[0]

    def test_the_same_title_twice_stays_twice(self, context: Context) -> None:
        assert len(read("tt0133093\ntt0133093\n", context).items) == 2

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    def test_any_usual_encoding_is_read(self, context: Context, encoding: str) -> None:
        content = "Amélie (2001)\r\nAlien (1979)\r\n".encode(encoding)
        assert [item.title for item in read(content, context).items] == ["Amélie", "Alien"]


class TestYaml:
    def test_a_sequence_of_everything_that_names_a_title(self, context: Context) -> None:
        fetched = read(
            """
            # what we want to see
            - Alien (1979)
            - tt0133093
            - tv:tmdb:1399
            - https://www.imdb.com/title/tt0078748/
            - Mission: Impossible
            - 2001: A Space Odyssey
            - 1917
            - {title: Dune, year: 2021, type: movie, tmdb: 438631}
            - title: Severance
              kind: tv
              ids: {imdb: tt11280740, tvdb: 371980}
            - key: movie:tmdb:603
              title: The Matrix
            """.replace("\n            ", "\n"),
            context,
        )
        assert [item.ref for item in fetched.items] == [
            "file:alien-1979", "imdb:tt0133093", "tmdb:tv:1399", "imdb:tt0078748", "file:mission-impossible",
            "file:2001-a-space-odyssey", "file:1917", "tmdb:movie:438631", "imdb:tt11280740", "tmdb:movie:603",
        ]  # fmt: skip
        assert [item.title for item in fetched.items][4:7] == ["Mission: Impossible", "2001: A Space Odyssey", "1917"]
        assert fetched.items[8].kind is Kind.TV
        assert (fetched.total, fetched.complete) == (10, True)

    def test_sections_say_the_kind(self, context: Context) -> None:
        fetched = read("name: Ours\nmovies:\n  - Alien (1979)\nshows:\n  - Fargo\n", context)
        assert [(item.title, item.kind) for item in fetched.items] == [("Alien", Kind.MOVIE), ("Fargo", Kind.TV)]
        assert fetched.title == "Ours"

    def test_titles_that_yaml_would_stumble_over(self, context: Context) -> None:
        assert [item.title for item in read("- [Rec] (2007)\n- Alien (1979)\n", context).items] == ["[Rec]", "Alien"]
        lines = "Alien: Romulus (2024)\nDune\n"
        assert [item.title for item in read(lines, context).items] == ["Alien: Romulus", "Dune"]

    def test_an_entry_that_names_nothing_is_told(self, context: Context) -> None:
        fetched = read("- Alien\n- note: later\n  why: so\n- null\n", context)
        assert (len(fetched.items), fetched.total, fetched.complete) == (1, 3, False)
        assert "entry 2" in fetched.warnings[0]

    @pytest.mark.parametrize("content", ["- a\n- b: [\n", "items:\n  a: 1\n", "- &a [*a]\n", "items: {a: {}}\n"])
    def test_what_is_no_list_is_malformed(self, context: Context, content: str) -> None:
        with pytest.raises(Malformed):
            read(content, context)


class TestJson:
    def test_radarr_list_with_unknown_ids_as_0_and_null(self, context: Context) -> None:
        rows = [
            {
                "id": 603,
                "imdb_id": "tt0133093",
                "title": "The Matrix",
                "release_year": "1999",
                "clean_title": "/film/the-matrix/",
            },
            {
                "id": 0,
                "imdb_id": "tt0185906",
                "title": "Band of Brothers",
                "release_year": "2001",
                "clean_title": "/film/b/",
            },
            {"id": None, "title": "Cunk on Earth", "release_year": "2022", "clean_title": "/film/cunk-on-earth/"},
            {"id": "438631", "title": "Dune", "release_year": ""},
        ]
        items = read(json.dumps(rows), context).items
        assert [item.ids for item in items] == [
            Ids(tmdb=603, imdb="tt0133093"), Ids(imdb="tt0185906"), Ids(), Ids(tmdb=438631),
        ]  # fmt: skip
        assert [item.kind for item in items] == [Kind.MOVIE, None, None, Kind.MOVIE]
        assert items[2].ref == "letterboxd:cunk-on-earth"
        assert [item.year for item in items] == [1999, 2001, 2022, None]

    def test_radarr_api_ids_are_its_own(self, context: Context) -> None:
        item = only(
            read(json.dumps([{"id": 3, "tmdbId": 603, "title": "The Matrix", "cleanTitle": "thematrix"}]), context)
        )
        assert (item.ids, item.kind) == (Ids(tmdb=603), Kind.MOVIE)

    @pytest.mark.parametrize("name", ["tvdbId", "TvdbId", "tvdb_id"])
    def test_sonarr_lists_hold_series(self, context: Context, name: str) -> None:
        items = read(
            json.dumps([{"id": 3, name: 121361, "title": "Game of Thrones"}, {name: 0, "ImdbId": "tt1"}]), context
        ).items
        assert [(item.ids, item.kind) for item in items] == [
            (Ids(tvdb=121361), Kind.TV), (Ids(imdb="tt0000001"), Kind.TV),
        ]  # fmt: skip

    def test_mdblist_rows_say_what_their_id_is_of(self, context: Context) -> None:
        rows = [
            {"id": 603, "mediatype": "movie", "title": "The Matrix", "imdb_id": None, "tvdb_id": 169, "rank": 1},
            {"id": 1399, "mediatype": "show", "title": "Game of Thrones", "imdb_id": "tt0944947", "tvdb_id": 121361},
        ]
        items = read(json.dumps(rows), context).items
        assert [item.ref for item in items] == ["tmdb:movie:603", "imdb:tt0944947"]
        assert [item.kind for item in items] == [Kind.MOVIE, Kind.TV]

    def test_trakt_rows_of_seasons_mean_their_show(self, context: Context) -> None:
        show = {"title": "Fargo", "year": 2014, "ids": {"trakt": 1, "imdb": "tt2802850", "tmdb": 60622, "tvdb": 269613}}
        rows = [
            {
                "rank": 1,
                "type": "season",
                "season": {"number": 2},
                "show": show,
                "listed_at": "2026-01-02T03:04:05.000Z",
            },
            {"rank": 2, "type": "person", "person": {"name": "Nobody", "ids": {"trakt": 2, "imdb": "nm0000001"}}},
        ]
        season, person = read(json.dumps(rows), context).items
        assert (season.ref, season.kind, season.ids.tmdb) == ("imdb:tt2802850", Kind.TV, 60622)
        assert season.added == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        assert (person.excluded, person.ids) == ("person", Ids())

    def test_a_mark_at_the_start_is_no_part_of_it(self, context: Context) -> None:
        assert only(read(b'\xef\xbb\xbf[{"title": "Alien"}]', context)).title == "Alien"

    @pytest.mark.parametrize(
        "content",
        ['[{"title": "Alien"}', '{"error": "Not found"}', '{"a": 1}', '[{"foo": 1}, {"bar": 2}]', "[[1], [2]]",
         '[{"name": "Lists", "item_count": 3}]', "[" * 5000],
    )  # fmt: skip
    def test_a_cut_or_foreign_document_is_malformed(self, context: Context, content: str) -> None:
        with pytest.raises(Malformed):
            read(content, context)

    def test_the_service_s_own_words_are_passed_on(self, context: Context) -> None:
        with pytest.raises(Malformed, match="Not found"):
            read('{"error": "Not found"}', context)


class TestTables:
    def test_imdb_export(self, context: Context) -> None:
        row = (
            '1,tt0405094,2016-03-03,2016-03-03,,"Жизнь других","Das Leben der Anderen",'
            'https://www.imdb.com/title/tt0405094/,Movie,8.4,137,2006,"Drama, Mystery",445871,2007-07-19,"F. D.",,'
        )
        item = only(read(f"{IMDB_HEADER}\r\n{row}\r\n", context))
        assert (item.ref, item.title, item.original_title) == (
            "imdb:tt0405094",
            "Жизнь других",
            "Das Leben der Anderen",
        )
        assert (item.year, item.kind, item.runtime) == (2006, Kind.MOVIE, 137)
        assert (item.ratings, item.votes, item.genres) == ({"imdb": 8.4}, {"imdb": 445871}, ("Drama", "Mystery"))
        assert (item.added, item.released) == (datetime(2016, 3, 3, tzinfo=UTC), date(2007, 7, 19))

    @pytest.mark.parametrize(
        ("label", "kind", "excluded"),
        [
            ("Movie", Kind.MOVIE, None), ("Feature Film", Kind.MOVIE, None), ("tvMovie", Kind.MOVIE, None),
            ("TV Special", Kind.MOVIE, None), ("Short", Kind.MOVIE, None), ("TV Short", Kind.MOVIE, None),
            ("Video", Kind.MOVIE, None), ("Documentary", Kind.MOVIE, None), ("TV Series", Kind.TV, None),
            ("tvSeries", Kind.TV, None), ("TV Mini Series", Kind.TV, None), ("Mini-Series", Kind.TV, None),
            ("TV Episode", None, "episode"), ("tvEpisode", None, "episode"), ("Video Game", None, "video game"),
            ("Music Video", None, "music video"), ("Podcast Series", None, "podcast"),
            ("Podcast Episode", None, "podcast"),
            ("Something New", None, None), ("", None, None),
        ],
    )  # fmt: skip
    def test_title_types_of_all_years(
        self, context: Context, label: str, kind: Kind | None, excluded: str | None
    ) -> None:
        item = only(read(f"const,title,title type\ntt0000001,x,{label}\n", context))
        assert (item.kind, item.excluded) == (kind, excluded)

    def test_imdb_export_of_2017(self, context: Context) -> None:
        header = '"position","const","created","Title","Title type","Genres","Release Date (month/day/year)","URL"'
        row = '"1","tt1375666","Sat Apr 23 08:36:35 2011","Inception","Feature Film","action, sci_fi","2010-07-08","http://x/"'
        item = only(read(f"{header}\n{row}\n", context))
        assert item.added == datetime(2011, 4, 23, 8, 36, 35, tzinfo=UTC)
        assert (item.genres, item.year) == (("Action", "Sci-Fi"), 2010)

    def test_letterboxd_watchlist(self, context: Context) -> None:
        item = only(read("Date,Name,Year,Letterboxd URI\n2024-05-06,Nosferatu,2024,https://boxd.it/Ab3d\n", context))
        assert (item.ref, item.title, item.year, item.kind) == ("file:nosferatu-2024", "Nosferatu", 2024, None)
        assert (item.added, item.url) == (datetime(2024, 5, 6, tzinfo=UTC), "https://boxd.it/Ab3d")

    def test_letterboxd_list_with_its_own_table_above(self, context: Context) -> None:
        content = (
            "Letterboxd list export v7\nDate,Name,Tags,URL,Description\n"
            '2021-11-06,Noir nights,,https://boxd.it/dWPpg,"two\nlines"\n\n'
            "Position,Name,Year,URL,Description\n1,Laura,1944,https://boxd.it/1YHU,\n2,Detour,1945,https://boxd.it/1YHV,\n"
        )
        fetched = read(content, context)
        assert [(item.title, item.year) for item in fetched.items] == [("Laura", 1944), ("Detour", 1945)]
        assert (fetched.title, fetched.total) == ("Noir nights", 2)

    def test_tmdb_export_tells_episodes_from_shows(self, context: Context) -> None:
        content = (
            "TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,Episode Number\n"
            "1396,tt0903747,tv,Breaking Bad,2008-01-20T00:00:00Z,,\n1396,,tv,Pilot,2008-01-20T00:00:00Z,1,1\n"
        )
        show, episode = read(content, context).items
        assert (show.kind, show.year, show.ids) == (Kind.TV, 2008, Ids(tmdb=1396, imdb="tt0903747"))
        assert episode.excluded == "episode"

    @pytest.mark.parametrize(
        "content", ["title;year\nAlien;1979\n", "Title\tYear\nAlien\t1979\n", "sep=;\nFilm;Year\nAlien;1979\n"]
    )
    def test_any_table_whose_headings_say_what_they_are(self, context: Context, content: str) -> None:
        item = only(read(content, context))
        assert (item.title, item.year) == ("Alien", 1979)

    def test_a_table_of_tmdb_ids_alone_is_one_of_movies(self, context: Context) -> None:
        assert only(read("tmdb_id\n603\n", context)).ref == "tmdb:movie:603"

    def test_a_cell_too_many_is_told_with_its_line(self, context: Context) -> None:
        fetched = read("title,year\nAlien,1979\nGood, Bad, Ugly,1966\nAliens,1986\n", context)
        assert [item.title for item in fetched.items] == ["Alien", "Aliens"]
        assert (fetched.total, fetched.complete) == (3, False)
        assert "line 3" in fetched.warnings[0]

    def test_half_an_id_at_the_end_of_a_cut_export_is_no_id(self, context: Context) -> None:
        whole = "1,tt0405094,2016-03-03,2016-03-03,,A,A,https://x/,Movie,8.4,137,2006,Drama,4,2007-07-19,D,,"
        fetched = read(f"{IMDB_HEADER}\n{whole}\n2,tt04", context)
        assert [item.ref for item in fetched.items] == ["imdb:tt0405094"]
        assert (fetched.total, fetched.complete) == (2, False)

    def test_headings_alone_are_an_empty_list(self, context: Context) -> None:
        assert read(f"{IMDB_HEADER}\n", context) == Fetched(items=(), total=0)

    def test_a_title_that_spans_lines_in_quotes_is_one_row(self, context: Context) -> None:
        assert only(read('title,year\n"Alien\nagain",1979\n', context)).title == "Alien again"


class TestFeeds:
    def test_rss(self, context: Context) -> None:
        content = (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Mine</title>'
            "<item><title>Fargo (2014 TV Series)</title><link>http://www.imdb.com/title/tt2802850/</link>"
            "<pubDate>Tue, 25 Mar 2014 02:22:29 GMT</pubDate></item>"
            "<item><title>Dune (2021)</title><guid>tmdb://438631</guid><category>movie</category></item>"
            "</channel></rss>"
        )
        fargo, dune = read(content, context).items
        assert (fargo.ref, fargo.kind, fargo.year) == ("imdb:tt2802850", Kind.TV, 2014)
        assert (dune.ref, dune.kind) == ("tmdb:movie:438631", Kind.MOVIE)

    def test_xml_with_entities_of_its_own_is_refused(self, context: Context) -> None:
        with pytest.raises(Malformed):
            read('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><rss><channel><item/></channel></rss>', context)


class TestArchives:
    def archive(self, **files: str) -> bytes:
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w") as opened:
            for name, content in files.items():
                opened.writestr(name.replace("__", "/"), content)
        return kept.getvalue()

    def test_a_letterboxd_export_is_its_watchlist(self, context: Context) -> None:
        content = self.archive(
            **{"watchlist.csv": "Name,Year\nAlien,1979\n", "watched.csv": "Name,Year\nAliens,1986\n"}
        )
        assert only(read(content, context, "export.zip")).title == "Alien"

    def test_another_list_is_named_behind_a_number_sign(self, context: Context) -> None:
        content = self.archive(
            **{"watchlist.csv": "Name,Year\nAlien,1979\n", "lists/noir.csv": "Name,Year\nLaura,1944\n"}
        )
        (context.base_dir / "export.zip").write_bytes(content)
        source = registry.parse_source("file:export.zip#lists/noir.csv")
        assert only(FILE.fetch(source, context)).title == "Laura"

    def test_the_numbered_parts_of_a_trakt_export_are_one_list(self, context: Context) -> None:
        rows = [
            json.dumps([{"type": "movie", "movie": {"title": t, "ids": {"tmdb": n}}}]) for n, t in enumerate("abc", 1)
        ]
        content = self.archive(
            **{
                "x/lists-watchlist-10.json": rows[2],
                "x/lists-watchlist-2.json": rows[1],
                "x/lists-watchlist-1.json": rows[0],
            }
        )
        assert [(item.title, item.position) for item in read(content, context).items] == [("a", 1), ("b", 2), ("c", 3)]

    def test_no_telling_which_list_is_meant(self, context: Context) -> None:
        with pytest.raises(Unavailable) as caught:
            read(self.archive(**{"a.csv": "Name\nx\n", "b.csv": "Name\ny\n"}), context)
        assert "#a.csv" in caught.value.remedy

    @pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"PK\x05\x06"])
    def test_a_damaged_archive_is_malformed(self, context: Context, content: bytes) -> None:
        with pytest.raises(Malformed):
            read(content, context)


class TestPlaces:
    def test_an_empty_local_file_affirms_that_it_is_empty(self, context: Context) -> None:
        assert read("", context) == Fetched(items=(), total=0)

    def test_a_path_is_below_the_folder_of_the_configuration(self, context: Context) -> None:
        (context.base_dir / "lists").mkdir()
        (context.base_dir / "lists/a.txt").write_text("tt0133093")
        assert only(FILE.fetch(registry.parse_source("./lists/a.txt"), context)).ref == "imdb:tt0133093"

    def test_a_tilde_is_the_home_folder(
        self, context: Context, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / "a.txt").write_text("tt0133093")
        assert FILE.fetch(registry.parse_source("~/a.txt"), context).total == 1

    @pytest.mark.parametrize("name", ["missing.csv", "folder", "pipe", "no\x01such", "/dev/zero", "x" * 5000])
    def test_what_cannot_be_read_is_unavailable_and_named(self, context: Context, name: str) -> None:
        (context.base_dir / "folder").mkdir()
        os.mkfifo(context.base_dir / "pipe")
        with pytest.raises(Unavailable) as caught:
            FILE.fetch(registry.parse_source(f"file:{name}"), context)
        assert Path(name).name in str(caught.value)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
    def test_a_file_without_permission_is_unavailable(self, context: Context) -> None:
        (context.base_dir / "a.txt").write_text("tt0133093")
        (context.base_dir / "a.txt").chmod(0)
        with pytest.raises(Unavailable, match="ermission"):
            FILE.fetch(registry.parse_source("file:a.txt"), context)

    def test_a_file_larger_than_any_list_is_malformed(self, context: Context) -> None:
        with (context.base_dir / "a.txt").open("wb") as file:
            file.truncate(65 << 20)
        with pytest.raises(Malformed, match="64 MB"):
            FILE.fetch(registry.parse_source("file:a.txt"), context)

    @pytest.mark.parametrize(
        "content",
        [b"\x89PNG\r\n\x1a\n\0\0\0", b"<html><body>Sign in</body></html>", os.urandom(4096)],
        ids=["a picture", "a page", "noise"],
    )
    def test_garbage_is_malformed(self, context: Context, content: bytes) -> None:
        with pytest.raises(Malformed):
            read(content, context)

    def test_a_list_at_an_address(self, context: Context) -> None:
        with serving(lambda asked: Answer(b"tt0133093\n")) as site:
            fetched = FILE.fetch(registry.parse_source(f"{site.url}/a.txt"), context)
        assert (fetched.total, only(fetched).ref) == (1, "imdb:tt0133093")

    @pytest.mark.parametrize("body", [b"", b"  \n", b"[]", b"[]\n"])
    def test_an_address_does_not_affirm_emptiness(self, context: Context, body: bytes) -> None:
        with serving(lambda asked: Answer(body)) as site:
            try:
                fetched = FILE.fetch(registry.parse_source(f"{site.url}/a"), context)
            except ProviderError:
                return
        assert (fetched.items, fetched.total) == ((), None)

    def test_local_files_are_personal_and_addresses_are_not(self) -> None:
        assert registry.parse_source("file:a.csv").personal
        assert not registry.parse_source("https://example.com/a.csv").personal
