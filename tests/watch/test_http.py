"""What can be seen of a running loop over HTTP."""

import base64
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from prometheus_client.parser import text_string_to_metric_families

from reconciler.commands.schema import schema_of
from reconciler.config import load
from reconciler.errors import ListsyncError, Refused
from reconciler.log import LogSettings, opened_log
from reconciler.loop.tick import ConfigStatus
from reconciler.watch import check_listening, watching
from schemas.base import utc_now
from schemas.conditions import ConditionType
from schemas.config.running import Run
from schemas.plan import Action
from schemas.reasons import Reason
from schemas.report import Status
from tests.watch import ticks
from tests.watch.conftest import Watch

HOSTILE = ticks.HOSTILE


def _metrics(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_process_that_shows_signs_of_life_is_alive(watch: Watch) -> None:
    answer = watch().web.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


def test_without_a_sign_of_life_the_probe_says_so(watch: Watch, tmp_path: Path) -> None:
    web = watch().web
    (tmp_path / "data" / "listsync.db.heartbeat").unlink()
    answer = web.get("/livez")
    assert (answer.status_code, answer.json()["alive"]) == (503, False)


def test_it_is_ready_after_a_first_tick_that_came_to_its_end(watch: Watch) -> None:
    watched = watch()
    before = watched.web.get("/readyz")
    watched.observe(ticks.tick(watched.loaded))
    after = watched.web.get("/readyz")
    assert (before.status_code, before.json()["ready"]) == (503, False)
    assert (after.status_code, after.json()) == (200, {"ready": True})


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (ticks.fails("it does not answer", ConditionType.SERVER_REACHABLE), "ServerReachable: it does not answer"),
        (ticks.fails("line 3 is wrong", ConditionType.CONFIG_VALID), "ConfigValid: line 3 is wrong"),
    ],
)
def test_it_is_not_ready_without_a_server_or_a_valid_configuration(watch: Watch, broken: Any, words: str) -> None:
    watched = watch()
    watched.observe(ticks.tick(watched.loaded, conditions=ticks.conditions(broken=broken)))
    answer = watched.web.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == [words]


def test_a_ledger_that_vanished_makes_it_unready(watch: Watch, tmp_path: Path) -> None:
    watched = watch()
    watched.observe(ticks.tick(watched.loaded))
    (tmp_path / "data" / "listsync.db").unlink()
    assert watched.web.get("/readyz").status_code == 503


def test_metrics_tell_of_lists_actions_holds_drift_and_work(watch: Watch) -> None:
    watched = watch()
    made = ticks.plan(
        held=(ticks.held("Cube", 431),),
        deferred=(ticks.action("Film", 1, reason=Reason.DAY_BUDGET),),
        drift=(ticks.DRIFT,),
    )
    told = ticks.report(
        ticks.outcome("The Matrix", 603),
        ticks.outcome("Cats", 9, Action.CANCEL),
        ticks.outcome("Ran", 11, status=Status.REFUSED),
        held=made.held,
        deferred=made.deferred,
    )
    for number in (1, 2):
        watched.observe(ticks.tick(watched.loaded, number, plan=made, report=told))
    watched.observe(ticks.tick(watched.loaded, 3, plan=None, report=None, error="the disk is full"))
    answer = watched.web.get("/metrics")
    found = _metrics(answer.text)

    def value(name: str, **labels: str) -> float:
        return found[name, frozenset(labels.items())]

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert value("listsync_list_last_success_timestamp_seconds", list="top") == ticks.NOW.timestamp()
    assert value("listsync_list_items", list="top") == 250
    assert value("listsync_list_wants", list="top") == 246
    assert value("listsync_list_unresolved", list="top") == 2
    assert value("listsync_list_condition", list="top", type="Ready") == 1
    assert value("listsync_condition", type="ServerReachable") == 1
    assert value("listsync_actions_total", action="create", result="done") == 2
    assert value("listsync_actions_total", action="create", result="refused") == 2
    assert value("listsync_actions_total", action="cancel", result="done") == 2
    assert value("listsync_held", reason="Blocklisted") == 1
    assert value("listsync_deferred", reason="DayBudget") == 1
    assert value("listsync_drift", kind="request_deleted") == 1
    assert value("listsync_ticks_total", result="done") == 2
    assert value("listsync_ticks_total", result="failed") == 1
    assert value("listsync_stage_seconds_sum", stage="fetch") == 12
    assert value("listsync_stage_seconds_count", stage="apply") == 3
    assert value("listsync_server_calls_total", method="GET") == 33
    assert value("listsync_next_tick_timestamp_seconds") > value("listsync_last_tick_timestamp_seconds")
    assert value("listsync_config_info", applied="0123456789abcdef", attempted="0123456789abcdef") == 1
    assert any(name == "listsync_build_info" for name, _ in found)
    assert value("process_resident_memory_bytes") > 0


