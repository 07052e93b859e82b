"""What every provider promises, whatever its service does: the whole list, or a word on why not, never a wrong one."""

import os
import resource
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest

from providers.errors import AuthRequired, Challenged, Malformed, NotFound, ProviderError, Transient
from providers.lists.registry import get, names, parse_source
from reconciler.core.guard import Failure, Trust, judge
from schemas.fetch import Fetched, ListState, Snapshot, Verdict
from schemas.media import Item, Kind

from .conftest import START, Clock, Contexts
from .services import SERVICES, Listed, Service
from .site import Answer, Asked, Site, page, serving
from .test_challenge import AWS_SILENT, CONSENT, DATADOME, LOGIN

PAGED = [name for name, service in SERVICES.items() if service.page_size]
TELLING = [name for name, service in SERVICES.items() if service.says_total]
SILENT = [name for name in SERVICES if name not in TELLING]
CHALLENGES = {
    "Cloudflare": page(
        "<html><title>Just a moment...</title><script>window._cf_chl_opt={}</script>", 403, CF_Mitigated="challenge"
    ),
    "Cloudflare as 200": page("<html><title>Just a moment...</title>"),
    "AWS WAF, empty": Answer(status=202, headers={"x-amzn-waf-action": "challenge", "Server": "CloudFront"}),
    "AWS WAF": Answer(AWS_SILENT, 202, {"Content-Type": "text/html"}),
    "AWS WAF captcha": page("<html><title>Human Verification</title>", 405, X_Amzn_Waf_Action="captcha"),
    "DataDome": Answer(DATADOME, 403, {"Content-Type": "text/html", "x-datadome": "protected"}),
    "login": Answer(LOGIN, headers={"Content-Type": "text/html"}),
    "consent": Answer(CONSENT, headers={"Content-Type": "text/html"}),
    "login behind a redirect": Answer(status=302, headers={"Location": "/login"}),
}
GARBAGE = {
    "random bytes": Answer(bytes(range(256)) * 40),
    "nothing": Answer(),
    "a page": page("<html><head><title>Hello</title></head><body><h1>Welcome</h1></body></html>"),
    "a number": Answer(b"42", headers={"Content-Type": "application/json"}),
    "null": Answer(b"null", headers={"Content-Type": "application/json"}),
    "an object": Answer(b"{}", headers={"Content-Type": "application/json"}),
    "a list of numbers": Answer(b"[1, 2, 3]", headers={"Content-Type": "application/json"}),
    "strange rows": Answer(b'[{"foo": 1}, {"bar": null}]', headers={"Content-Type": "application/json"}),
}  # fmt: skip


def whole(films: Iterable[int], total: int | None = None) -> Listed:
    kept = list(films)
    return Listed(kept, len(kept) if total is None else total)


