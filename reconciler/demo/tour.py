"""The tour: the product's own commands against the embedded server, from a first plan to a respected deletion."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reconciler.demo.lists import CONFIG, DATE_NIGHT, ELSEWHERE, published_lists

DELETED = ("Dune: Part Two", 693134)
"""What somebody in the house does not want."""


class Say(Protocol):
    """How the tour speaks."""

    def __call__(self, text: str) -> None:
        """One paragraph."""


@dataclass(frozen=True, slots=True)
class Household:
    """A media server, lists and a configuration, all made up, all gone after the tour."""

    folder: Path
    url: str
    api_key: str
    delete_request: Callable[[int], None]
    """Somebody deletes our request for a movie, by its TMDB id."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is told, then the command that is run, and the exit codes that belong to the story."""

    tells: str
    command: tuple[str, ...] = ()
    ends_with: tuple[int, ...] = (0,)
    before: Callable[[], None] = lambda: None


@contextmanager
def household() -> Iterator[Household]:
    """Set everything up in a temporary folder; nothing is left behind, whatever happens."""
    from reconciler.demo.server import DemoServer

    with (
        tempfile.TemporaryDirectory(prefix="listsync-demo-") as name,
        DemoServer("seerr") as server,
        published_lists() as lists,
    ):
        folder = Path(name)
        (folder / "date-night.txt").write_text(DATE_NIGHT, encoding="utf-8")
        (folder / "listsync.yaml").write_text(
            CONFIG.format(server=server.url) + ELSEWHERE.format(lists=lists), encoding="utf-8"
        )

        def delete_request(tmdb: int) -> None:
            for request in server.people.requests_of("movie", tmdb):
                server.people.delete_request(request["id"])

        yield Household(folder, server.url, server.api_key, delete_request)


def steps(house: Household) -> tuple[Step, ...]:
    """The story."""
    title, tmdb = DELETED
    return (
        Step("First: is the file right? (No network is needed for that.)", ("validate",)),
        Step("What would be done? A plan sends nothing.", ("plan", "--out", "plan.json")),
        Step("Do exactly that. (On a terminal `apply` asks first; --yes does not.)", ("apply", "plan.json", "--yes")),
        Step("Once more: everything is in place, so there is nothing to do.", ("plan",)),
        Step(
            f"Now somebody opens the server and deletes the request for {title}. What did others change?",
            ("drift",),
            ends_with=(2,),
            before=lambda: house.delete_request(tmdb),
        ),
        Step(
            "Other tools would ask for it again at their next run, for ever. listsync remembers, and respects it.",
            ("plan",),
        ),
        Step("And it can always say why.", ("explain", title)),
    )


def take(house: Household, run: Callable[[Sequence[str]], int], say: Say, show_command: Say) -> Step | None:
    """Go through the story; the step that went wrong, or None."""
    say(
        f"A media server (the demo's own, made to behave like Seerr) runs at {house.url}.\n"
        "A household declares three lists in listsync.yaml:"
    )
    say(_indented(CONFIG.format(server=house.url)))
    for step in steps(house):
        step.before()
        say(step.tells)
        show_command("listsync " + " ".join(f'"{word}"' if " " in word else word for word in step.command))
        if run(step.command) not in step.ends_with:
            return step
    return None


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.rstrip().splitlines())
