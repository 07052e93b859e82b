"""Pages are complete, current, and lead nowhere that is not there."""

import re
from itertools import product
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from providers.lists import registry
from reconciler.cli import COMMANDS, listsync
from reconciler.config.loader import References, load
from reconciler.core.decide import Desired, Seasons, Situation, decide
from schemas.fetch import Verdict
from schemas.plan import Action, ActualState
from schemas.reasons import REASONS, Reason
from schemas.record import OnDeleted, OnFailed, OnNewSeasons, OnRelisted, OnRemoved, RecordState, Terms
from tests.docs import tables
from tests.docs.conftest import PAGES, README, ROOT, KeepCurrent

DOCS = ROOT / "docs"
DECIDES = (DOCS / "how-it-decides.md").read_text("utf-8")
HELPERS = {"__init__", "harness", "server", "site"}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def test_every_reason_is_documented(keep_current: KeepCurrent) -> None:
    assert set(REASONS) == set(Reason)
    keep_current(DOCS / "reasons.md", "reasons", tables.reasons())
    keep_current(DOCS / "reasons.md", "ahead", tables.ahead())


def test_the_readme_lists_every_service(keep_current: KeepCurrent) -> None:
    keep_current(README, "providers", tables.services())


def test_the_overview_of_services_is_current(keep_current: KeepCurrent) -> None:
    keep_current(DOCS / "providers.md", "providers: overview", tables.overview())


@pytest.mark.parametrize("name", registry.names())
def test_every_service_has_its_section(name: str, keep_current: KeepCurrent) -> None:
    keep_current(DOCS / "providers.md", f"providers: {name}", tables.service(name))
    assert f"\n## {name}\n" in (DOCS / "providers.md").read_text("utf-8")


@pytest.mark.parametrize("name", registry.names())
def test_the_forms_that_are_shown_are_understood(name: str) -> None:
    for form in registry.get(name).capabilities.forms:
        assert registry.parse_source(form).provider == name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Files exist, and headings do."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in LINK.findall(text):
        if re.match(r"https?://", target):
            continue
        path, _, heading = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{page.name}: {target}"
        if heading:
            assert heading in _headings(found), f"{page.name}: {target}"


def _headings(page: Path) -> set[str]:
    """The anchors that GitHub makes of headings."""
    lines = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_commands_that_exist(page: Path) -> None:
    """In a code block nobody is told to type what is not there. The ledger's and the browser's pages are ahead."""
    shown = re.findall(r"^\$ (?:\S*/)?listsync ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)
    assert set(shown) <= set(COMMANDS), page.name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_is_documented(name: str) -> None:
    command = listsync.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    page = (DOCS / "commands.md").read_text("utf-8")
    section = page.split(f"\n## listsync {name}\n")[1].split("\n## ")[0] + page.split("## ")[1]
    for param in command.params:
        for word in (*param.opts, *param.secondary_opts):
            if word.startswith("--"):
                assert f"{word}" in section, f"{name} {word}"


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("What the lists say", Desired),
        ("What the server says", ActualState),
        ("What the ledger says", RecordState),
    ],
)
def test_every_word_of_deciding_is_explained(heading: str, words: type[Desired]) -> None:
    section = DECIDES.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == [word.value for word in words]


def test_every_verdict_is_explained() -> None:
    section = DECIDES.split("<!-- verdicts -->")[1].split("<!-- end verdicts -->")[0]
    told = re.findall(r"^\| (\w+) \|", section, re.MULTILINE)[1:]
    assert sorted(told) == sorted(verdict.value for verdict in Verdict)


def test_the_table_of_decisions_tells_what_decide_answers() -> None:
    """For every combination, an action and a reason that the page has for such lists and such a server; and nothing
    on the page that never comes about."""
    told = set(_told())
    answered = {
        (case.desired.value, case.actual.value, decision.action.value, decision.reason.value if decision.reason else "")
        for case in _cases()
        if (decision := decide(case)).reason is not Reason.NO_SEASONS_YET
    }
    assert answered - told == set()
    used = {(lists, action, reason) for lists, _, action, reason in answered}
    assert {(lists, action, reason) for lists, _, action, reason in told} - used == set()


OTHER = {ActualState.FAILED, ActualState.DECLINED, ActualState.DELETED, ActualState.NONE}