@pytest.fixture(params=list(SERVICES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Reading:
    """One provider at its service."""

    def __init__(self, name: str, context_for: Contexts) -> None:
        self.service: Service = SERVICES[name]
        self.provider = name.partition(" ")[0]
        self.context_for = context_for

    def at(self, answer: Callable[[Asked], Answer], timeout: float = 5.0) -> tuple[Fetched, Site]:
        with serving(answer) as site:
            context = self.context_for(self.provider, site.url, timeout=timeout, **self.service.options)
            source = parse_source(self.service.source.format(url=site.url))
            return get(self.provider).fetch(source, context), site

    def of(self, listed: Listed) -> tuple[Fetched, Site]:
        return self.at(lambda asked: self.service.render(asked, listed))

    def refs(self, films: Iterable[int]) -> list[str]:
        return [self.service.ref(film) for film in films]

    def verdict(self, result: Fetched | ProviderError) -> Verdict | None:
        """How a list of fifty titles takes it."""
        before = tuple(
            Item(ref=self.service.ref(n), title=f"Film {n}", kind=Kind.MOVIE, position=n) for n in range(1, 51)
        )
        kept = Snapshot(items=before, fetched_at=START, digest="x", source="s")
        state = ListState(name="list", source="s", trusted=kept)
        told = Failure(str(result)) if isinstance(result, ProviderError) else result
        return judge(state, "list", Trust("s", timedelta(hours=1)), told, START + timedelta(hours=2)).verdict

    def survives(self, answer: Callable[[Asked], Answer]) -> Fetched | None:
        """What a list that got into trouble brought; None when reading it failed, as it may."""
        try:
            return self.at(answer)[0]
        except ProviderError as error:
            if self.verdict(error) is not Verdict.FAILED:
                raise
            return None

    def fails(self, answer: Answer, timeout: float = 5.0) -> ProviderError:
        """The error that one answer to everything ends in."""
        with pytest.raises(ProviderError) as caught:
            self.at(lambda asked: answer, timeout)
        assert self.verdict(caught.value) is Verdict.FAILED
        assert str(caught.value)
        return caught.value


@pytest.fixture
def reading(name: str, context_for: Contexts) -> Reading:
    return Reading(name, context_for)


def test_every_provider_is_under_contract() -> None:
    assert {name.partition(" ")[0] for name in SERVICES} == set(names())


def test_a_whole_list_is_read_whole_and_in_order(reading: Reading) -> None:
    fetched, _ = reading.of(whole(range(1, 8)))
    assert [item.ref for item in fetched.items] == reading.refs(range(1, 8))
    assert [item.position for item in fetched.items] == list(range(1, 8))
    assert fetched.complete
    assert fetched.total in (7, None)


def test_a_long_list_is_trusted(reading: Reading) -> None:
    assert reading.verdict(reading.of(whole(range(1, 61)))[0]) is Verdict.TRUSTED


@pytest.mark.parametrize("name", PAGED)
def test_first_middle_and_last_page_make_one_list(reading: Reading) -> None:
    size = reading.service.page_size or 0
    films = range(1, 2 * size + 4)
    fetched, site = reading.of(whole(films))
    assert [item.ref for item in fetched.items] == reading.refs(films)
    assert (fetched.complete, len(site.asked)) == (True, 3)


@pytest.mark.parametrize("name", PAGED)
def test_a_list_that_fills_its_pages_exactly_is_read_once(reading: Reading) -> None:
    films = range(1, 2 * (reading.service.page_size or 0) + 1)
    fetched, site = reading.of(whole(films))
    assert [item.ref for item in fetched.items] == reading.refs(films)
    assert len(site.asked) == 2


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize(
    "trouble", [Answer(status=500), Answer(b"garbage"), CHALLENGES["Cloudflare"], Answer(status=404)]
)
def test_a_page_that_fails_never_makes_the_list_look_smaller(reading: Reading, trouble: Answer) -> None:
    first = whole(range(1, 3 * (reading.service.page_size or 0)))
    told: list[bytes] = []

    def answer(asked: Asked) -> Answer:
        told.append(asked.body)
        return reading.service.render(asked, first) if len(told) == 1 else trouble

    if (fetched := reading.survives(answer)) is not None:
        assert not fetched.complete
        assert fetched.warnings
        assert reading.verdict(fetched) is Verdict.PARTIAL


@pytest.mark.parametrize("name", TELLING)
def test_fewer_items_than_the_service_says_it_has_are_partial(reading: Reading) -> None:
    fetched, _ = reading.of(whole(range(1, 41), total=55))
    assert len(fetched.items) == 40
    assert reading.verdict(fetched) is Verdict.PARTIAL


def test_an_answer_that_breaks_off_is_no_list(reading: Reading) -> None:
    """In the middle of the rows, with an end that looks like one."""

    def answer(asked: Asked) -> Answer:
        told = reading.service.render(asked, whole(range(1, 61)))
        return Answer(told.body[: len(told.body) // 2], told.status, told.headers)

    if (fetched := reading.survives(answer)) is not None:
        assert reading.verdict(fetched) is Verdict.PARTIAL


@pytest.mark.parametrize("name", TELLING)
def test_emptiness_that_the_service_affirms_awaits_its_confirmation(reading: Reading) -> None:
    fetched, _ = reading.of(whole([]))
    assert (fetched.items, fetched.total) == ((), 0)
    assert reading.verdict(fetched) is Verdict.EMPTY_UNCONFIRMED


def test_emptiness_that_nobody_affirms_is_not_believed(reading: Reading) -> None:
    fetched = reading.survives(lambda asked: reading.service.render(asked, Listed([], None)))
    if fetched is not None:
        assert (fetched.items, fetched.total) == ((), None)
        assert reading.verdict(fetched) is Verdict.SUSPICIOUS_EMPTY


@pytest.mark.parametrize(
    ("name", "refusal"), [(name, refusal) for name, service in SERVICES.items() for refusal in service.refusals]
)
def test_what_is_private_or_missing_is_told_so(reading: Reading, refusal: str) -> None:
    error = reading.fails(reading.service.refusals[refusal])
    assert isinstance(error, AuthRequired | NotFound)
    if "key" in refusal or "token" in refusal or "paid" in refusal:
        assert isinstance(error, AuthRequired)


def test_too_many_requests_are_not_answered_with_more(reading: Reading, clock: Clock) -> None:
    error = reading.fails(Answer(status=429, headers={"Retry-After": "3600"}))
    assert isinstance(error, Transient)
    assert error.retry_after == 3600
    assert sum(clock.slept) < 30


@pytest.mark.parametrize("status", [500, 502, 503, 504, 522])
def test_a_failing_service_is_a_passing_failure(reading: Reading, status: int) -> None:
    assert isinstance(reading.fails(Answer(b"<html>Bad Gateway</html>", status)), Transient)


def test_a_service_that_recovers_is_read(reading: Reading) -> None:
    told: list[Asked] = []

    def answer(asked: Asked) -> Answer:
        told.append(asked)
        return Answer(status=502) if len(told) == 1 else reading.service.render(asked, whole(range(1, 8)))

    assert len(reading.at(answer)[0].items) == 7


def test_a_service_that_never_answers_is_a_passing_failure(reading: Reading) -> None:
    assert isinstance(reading.fails(Answer(hang=True), timeout=0.1), Transient)


@pytest.mark.parametrize("challenge", list(CHALLENGES))
def test_a_challenge_is_no_list(reading: Reading, challenge: str) -> None:
    error = reading.fails(CHALLENGES[challenge])
    assert isinstance(error, Challenged)
    assert error.remedy


@pytest.mark.parametrize("garbage", list(GARBAGE))
def test_garbage_is_no_list(reading: Reading, garbage: str) -> None:
    assert isinstance(reading.fails(GARBAGE[garbage]), Malformed | NotFound)


def test_a_random_answer_is_no_list(reading: Reading) -> None:
    assert isinstance(reading.fails(Answer(os.urandom(5000))), Malformed)


def test_an_answer_of_200_mb_is_left_and_costs_little(reading: Reading) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = reading.fails(
        Answer(b"[" + b" " * 999_999, repeat=200, headers={"Content-Type": "application/json"}), timeout=30
    )
    assert isinstance(error, Malformed)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000
