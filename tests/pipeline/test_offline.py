"""A plan without any network: from an export, for a change of listsync.yaml that is not merged yet."""

import json
from contextlib import suppress
from pathlib import Path

import pytest

from reconciler.commands.render.markdown import to_markdown
from reconciler.commands.render.outlines import outline_of
from reconciler.config import ConfigErrors, References, load
from reconciler.core.plan import digest
from reconciler.errors import ListsyncError, Refused
from reconciler.exporting import make_export, read_export, text_of
from reconciler.log import LogSettings, opened_log
from reconciler.offline import offline_plan
from reconciler.pipeline import apply_plan
from reconciler.plans import read_plan, write_plan
from reconciler.session import Tools
from schemas.plan import Plan
from schemas.reasons import Reason
from tests.pipeline.home import Home

MATRIX, DUNE, HEAT = "movie:tmdb:603", "movie:tmdb:438631", "movie:tmdb:949"
THRONES = "tv:tmdb:1399"


def export(home: Home) -> Path:
    """Written as the command writes it."""
    path = home.folder / "export.json"
    path.write_text(home.within(lambda session: text_of(make_export(session))), encoding="utf-8")
    return path


def offline(home: Home, path: Path, **scope: object) -> Plan:
    """Planned without a value from outside, as in CI."""
    with suppress(ConfigErrors):
        home.loaded()
    loaded = load(home.folder / "listsync.yaml", {}, clock=home.clock, references=References.TOLERATED)
    with opened_log(LogSettings(verbosity=-1)) as log:
        return offline_plan(loaded, read_export(path), tools=Tools(log=log), source=path, **scope)


def lines(plan: Plan) -> list[str]:
    return sorted(f"{one.action.value} {one.reason} {one.key}" for one in (*plan.actions, *plan.held, *plan.deferred))


@pytest.fixture
def lived_in(home: Home) -> Home:
    """Something of everything: requested, deleted, available, foreign, ambiguous, unconfirmed."""
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", MATRIX, DUNE, "Heat (1995)", "Dune", "No Such Film (1951)")
    home.holds("shows", THRONES)
    home.apply()
    home.server.people.make_available("movie", 438631)
    number = next(one["id"] for one in home.server.people.all_requests() if one["media"]["tmdbId"] == 603)
    home.server.people.delete_request(number)
    home.clock.pass_(hours=2)
    home.apply()
    home.server.people.add_season(1399)
    home.holds("films", MATRIX, DUNE, "Heat (1995)", "movie:tmdb:155", "movie:tmdb:680")
    home.plan()
    return home


def test_without_a_change_an_offline_plan_says_what_a_plan_says(lived_in):
    before = lived_in.plan()
    made = offline(lived_in, export(lived_in))
    assert lines(made) == lines(before)
    assert lines(made)
    assert made.drift == before.drift
    assert made.summary == before.summary
    assert made.config.digest == before.config.digest


def test_an_offline_plan_reaches_nobody(lived_in):
    path = export(lived_in)
    lived_in.server.reset_calls()
    (lived_in.folder / "films.txt").unlink()
    offline(lived_in, path)
    assert len(lived_in.server.calls) == 0


def test_a_change_of_the_configuration_shows_in_the_plan(lived_in):
    path = export(lived_in)
    lived_in.yaml["overrides"] = {"deny": {"movie:tmdb:155": {"why": "seen it"}}}
    lived_in.yaml["lists"]["films"]["policy"] = {"on_deleted": "request"}
    made = offline(lived_in, path)
    assert [(str(one.key), one.detail) for one in made.excluded] == [("movie:tmdb:155", "seen it")]
    assert "create Wanted movie:tmdb:680" in lines(made)


def test_a_list_that_the_export_does_not_know_is_told_and_requests_nothing(lived_in):
    path = export(lived_in)
    lived_in.yaml["lists"]["new"] = {"source": "imdb:top"}
    made = offline(lived_in, path)
    assert {line.name: line.message for line in made.lists}["new"] == "never fetched"


def test_a_title_that_nobody_looked_up_is_unresolved(lived_in):
    path = export(lived_in)
    document = json.loads(path.read_text())
    document["ledger"]["resolutions"] = []
    path.write_text(json.dumps(document))
    assert Reason.LOOKUP_FAILED in {one.reason for one in offline(lived_in, path).unresolved}