def _told() -> list[tuple[str, str, str, str]]:
    section = DECIDES.split("<!-- table -->")[1].split("<!-- end table -->")[0]
    found: list[tuple[str, str, str, str]] = []
    for line in section.strip().splitlines()[2:]:
        lists, server, _, actions, reasons = (cell.strip() for cell in line.strip("|").split("|"))
        spread = product(
            [one.value for one in Desired] if lists == "any" else [lists],
            {"any": [one.value for one in ActualState], "any other": [one.value for one in OTHER]}.get(
                server, server.split(", ")
            ),
            actions.split(", "),
            re.findall(r"\[(\w+)\]", reasons) or [""],
        )
        found.extend(spread)
    return found


def _cases() -> list[Situation]:
    terms = [
        Terms(on_removed=removed, on_deleted=deleted, on_failed=failed, on_new_seasons=seasons, on_relisted=relisted)
        for removed, deleted, failed, seasons, relisted in product(
            OnRemoved, OnDeleted, OnFailed, OnNewSeasons, OnRelisted
        )
    ]
    shows = (None, Seasons(partly=True), Seasons(partly=True, missing=(2,), obtainable=(2,)), Seasons(obtainable=(1,)))
    return [
        Situation(
            desired,
            actual,
            record,
            agreed,
            ours=ours,
            lifted=lifted,
            denied=denied,
            corrected=fixed,
            seasons=show,
            unknown=special and actual is ActualState.UNREADABLE,
            refused=special and record is RecordState.RELEASED,
        )
        for desired, actual, record, agreed, ours, show in product(
            Desired, ActualState, RecordState, terms, (False, True), shows
        )
        for lifted, denied, fixed in _flags(desired, record)
        for special in (
            (False, True) if actual is ActualState.UNREADABLE or record is RecordState.RELEASED else (False,)
        )
    ]


def _flags(desired: Desired, record: RecordState) -> list[tuple[bool, bool, bool]]:
    plain = [(False, False, False)]
    if desired is Desired.ABSENT:
        return [*plain, (False, True, False), (False, False, True)]
    return [*plain, (True, False, False)] if record in {RecordState.SUPPRESSED, RecordState.NOT_KEPT} else plain


def test_every_action_is_named() -> None:
    assert all(f"`{action.value}`" in DECIDES for action in Action)


def test_the_page_about_servers_names_every_call_there_is() -> None:
    """By the paths in the client's own source."""
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "providers" / "servers").glob("*.py"))
    heads = "status|settings|user|auth|service|media|request|search|movie|tv|[{]kind[^}]*[}]"
    paths = set()
    for path in re.findall(rf'f?"(/(?:{heads})(?:/[^"?]*)?)[?"]', source):
        made = re.sub(r"^/\{kind[^}]*\}", "/KIND", path)
        made = re.sub(r"\{[^}]*\}", "ID", made)
        paths |= {made.replace("/KIND", kind) for kind in ("/movie", "/tv")} if "/KIND" in made else {made}
    told = set(re.findall(r"`(?:GET|POST|DELETE) (/[^`]+)`", (DOCS / "servers.md").read_text("utf-8")))
    assert told == paths


SMALLEST = {
    "version": 1,
    "server": {"url": "http://seerr:5055", "api_key": "${SEERR_API_KEY}"},
    "lists": {"top": {"source": "imdb:top"}},
}


def _snippets() -> list[tuple[str, str]]:
    found = [
        (page, text) for page in PAGES for text in re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    ]
    return [(f"{page.name}-{number}", text) for number, (page, text) in enumerate(found)]


@pytest.mark.parametrize("text", [text for _, text in _snippets()], ids=[name for name, _ in _snippets()])
def test_a_piece_of_yaml_is_valid(text: str, tmp_path: Path) -> None:
    """Whole files as they stand, pieces as parts of the smallest file."""
    yaml = YAML(typ="safe", pure=True)
    piece = yaml.load(text) or {}
    whole = piece if "version" in piece else SMALLEST | piece
    path = tmp_path / "listsync.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(whole, file)
    assert load(path, {"SEERR_API_KEY": "key"}, references=References.TOLERATED).warnings == ()


@pytest.mark.parametrize("name", [path.stem for path in (ROOT / "benchmarks").glob("*.py") if path.stem not in HELPERS])
def test_every_benchmark_is_described(name: str) -> None:
    assert f"| `{name}` |" in (ROOT / "benchmarks" / "README.md").read_text("utf-8")
