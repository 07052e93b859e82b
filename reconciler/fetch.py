"""Lists that are asked for are fetched, in threads; every one ends in a state with a verdict, none ends the run."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from providers.base import Context, ProviderSettings
from providers.errors import ProviderError, Transient
from reconciler.core.desire import ListRule
from reconciler.core.guard import Failure, Trust, judge
from reconciler.log import log_error_fetching, log_found
from reconciler.progress import Step
from reconciler.session import Session
from schemas.fetch import Fetched, ListState, Verdict
from schemas.source import Source

MOST_AT_ONCE = 32
"""Lists fetched at the same time; each host's own rate is kept by the HTTP pool."""


@dataclass(frozen=True, slots=True)
class FetchedList:
    """How one list fared in this run."""

    name: str
    state: ListState
    verdict: Verdict
    """`Kept` when it was not fetched in this run."""
    message: str = ""
    remedy: str = ""
    warnings: tuple[str, ...] = ()


def fetch_all(
    session: Session, rules: Mapping[str, ListRule], states: Mapping[str, ListState], names: Collection[str]
) -> dict[str, FetchedList]:
    """Fetch the lists of `names`, keep the others' snapshots, and keep what was learnt in the ledger."""
    asked = [rule for rule in rules.values() if rule.name in names and rule.combination is None]
    found = {
        rule.name: FetchedList(rule.name, states.get(rule.name) or _never(rule), Verdict.KEPT)
        for rule in rules.values()
        if rule.combination is None
    }
    if not asked:
        return found
    with (
        session.tools.progress.stage("Fetching lists", len(asked)) as step,
        ThreadPoolExecutor(min(len(asked), MOST_AT_ONCE), thread_name_prefix="fetch") as pool,
    ):
        for fetched in pool.map(lambda rule: _fetch_one(session, rule, states.get(rule.name), step), asked):
            found[fetched.name] = fetched
    return found


def _never(rule: ListRule) -> ListState:
    return ListState(name=rule.name, source=rule.source)


def _fetch_one(session: Session, rule: ListRule, state: ListState | None, step: Step) -> FetchedList:
    if session.tools.stop.is_set():
        return FetchedList(rule.name, state or _never(rule), Verdict.KEPT)
    config = session.config.lists[rule.name]
    result = _read(session, rule)
    trust = Trust(rule.source, config.every.interval(session.tools.clock()), config.allow_empty)
    judged = judge(state, rule.name, trust, result, session.tools.clock())
    session.ledger.save_list_state(judged)
    verdict = judged.verdict or Verdict.FAILED
    remedy = ""
    warnings: tuple[str, ...] = ()
    if isinstance(result, Failure):
        remedy = result.remedy
        log_error_fetching(session.tools.log, rule.name, result.message, remedy=remedy)
    else:
        warnings = result.warnings
        log_found(session.tools.log, len(result.items), rule.name)
    step.advance(note=rule.name)
    return FetchedList(rule.name, judged, verdict, judged.message or "", remedy, warnings)


def _read(session: Session, rule: ListRule) -> Fetched | Failure:
    """What the provider brings. A mistake in a provider is a failed list too, and is told in the log."""
    from providers.lists import registry

    source = session.loaded.sources[rule.name]
    provider = registry.get(source.provider)
    try:
        fetched = provider.fetch(source, _context(session, rule, source))
    except ProviderError as error:
        wait = error.retry_after if isinstance(error, Transient) else None
        retry_at = session.tools.clock() + timedelta(seconds=wait) if wait else None
        return Failure(str(error), error.remedy, retry_at)
    except Exception as error:
        session.tools.log.exception("Error fetching", list=rule.name, source=rule.source)
        return Failure(
            f"the provider {source.provider} failed unexpectedly: {type(error).__name__}: {error}",
            "this is a mistake in listsync: please report it, with the output of --debug",
        )
    return _within_limit(fetched, rule)


def _within_limit(fetched: Fetched, rule: ListRule) -> Fetched:
    """A provider may stop reading where the list's limit does: then the source's own total says nothing."""
    if rule.reads_until is not None and len(fetched.items) >= rule.reads_until:
        return fetched.model_copy(update={"total": None, "complete": True})
    return fetched


def _context(session: Session, rule: ListRule, source: Source) -> Context:
    from providers.lists import registry
    from reconciler.config.connect import provider_settings

    settings: ProviderSettings = provider_settings(session.config, source.provider)
    provider = registry.get(source.provider)
    return Context(
        http=session.http.bind(source.provider, settings, provider.capabilities),
        settings=settings,
        memory=session.ledger.memory(source.provider),
        clock=session.tools.clock,
        base_dir=session.loaded.base_dir,
        limit=rule.reads_until,
        browser=session.browser,
    )