def test_metrics_can_be_read_before_the_first_tick(watch: Watch) -> None:
    assert _metrics(watch().web.get("/metrics").text)["listsync_ticks_total", frozenset({("result", "done")})] == 0


def test_status_is_the_published_document_with_conditions(watch: Watch) -> None:
    watched = watch()
    watched.observe(ticks.tick(watched.loaded, status=ticks.status(), events=ticks.events()))
    document = watched.web.get("/status").json()
    jsonschema.validate(document, schema_of("loop-status"))
    assert document["format"] == "listsync.status"
    assert document["lists"][0]["name"] == "top"
    assert document["conditions"]["lists"]["top"][0]["type"] == "Ready"
    assert document["next_tick"]


def test_the_page_shows_conditions_the_last_plan_and_events_and_looks_again_by_itself(watch: Watch) -> None:
    watched = watch()
    watched.observe(
        ticks.tick(
            watched.loaded,
            status=ticks.status(),
            events=ticks.events(),
            conditions=ticks.conditions({"top": ticks.fails("imdb.com answered 503", remedy="`listsync lists top`")}),
            plan=ticks.plan(deferred=(ticks.action("Waits", 1, reason=Reason.DAY_BUDGET),), drift=(ticks.DRIFT,)),
        )
    )
    answer = watched.web.get("/")
    assert answer.headers["refresh"]
    for shown in ("imdb.com answered 503", "listsync lists top", "Waits", "Solaris", "The Matrix", "Next pass"):
        assert shown in answer.text, shown


def test_a_bad_revision_is_shown_beside_the_one_in_effect(watch: Watch) -> None:
    watched = watch()
    problem = "listsync.yaml:9:12: lists.top.limit: must be at least 1"
    config = ConfigStatus("https://git.example/home main:listsync.yaml", "bbbbbbbbbbbb", "aaaaaaaaaaaa", (problem,))
    watched.observe(ticks.tick(watched.loaded, config=config, status=ticks.status()))
    text = watched.web.get("/").text
    assert problem in text
    assert "bbbbbbbbbbbb" in text


def test_titles_and_messages_of_strangers_stay_text(watch: Watch) -> None:
    watched = watch()
    watched.observe(
        ticks.tick(
            watched.loaded,
            conditions=ticks.conditions({HOSTILE: ticks.fails(HOSTILE)}),
            plan=ticks.plan(
                held=(ticks.held(HOSTILE, 1),),
                unresolved=(ticks.unresolved(HOSTILE),),
                actions=(ticks.action(HOSTILE, 2),),
            ),
            status=ticks.status(),
            events=ticks.events(),
        )
    )
    text = watched.web.get("/").text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script" not in text
    assert "<img" not in text
    _metrics(watched.web.get("/metrics").text)
    watched.web.get("/status").json()


@pytest.mark.parametrize("path", ["/", "/livez", "/readyz", "/metrics", "/status", "/nothing"])
def test_every_answer_forbids_scripts_sniffing_caching_and_telling_where_one_came_from(watch: Watch, path: str) -> None:
    headers = watch().web.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_but_looking_is_possible(watch: Watch, method: str) -> None:
    web = watch().web
    assert web.request(method, "/").status_code == 405
    assert web.head("/").status_code == 200


def test_with_a_token_only_probes_answer_without_it(watch: Watch) -> None:
    web = watch({"token": "a-long-token"}).web
    assert web.get("/livez").status_code == 200
    assert web.get("/readyz").status_code == 503
    for path in ("/", "/metrics", "/status", "/nothing"):
        assert web.get(path).status_code == 401, path
        for wrong in ("Bearer a-long-toke", "Bearer", "a-long-token", "Bearer a-long-token2", "Basic !!!", "Digest x"):
            assert web.get(path, headers={"authorization": wrong}).status_code == 401, wrong
    assert web.get("/metrics", headers={"authorization": "Bearer a-long-token"}).status_code == 200


def test_a_browser_may_give_the_token_as_a_password(watch: Watch) -> None:
    web = watch({"token": "a-long-token"}).web
    assert web.get("/").headers["www-authenticate"].startswith("Basic")
    given = base64.b64encode(b"anybody:a-long-token").decode()
    assert web.get("/", headers={"authorization": f"Basic {given}"}).status_code == 200


