"""The worked example of CONTRIBUTING.md works, and the changelog has its form."""

import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from providers.base import ProviderSettings
from providers.errors import Malformed, SourceError
from providers.http import HttpPool
from reconciler import __version__
from schemas.fetch import Fetched
from tests.docs.conftest import ROOT
from tests.providers import services
from tests.providers.site import document, serving
from tests.providers.test_contract import GARBAGE

GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
SECTIONS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]


def example(name: str) -> str:
    found = re.search(rf"<!-- example: {name} -->\n```python\n(.*?)```", GUIDE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def module() -> Iterator[ModuleType]:
    """The example, as if it stood in its file."""
    made = ModuleType("providers.lists.cinegraph")
    sys.modules[made.__name__] = made
    exec(compile(example("cinegraph"), "cinegraph.py", "exec"), made.__dict__)
    yield made
    del sys.modules[made.__name__]


@pytest.fixture(scope="module")
def service() -> services.Service:
    """The example's entry for the contract suite."""
    names: dict[str, Any] = {**vars(services), "SERVICES": {}}
    exec(compile(example("contract"), "services.py", "exec"), names)
    found = names["SERVICES"]["cinegraph"]
    assert isinstance(found, services.Service)
    return found


def fetch(module: ModuleType, service: services.Service, answer: Any) -> Fetched:
    from providers.base import Context
    from schemas.base import utc_now

    with serving(answer) as site, HttpPool(sleep=lambda seconds: None) as pool:
        settings = ProviderSettings(base_url=site.url, retries=0)
        provider = module.PROVIDER
        context = Context(
            http=pool.bind("cinegraph", settings, provider.capabilities),
            settings=settings,
            memory=None,  # type: ignore[arg-type]
            clock=utc_now,
            base_dir=ROOT,
        )
        fetched = provider.fetch(provider.parse(service.source.partition(":")[2]), context)
        assert isinstance(fetched, Fetched)
        return fetched


def test_the_example_understands_its_own_forms(module: ModuleType) -> None:
    provider = module.PROVIDER
    source = provider.parse("https://www.cinegraph.example/lists/dave/noir/?page=2")
    assert str(source) == "cinegraph:dave/noir"
    assert provider.parse(source.identifier) == source
    assert provider.parse("https://www.imdb.com/chart/top/") is None
    with pytest.raises(SourceError):
        provider.parse("noir")


def test_the_example_reads_what_its_service_says(module: ModuleType, service: services.Service) -> None:
    listed = services.Listed(range(1, 8), 7)
    fetched = fetch(module, service, lambda asked: service.render(asked, listed))
    assert [item.ref for item in fetched.items] == [service.ref(n) for n in listed.films]
    assert (fetched.total, fetched.complete) == (7, True)


def test_the_example_reads_the_document_that_is_shown(module: ModuleType, service: services.Service) -> None:
    shown = re.search(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    assert shown is not None
    fetched = fetch(module, service, lambda asked: document(shown[1]))
    assert [(item.title, item.ids.tmdb, item.ids.imdb) for item in fetched.items] == [
        ("Laura", 1939, None),
        ("Gilda", None, "tt0038559"),
    ]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_the_example_takes_no_garbage_for_a_list(garbage: str, module: ModuleType, service: services.Service) -> None:
    with pytest.raises(Malformed):
        fetch(module, service, lambda asked: GARBAGE[garbage])


def test_the_changelog_has_the_form_of_keep_a_changelog() -> None:
    versions = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert versions[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", version) for version in versions[1:])
    assert set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE)) <= set(SECTIONS)
    assert __version__ in CHANGELOG


def test_every_change_is_one_line_that_ends() -> None:
    for line in CHANGELOG.split("## [Unreleased]")[1].splitlines():
        assert not line.startswith("  "), line
        if line.startswith("- "):
            assert line.endswith("."), line
