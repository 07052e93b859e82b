"""A declared list: where it comes from, what of it is wanted, how it is requested, what becomes of it."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from schemas.config.base import Parsed, Section, Wrong, choice, shown
from schemas.config.filters import Filter
from schemas.config.times import Day, Every, Schedule
from schemas.config.values import Count, Flag, Quality, SeasonRule, Seasons, Sort, SortBy, Text, Whole
from schemas.record import OnDeleted, OnFailed, OnNewSeasons, OnRelisted, OnRemoved, Terms


def _requester(value: Any) -> int | str:
    if isinstance(value, bool) or not isinstance(value, (int, str)) or value == "":
        raise Wrong(f"must be a user's id, e-mail or name, not {shown(value)}")
    if isinstance(value, int):
        if value < 1:
            raise Wrong(f"a user's id is at least 1, not {value}")
        return value
    return str(value)


Requester = Annotated[
    int | str,
    Parsed(
        _requester,
        "a user's id, e-mail or name",
        {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "minLength": 1}]},
        lambda value: value,
        stays_text=True,
    ),
]


class Request(Section):
    """How a title of the list is requested. What is not given is left to the server. Names are looked up in its Radarr
    for films and in its Sonarr for shows, letter case aside; where a list holds both kinds and only one of the two has
    the name, titles of the other wait."""

    is_4k: Quality = False
    """HD (`false`), 4K (`true`) or `both`."""
    seasons: Seasons = SeasonRule.ALL
    """Of a show: `all` (without specials), `first`, `latest`, or numbers."""
    server: Text | None = None
    """Name of a Radarr or Sonarr server in the media server's settings; unless given, its default one."""
    profile: Text | None = None
    """Name of a quality profile of that server."""
    root_folder: Text | None = None
    """One of that server's root folders."""
    tags: tuple[Text, ...] | None = None
    """Labels of that server's tags."""

    @property
    def qualities(self) -> tuple[bool, ...]:
        """Which keys a title makes, as `Key.is_4k`."""
        return (False, True) if self.is_4k == "both" else (self.is_4k,)


class Policy(Section):
    """What to do when somebody or something undid or changed what the list asks for."""

    on_removed: Annotated[OnRemoved, choice(OnRemoved)] = OnRemoved.KEEP
    """When a title left all lists: keep our pending request, or cancel it."""
    on_deleted: Annotated[OnDeleted, choice(OnDeleted)] = OnDeleted.RESPECT
    """When a request or its files were deleted: respect that for ever, or request again."""
    on_failed: Annotated[OnFailed, choice(OnFailed)] = OnFailed.HOLD
    """When our request failed: wait for a person, or retry (at most three times, a day apart)."""
    on_new_seasons: Annotated[OnNewSeasons, choice(OnNewSeasons)] = OnNewSeasons.REQUEST
    """When seasons appear later: request them, or keep what there is."""
    on_relisted: Annotated[OnRelisted, choice(OnRelisted)] | None = None
    """When a title comes back to the lists; unless given, `request` for a personal list, `respect` for a chart."""

    def terms(self, *, personal: bool) -> Terms:
        """The policy with the default that depends on the source filled in."""
        default = OnRelisted.REQUEST if personal else OnRelisted.RESPECT
        return Terms(
            on_removed=self.on_removed,
            on_deleted=self.on_deleted,
            on_failed=self.on_failed,
            on_new_seasons=self.on_new_seasons,
            on_relisted=self.on_relisted or default,
        )


_FLAGS = {**dict.fromkeys(("yes", "on", "true"), "true"), **dict.fromkeys(("no", "off", "false"), "false")}
"""Words that YAML 1.1 took for flags; nobody means them as a reason."""


class Pause(Section):
    """Nothing is sent while it holds; `true` and a bare text (the reason) are short forms."""

    reason: Text | None = None
    """Shown with every title that waits."""
    until: Day | None = None
    """Ends with the start of that day in `timezone`; without it, when it is removed."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        if data is True:
            return {}
        if isinstance(data, str) and (meant := _FLAGS.get(data.lower())):
            raise Wrong(f"must be true, false, a reason or keys, not {shown(data)}", f"write {meant}")
        return {"reason": data} if isinstance(data, str) else data


Paused = Annotated[Pause | None, BeforeValidator(lambda value: None if value is False else value)]


class ListBudget(Section):
    """How many titles are requested for this list; unlimited (None) unless given."""

    per_run: Count = None
    """In one run."""
    per_day: Count = None
    """In any 24 hours."""


class Combine(Section):
    """A list made of other lists."""

    of: tuple[Text, ...] = Field(min_length=1)
    """The lists it draws from, in this order."""
    at_least: Whole = Field(default=1, ge=1)
    """In how many of them a title must be."""
    except_: tuple[Text, ...] = Field(default=(), alias="except")
    """Lists whose titles are left out."""

    def __str__(self) -> str:
        return f"combine: {', '.join(self.of)}"


class ListOptions(Section):
    """Everything of a list but its identity and origin: what may also stand in `defaults`."""

    every: Schedule = Every(period=timedelta(hours=24))
    """How often it is fetched by the loop: a duration, or a cron line in `timezone`."""
    limit: Whole | None = Field(default=None, ge=1)
    """How many titles of it are wanted at most, after its filter."""
    sort: SortBy = Sort()
    """Decides what `limit` keeps; `-` in front: descending."""
    request_as: Requester | None = None
    """The user who requests; unless given, as `server.request_as` says."""
    request: Request = Request()
    """How its titles are requested."""
    policy: Policy = Policy()
    """What becomes of a title when somebody undid it, or it left the list."""
    filter: Filter = Filter()
    """What its titles must be like."""
    allow_empty: Flag = False
    """Whether an affirmed empty list is believed at once."""
    input_only: Flag = False
    """An ingredient for `combine`: requests nothing by itself."""
    pause: Paused = None
    """Nothing is sent for this list while it holds."""
    budget: ListBudget = ListBudget()
    """How many titles are requested for it at most."""


class ListConfig(ListOptions):
    """One entry of `lists`: it has either a source or a combine, and `defaults` filled in."""

    source: Text | None = None
    """A pasted URL, or `provider:identifier`."""
    combine: Combine | None = None
    """Instead of a source: made of other lists."""
    was: Text | None = None
    """The name that the list had before: its memory goes with it."""

    @model_validator(mode="after")
    def _one_origin(self) -> "ListConfig":
        if self.source is None and self.combine is None:
            raise Wrong(*NO_ORIGIN)
        if self.source is not None and self.combine is not None:
            raise Wrong(*TWO_ORIGINS)
        return self


NO_ORIGIN = ("needs a source or a combine", "write `source:` with a URL or provider:identifier, such as imdb:top")
TWO_ORIGINS = ("has a source and a combine", "keep one of the two")
