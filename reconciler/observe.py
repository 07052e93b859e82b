"""What the server says now: the bulk state, and the seasons of wanted shows, read once and kept."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from providers.servers import ServerError
from reconciler.progress import Step
from reconciler.session import Session
from schemas.media import Kind
from schemas.server import Details

AT_ONCE = 8
RUNNING_KEPT = timedelta(days=1)
ENDED_KEPT = timedelta(days=30)


def read_details(session: Session, wanted: Iterable[tuple[Kind, int]]) -> dict[tuple[Kind, int], Details]:
    """The details of titles (shows for their seasons, and whatever has no title yet): kept ones while they are fresh,
    stale ones where the server has no answer now. A title that is missing in the result could not be read at all."""
    titles = sorted(set(wanted))
    kept = session.ledger.details(titles)
    now = session.tools.clock()
    found = {title: details for title, (details, _) in kept.items()}
    due = [title for title in titles if title not in kept or not _fresh(*kept[title], now)]
    if due:
        read = _read_all(session, due)
        session.ledger.save_details(read.values())
        found |= read
    return found


def _fresh(details: Details, read_at: datetime, now: datetime) -> bool:
    """A clock that was set back makes nothing fresh for ever."""
    return timedelta(0) <= now - read_at < (ENDED_KEPT if details.ended else RUNNING_KEPT)


def _read_all(session: Session, titles: list[tuple[Kind, int]]) -> Mapping[tuple[Kind, int], Details]:
    with (
        session.tools.progress.stage("Reading details", len(titles)) as step,
        ThreadPoolExecutor(AT_ONCE, thread_name_prefix="details") as pool,
    ):
        answers = pool.map(lambda title: _read(session, title, step), titles)
        return {title: details for title, details in zip(titles, answers, strict=True) if details is not None}


def _read(session: Session, title: tuple[Kind, int], step: Step) -> Details | None:
    """None when the server cannot tell now: TMDB's outage and an unknown id look alike."""
    try:
        details = session.reader.details(*title)
    except ServerError as error:
        session.tools.log.warning("Reading details failed", title=f"{title[0].value} {title[1]}", error=str(error))
        return None
    step.advance(note=details.title)
    return details