def test_secrets_of_the_configuration_are_not_shown(watch: Watch) -> None:
    watched = watch({"token": "a-long-token"})
    web = watched.web
    web.headers["authorization"] = "Bearer a-long-token"
    broken = ticks.fails("it said a-key-of-a-server and a-long-token", ConditionType.SERVER_REACHABLE)
    watched.observe(ticks.tick(watched.loaded, conditions=ticks.conditions(broken=broken)))
    for path in ("/", "/status", "/readyz", "/metrics"):
        text = web.get(path).text
        assert "a-key-of-a-server" not in text
        assert "a-long-token" not in text


@pytest.mark.parametrize("listen", ["0.0.0.0:8765", ":8765", "[::]:8765", "192.0.2.1:8765", "[::ffff:192.0.2.1]:80"])
def test_beyond_this_machine_it_wants_a_token_or_a_container(listen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.watch.access._CONTAINER_FILES", ())
    with pytest.raises(Refused) as refused:
        check_listening(Run(http=listen), {})
    assert "run.token" in refused.value.remedy
    check_listening(Run(http=listen, token="a-long-token"), {})
    check_listening(Run(http=listen), {"LISTSYNC_CONTAINER": "1"})
    check_listening(Run(http=listen), {"KUBERNETES_SERVICE_HOST": "10.0.0.1"})


@pytest.mark.parametrize("listen", ["127.0.0.1:8765", "127.8.0.1:1", "[::1]:8765", "localhost:8765"])
def test_on_this_machine_it_wants_no_token(listen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.watch.access._CONTAINER_FILES", ())
    check_listening(Run(http=listen), {})


def test_a_port_that_is_taken_is_said_at_the_start(watch: Watch, tmp_path: Path) -> None:
    watched = watch()
    with (
        opened_log(LogSettings(verbosity=-1)) as log,
        pytest.raises(ListsyncError, match="cannot be listened on") as error,
        watching(watched.loaded, log=log, clock=utc_now, redact=str, heartbeat=tmp_path / "beat", environ={}),
    ):
        pass
    assert "another port" in error.value.remedy


def test_without_an_address_nothing_is_served_and_ticks_are_still_taken(tmp_path: Path) -> None:
    loaded = ticks.loaded(tmp_path)
    with (
        opened_log(LogSettings(verbosity=-1)) as log,
        watching(loaded, log=log, clock=utc_now, redact=str, heartbeat=tmp_path / "beat", environ={}) as observe,
    ):
        observe(ticks.tick(loaded))


def test_a_plan_of_thousands_is_cut_and_the_page_says_so(watch: Watch) -> None:
    watched = watch()
    many = tuple(ticks.action(f"Film {n}", n + 1, reason=Reason.DAY_BUDGET) for n in range(5000))
    watched.observe(ticks.tick(watched.loaded, plan=ticks.plan(deferred=many), status=ticks.status()))
    text = watched.web.get("/").text
    assert "Film 499" in text
    assert "Film 501" not in text
    assert "first 500 rows" in text


def test_after_an_apply_the_page_says_what_was_done(watch: Watch) -> None:
    watched = watch()
    told = ticks.report(ticks.outcome("The Matrix", 603), ticks.outcome("Ran", 11, status=Status.REFUSED))
    watched.observe(ticks.tick(watched.loaded, report=told, status=ticks.status()))
    text = watched.web.get("/").text
    assert "Requested." in text
    assert "The Matrix (1999)" in text
    assert "Refused by the server" in text


@pytest.mark.parametrize(
    ("run", "environ", "warned"),
    [
        ("  http: 0.0.0.0:8765\n", {}, ["listsync.yaml:9:9: run.http"]),
        ("  http: 0.0.0.0:8765\n  token: a-long-token\n", {}, []),
        ("  http: 127.0.0.1:8765\n", {}, []),
        ("  http: 0.0.0.0:8765\n", {"LISTSYNC_CONTAINER": "1"}, []),
        ("  mode: plan\n", {}, []),
    ],
)
def test_what_run_would_refuse_to_show_to_everybody_is_a_warning_where_it_is_written(
    tmp_path: Path, run: str, environ: dict[str, str], warned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.watch.access._CONTAINER_FILES", ())
    file = tmp_path / "listsync.yaml"
    file.write_text(
        "version: 1\nserver:\n  url: http://seerr.example\n  api_key: a-key-of-a-server\n"
        "lists:\n  top:\n    source: imdb:top\nrun:\n" + run
    )
    warnings = [f"{one.file}:{one.line}:{one.column}: {one.path}" for one in load(file, environ).warnings]
    assert [Path(one).name for one in warnings] == warned
