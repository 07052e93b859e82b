"""A person on a terminal says which title each unresolved item is; every answer is written before the next question."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from reconciler.commands.frame import Settings
from reconciler.commands.overriding import Editor
from reconciler.errors import ListsyncError
from reconciler.words import clean, count, titled

if TYPE_CHECKING:
    from reconciler.session import Session
    from schemas.media import Key
    from schemas.plan import Unresolved
    from schemas.record import Candidate

_QUIT, _SKIP = "q", ""


class _Enough(Exception):
    """The person wants no further question."""


def offer(settings: Settings, rows: "Sequence[Unresolved]") -> None:
    """Ask whether to choose now, and do so. Where there is no file to write to, nothing is offered."""
    from reconciler.commands.opening import remark, with_session

    items = list({row.ref: row for row in rows}.values())
    editor = Editor(settings)
    if not items or editor.loaded.path is None:
        return
    click.echo(err=True)
    if not click.confirm(f"Choose titles for {count(len(items), 'item')} now?", default=False, err=True):
        return
    chosen = with_session(settings, "choose", lambda session: _choose_all(session, editor, items), ledger="write")
    remark(settings, f"\n{chosen} of {len(items)} chosen." + (" `listsync plan` goes by them." if chosen else ""))


def _choose_all(session: "Session", editor: Editor, items: "Sequence[Unresolved]") -> int:
    from reconciler.config.editing import Wish

    chosen = 0
    for place, item in enumerate(items, 1):
        _introduce(item, f"{place} of {len(items)}")
        try:
            key = _ask(session, item)
        except _Enough:
            break
        if key is not None:
            editor.put(Wish(section="match", name=item.ref, to=key))
            _say(f"  {item.ref} is {key}, written to {editor.loaded.name}.")
            chosen += 1
    return chosen


def _introduce(item: "Unresolved", place: str) -> None:
    from schemas.reasons import REASONS

    _say(f"\n{titled(item.title, item.year)}  {clean(item.ref)}, in {clean(item.list)}  ({place})")
    _say(f"  {REASONS[item.reason].summary}{f': {clean(item.detail)}' if item.detail else ''}")


def _ask(session: "Session", item: "Unresolved") -> "Key | None":
    """The title; None: the item is passed over. Raises _Enough."""
    candidates: Sequence[Candidate] = item.candidates
    _list(candidates)
    while True:
        numbers = f"1-{len(candidates)}, " if len(candidates) > 1 else "1, " if candidates else ""
        prompt = f"  {numbers}a key, an address or a title; Enter skips, q ends"
        answer = click.prompt(prompt, default=_SKIP, show_default=False, err=True).strip()
        if answer.lower() == _QUIT:
            raise _Enough
        if answer == _SKIP:
            return None
        try:
            return _named(session, answer, candidates)
        except ListsyncError as error:
            _say(f"  {clean(error.message)}")
            if other := getattr(error, "candidates", ()):
                candidates = other
                _list(candidates)


def _named(session: "Session", answer: str, candidates: "Sequence[Candidate]") -> "Key":
    """The key that an answer means. Raises UsageProblem, NotSure."""
    from providers.servers import ServerError
    from reconciler.naming import NotSure, find_title, key_in, title_of
    from schemas.media import Key

    if answer.isdecimal():
        if not 0 < int(answer) <= len(candidates):
            raise NotSure(f"there is no {answer} above")
        return candidates[int(answer) - 1].key
    key = key_in(answer, session.config.server.url)
    if key is None:
        found = find_title(session, answer)
        assert found.key is not None
        _say(f"  {clean(answer)} is {titled(found.title or '', found.year)}.")
        return found.key
    try:
        _say(f"  {key} is {title_of(session, key)}.")
    except ServerError as error:
        _say(f"  {key} was not looked up: {clean(str(error))}")
    return Key(key.kind, key.tmdb)


def _list(candidates: "Sequence[Candidate]") -> None:
    width = max((len(titled(one.title, one.year)) for one in candidates), default=0)
    for number, one in enumerate(candidates, 1):
        _say(f"  {number}  {titled(one.title, one.year).ljust(width)}  {one.key}  {one.score:.2f}")


def _say(text: str) -> None:
    click.echo(text, err=True)
