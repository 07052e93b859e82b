"""A message as `listsync notify test` sends it: a bit of everything, and nothing of it happened. Pure."""

from datetime import datetime, timedelta

from reconciler.core.digest import Links
from schemas.media import Key, Kind
from schemas.notification import ListTold, Notification, ToldTitle, Trouble
from schemas.reasons import REASONS, Reason


def sample(at: datetime, server: str, links: Links) -> Notification:
    """Two titles requested, one held, a failure and its end."""
    blocked = Key(Kind.MOVIE, 11)
    return Notification(
        at=at,
        server=server,
        run="a test",
        seconds=12.0,
        is_sample=True,
        lists=(ListTold(name="example", requested=2, held=1),),
        requested=(
            links.on(ToldTitle(title="The Matrix", year=1999, key=Key(Kind.MOVIE, 603), lists=("example",))),
            links.on(
                ToldTitle(title="Severance", year=2022, key=Key(Kind.TV, 95396), seasons=(1, 2), lists=("example",))
            ),
        ),
        held=(
            links.on(
                ToldTitle(
                    title="Star Wars",
                    year=1977,
                    key=blocked,
                    lists=("example",),
                    reason=Reason.BLOCKLISTED,
                    way_out=REASONS[Reason.BLOCKLISTED].way_out,
                )
            ),
        ),
        failed=(
            Trouble(
                subject="list example",
                message="this is a test: nothing failed",
                remedy="nothing is to be done",
                since=at,
            ),
        ),
        recovered=(
            Trouble(
                subject="server",
                message="works again; this is a test: nothing failed",
                since=at - timedelta(hours=3),
            ),
        ),
    )
