"""The configuration from a repository that lies beside the test."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.config import Loaded, load
from reconciler.gitsource import GitSource, load_applied, place_of
from reconciler.redact import Redactor
from schemas.conditions import ConditionType, Truth
from tests.loop.house import House, condition

pytest.importorskip("dulwich")
MATRIX, INCEPTION = "movie:tmdb:603", "movie:tmdb:27205"


class Origin:
    """A bare repository and a working copy to push from."""

    def __init__(self, folder: Path) -> None:
        self.bare, self.work = folder / "origin.git", folder / "work"
        self.git("init", "-q", "--bare", "-b", "main", str(self.bare), within=folder)
        self.git("init", "-q", "-b", "main", str(self.work), within=folder)
        self.git("remote", "add", "origin", str(self.bare))

    def git(self, *words: str, within: Path | None = None) -> str:
        who = ("-c", "user.name=dave", "-c", "user.email=dave@household.example", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", *who, *words], cwd=within or self.work, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def push(self, files: dict[str, str], *how: str) -> str:
        for name, text in files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a change", *how)
        self.git("push", "-q", "--force", "origin", "HEAD:main")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    return Origin(tmp_path)


def config_of(house: House, **more: str) -> dict[str, str]:
    house.holds("top", MATRIX, every="6h")
    house.write()
    files = {"listsync.yaml": house.path.read_text(), "top.txt": MATRIX, **more}
    house.path.unlink()
    (house.folder / "top.txt").unlink()
    return files


def source_of(house: House, origin: Origin, ref: str | None = "main", **options: str) -> GitSource:
    redactor = Redactor()
    place = place_of({}, redactor, url=str(origin.bare), ref=ref, poll="5m", **options)
    assert place is not None

    def read(path: Path):
        return load(path, {"KEY": house.server.api_key}, clock=house.clock, redactor=redactor)

    return GitSource(place, house.folder, read, redactor, patience=20)


def test_a_bad_commit_does_not_take_effect_is_named_and_the_next_good_one_is_applied(
    house: House, origin: Origin
) -> None:
    files = config_of(house)
    first = origin.push(files)
    with house.looping(source=source_of(house, origin)) as loop:
        tick = loop.tick()
        assert (tick.config.applied, tick.fetched) == (first[:10], ("top",))
        assert house.requests() == [("movie", 603)]

        broken = files["listsync.yaml"].replace("every: 6h", "every: often")
        second = origin.push({"listsync.yaml": broken})
        loop.loop.wait_until(tick.next_wake)
        assert house.clock() - tick.finished < timedelta(minutes=6)
        bad = loop.tick()
        line = 1 + broken[: broken.index("every: often")].count("\n")
        assert bad.config.problems[0].startswith(f"listsync.yaml:{line}:")
        assert (bad.config.attempted, bad.config.applied) == (second[:10], first[:10])
        assert condition(bad, ConditionType.CONFIG_VALID).status is Truth.FALSE
        assert condition(bad, ConditionType.GIT_REACHABLE).status is Truth.TRUE

        third = origin.push({"listsync.yaml": files["listsync.yaml"], "top.txt": f"{MATRIX}\n{INCEPTION}"})
        loop.loop.wait_until(bad.next_wake)
        good = loop.tick()
        assert (good.config.applied, good.config.problems) == (third[:10], ())
        assert [one.recovered for one in good.changed if one.now.type is ConditionType.CONFIG_VALID] == [True]
        loop.pass_(hours=7)
    assert house.requests() == [("movie", 603), ("movie", 27205)]
    kept = [path.name for path in (house.folder / "data" / "git").iterdir() if len(path.name) == 40]
    assert len(kept) <= 2


def test_a_restart_goes_on_with_the_last_good_commit_while_the_remote_is_away(house: House, origin: Origin) -> None:
    commit = origin.push(config_of(house))
    with house.looping(source=source_of(house, origin)) as loop:
        loop.tick()
    origin.bare.rename(origin.bare.with_name("away.git"))
    with house.looping(source=source_of(house, origin)) as loop:
        tick = loop.tick()
        assert tick.config.applied == commit[:10]
        gone = condition(tick, ConditionType.GIT_REACHABLE)
        assert (gone.status, gone.reason) == (Truth.FALSE, "Unreachable")
        assert tick.error == ""
        origin.bare.with_name("away.git").rename(origin.bare)
        loop.loop.wait_until(tick.next_wake)
        back = loop.tick()
        assert [one.recovered for one in back.changed if one.now.type is ConditionType.GIT_REACHABLE] == [True]


def test_a_ref_that_vanished_and_a_history_that_was_rewritten_are_conditions(house: House, origin: Origin) -> None:
    files = config_of(house)
    origin.push(files)
    with house.looping(source=source_of(house, origin)) as loop:
        tick = loop.tick()
        rewritten = origin.push({"top.txt": INCEPTION}, "--amend")
        loop.loop.wait_until(tick.next_wake)
        tick = loop.tick()
        assert tick.config.applied == rewritten[:10]
        assert condition(tick, ConditionType.GIT_REACHABLE).reason == "HistoryRewritten"
        origin.git("push", "-q", "origin", "HEAD:other")
        origin.git("-C", str(origin.bare), "update-ref", "-d", "refs/heads/main")
        loop.loop.wait_until(tick.next_wake)
        tick = loop.tick()
        gone = condition(tick, ConditionType.GIT_REACHABLE)
        assert (gone.status, gone.reason) == (Truth.FALSE, "RefGone")
        assert "other" in gone.remedy
        assert tick.config.applied == rewritten[:10]


def test_a_file_below_a_folder_a_tag_and_the_remote_s_own_head_can_be_followed(house: House, origin: Origin) -> None:
    files = {f"home/media/{name}": text for name, text in config_of(house).items()}
    commit = origin.push(files | {"elsewhere/large.bin": "x" * 1000})
    origin.git("tag", "-a", "v1", "-m", "first")
    origin.git("push", "-q", "origin", "v1")
    for ref in (None, "v1"):
        source = source_of(house, origin, ref, path="home/media/listsync.yaml")
        reading = source.read(house.clock())
        assert reading.loaded is not None, reading.status
        assert reading.loaded.revision.commit == commit
        assert reading.loaded.base_dir.name == "media"
    assert not list((house.folder / "data" / "git").rglob("large.bin"))


def test_commands_beside_the_loop_read_the_commit_in_effect(house: House, origin: Origin) -> None:
    commit = origin.push(config_of(house))
    source_of(house, origin).read(house.clock())
    place = place_of({"LISTSYNC_GIT": str(origin.bare), "LISTSYNC_GIT_REF": "main"}, Redactor())
    assert place is not None
    loaded = load_applied(place, house.folder, lambda path: load(path, {"KEY": "k"}))
    assert loaded is not None
    assert loaded.revision.commit == commit
    assert loaded.base_dir / loaded.config.state.database == house.folder / "data" / "listsync.db"


def test_credentials_are_taken_out_of_the_url_and_never_told() -> None:
    redactor = Redactor()
    place = place_of({}, redactor, url="https://dave:s3cret-token@git.example/casa.git", ref="main")
    assert place is not None
    assert str(place) == "https://git.example/casa.git main:listsync.yaml"
    assert "s3cret" not in repr(place)
    assert redactor("cannot reach https://dave:s3cret-token@git.example") == "cannot reach https://dave:***@git.example"


@pytest.mark.parametrize("path", ["/etc/passwd", "../listsync.yaml"])
def test_a_path_leads_nowhere_but_into_the_repository(path: str) -> None:
    from reconciler.errors import UsageProblem

    with pytest.raises(UsageProblem):
        place_of({}, Redactor(), url="https://git.example/casa.git", path=path)


def test_checkouts_lie_where_everything_else_is_kept(house: House, origin: Origin) -> None:
    origin.push(config_of(house))
    data = house.folder / "elsewhere"
    environ = {"LISTSYNC_GIT": str(origin.bare), "LISTSYNC_DATA": str(data)}
    place = place_of(environ, Redactor())
    assert place is not None

    def loaded(path: Path | None) -> Loaded:
        return load(path, {"KEY": house.server.api_key, "LISTSYNC_DATA": str(data)}, clock=house.clock)

    source = GitSource(place, house.folder, loaded, Redactor())
    reading = source.read(house.clock())
    assert reading.loaded is not None
    assert (data / "git" / "applied.json").exists()
    assert not (house.folder / "data").exists()
    assert load_applied(place, house.folder, loaded) is not None