def test_a_list_whose_address_is_a_secret_is_the_one_that_was_exported(home):
    (home.folder / "films.txt").write_text(MATRIX)
    home.yaml["lists"]["films"] = {"source": "${WHERE:-file:films.txt}"}
    home.plan()
    path = export(home)
    home.yaml["lists"]["films"] = {"source": "${WHERE}"}
    assert lines(offline(home, path)) == [f"create Wanted {MATRIX}"]


def test_an_offline_plan_says_so_first_and_as_of_when(lived_in):
    made = offline(lived_in, export(lived_in))
    assert made.as_of == made.observed_at
    assert made.warnings[0].startswith("made offline from an export")
    assert "As of: 2026-01-05" in to_markdown(outline_of(made))


def test_values_that_are_missing_where_no_plan_looks_are_not_told(lived_in):
    made = offline(lived_in, export(lived_in))
    assert not [warning for warning in made.warnings if "KEY" in warning]


def test_an_offline_plan_is_never_applied(lived_in, tmp_path):
    path = tmp_path / "plan.json"
    write_plan(path, offline(lived_in, export(lived_in)))
    with pytest.raises(Refused, match="offline"):
        lived_in.within(lambda session: apply_plan(session, read_plan(path)))


def test_an_offline_plan_cannot_be_passed_off_as_another(lived_in, tmp_path):
    """Whoever takes the mark away, and makes the digest fit, is still refused: it is of another ledger."""
    path = tmp_path / "plan.json"
    write_plan(path, offline(lived_in, export(lived_in)))
    document = json.loads(path.read_text())
    document["as_of"] = None
    document["digest"] = digest(document)
    path.write_text(json.dumps(document))
    with pytest.raises(Refused, match="another ledger"):
        lived_in.within(lambda session: apply_plan(session, read_plan(path)))


def test_the_same_export_and_configuration_make_the_same_plan(lived_in):
    path = export(lived_in)
    one, two = (replace_id(offline(lived_in, path)) for _ in range(2))
    assert one == two


def replace_id(plan: Plan) -> Plan:
    return plan.model_copy(update={"id": "", "digest": ""})


def test_an_export_holds_no_secret_and_nobodys_address(lived_in):
    text = export(lived_in).read_text()
    assert lived_in.server.api_key not in text
    assert "household.example" not in text
    assert lived_in.server.url not in text


def test_an_address_that_the_configuration_names_a_user_by_stays(home):
    home.yaml["server"]["request_as"] = "asker@household.example"
    home.holds("films", MATRIX)
    home.plan()
    path = export(home)
    assert "asker@household.example" in path.read_text()
    assert [one.requester for one in offline(home, path).remote] == ["asker"]


def test_with_a_scope_only_its_lists_are_planned_for(lived_in):
    made = offline(lived_in, export(lived_in), scope=("shows",))
    assert made.scope == ("shows",)
    assert {name for one in (*made.actions, *made.held) for name in one.lists} <= {"shows"}


def test_the_export_of_another_server_is_refused(lived_in):
    path = export(lived_in)
    lived_in.yaml["server"]["name"] = "cabin"
    with pytest.raises(Refused, match="cabin"):
        offline(lived_in, path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ("[]", "not an export"),
        ('{"format": "listsync.plan"}', "not an export"),
        ('{"format": "listsync.export", "format_version": "2.0"}', "format 2.0"),
        ('{"format": "listsync.export", "format_version": "1.0"}', "not a whole export"),
    ],
)
def test_a_file_that_is_no_export_is_refused_in_words(tmp_path, text, says):
    path = tmp_path / "export.json"
    path.write_text(text)
    with pytest.raises(Refused, match=says):
        read_export(path)


def test_an_export_that_is_not_there_is_an_error_in_words(tmp_path):
    with pytest.raises(ListsyncError, match="cannot be read"):
        read_export(tmp_path / "none.json")


def test_names_of_services_are_known_offline_even_while_radarr_is_down(home: Home) -> None:
    """What was asked of a Radarr before is exported; one that is down now makes no plan of CI wait."""
    home.holds("films", MATRIX, request={"profile": "HD-1080p", "tags": ["requested"]}, filter={"kinds": ["movie"]})
    now = home.plan()
    home.server.people.set_service("radarr", 0, "down")
    home.clock.pass_(days=8)
    (action,) = offline(home, export(home)).actions
    assert action.options == now.actions[0].options
    assert action.options.profile_id is not None
