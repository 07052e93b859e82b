"""The dashboard and the alert rules name metrics that exist, with labels that they have."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from reconciler.watch.board import Board
from reconciler.watch.metrics import metrics_text
from schemas.plan import Action
from schemas.reasons import Reason
from schemas.watching import NotifierLine
from tests.watch import ticks

EXAMPLES = Path(__file__).parents[2] / "examples"
DASHBOARD = EXAMPLES / "grafana" / "listsync.json"
RULES = EXAMPLES / "prometheus" / "listsync.rules.yml"
SCRAPE = EXAMPLES / "prometheus" / "prometheus.yml"
_NAME = re.compile(r"\b(?:listsync|process)_[a-z_]+\b")
_SELECTOR = re.compile(r"\b((?:listsync|process)_[a-z_]+)\{([^}]*)\}")
_BY = re.compile(r"\bby \(([^)]*)\)")
SCRAPED = {"job", "instance"}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Every metric with its labels, of a loop to which everything happened."""
    board = Board(lambda: ticks.NOW)
    plan = ticks.plan(
        held=(ticks.held("Cube", 431),),
        deferred=(ticks.action("Film", 1, reason=Reason.DAY_BUDGET),),
        drift=(ticks.DRIFT,),
    )
    report = ticks.report(ticks.outcome("Cats", 9, Action.CANCEL), held=plan.held, deferred=plan.deferred)
    board(ticks.tick(ticks.loaded(tmp_path_factory.mktemp("home")), plan=plan, report=report))
    board.notified(NotifierLine(name="notifier 1 (discord)", delivery="sent", at=ticks.NOW))
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(metrics_text(board.seen).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def _rules() -> list[dict[str, Any]]:
    document = YAML(typ="safe").load(RULES.read_text("utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


def _expressions() -> list[str]:
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return shown + [rule["expr"] for rule in _rules()]


@pytest.mark.parametrize("expression", _expressions())
def test_every_metric_and_label_of_the_examples_exists(expression: str, known: dict[str, set[str]]) -> None:
    names = _NAME.findall(expression)
    labels = {label for name in names for label in known.get(name, set())} | SCRAPED
    assert not [name for name in names if name not in known]
    for name, selector in _SELECTOR.findall(expression):
        used = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector))
        assert used <= known[name] | SCRAPED, selector
    for grouped in _BY.findall(expression):
        assert {label.strip() for label in grouped.split(",")} <= labels, grouped


def test_every_metric_of_our_own_is_shown_somewhere_or_alerts(known: dict[str, set[str]]) -> None:
    text = " ".join(_expressions())
    own = {name for name in known if name.startswith("listsync_") and name != "listsync_start_timestamp_seconds"}
    assert sorted(name for name in own if name not in text) == []


def test_rules_have_what_prometheus_wants_of_them() -> None:
    rules = _rules()
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert {"summary", "description"} == set(rule["annotations"])
        assert re.fullmatch(r"\d+[smhd]", rule.get("for", "0s"))


def test_labels_in_the_alerts_words_are_labels_of_their_expressions(known: dict[str, set[str]]) -> None:
    for rule in _rules():
        names = _NAME.findall(rule["expr"])
        labels = {label for name in names for label in known[name]} | SCRAPED
        used = set(re.findall(r"\$labels\.(\w+)", json.dumps(rule["annotations"])))
        assert used <= labels, rule["alert"]


def test_the_dashboard_has_no_two_panels_in_one_place_and_asks_the_chosen_source() -> None:
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        assert panel["datasource"]["uid"] == "${datasource}"
        taken |= cells
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_the_scrape_asks_where_metrics_are_and_loads_the_rules_beside_it() -> None:
    document = YAML(typ="safe").load(SCRAPE.read_text("utf-8"))
    assert [RULES.name] == document["rule_files"]
    assert document["scrape_configs"][0]["metrics_path"] == "/metrics"
    assert "job=" not in RULES.read_text("utf-8") or document["scrape_configs"][0]["job_name"] == "listsync"


def test_every_metric_is_in_the_documentation_with_its_labels(known: dict[str, set[str]]) -> None:
    page = (EXAMPLES.parent / "docs" / "watching.md").read_text("utf-8")
    rows = [line.split("|")[1:3] for line in page.splitlines() if line.startswith("| `listsync_")]
    documented = {
        name: set(re.findall(r"`(\w+)`", labels)) for names, labels in rows for name in re.findall(r"`(\w+)`", names)
    }
    assert documented == {name: labels for name, labels in known.items() if name.startswith("listsync_")}
