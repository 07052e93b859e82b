"""The tables of the documentation that are made from the program."""

import re
from collections.abc import Iterable, Sequence

from providers.base import Capabilities
from providers.lists import registry
from reconciler.cli import COMMANDS
from schemas.reasons import REASONS

UNTIL_THEN = {
    "run": "the loop; until then, put `listsync apply --yes` on a timer",
    "reconcile": "wakes the loop",
    "match": "write the entry below `overrides.match` by hand",
    "allow": "write the entry below `overrides.allow` by hand",
    "deny": "write the entry below `overrides.deny` by hand",
    "pause": "write `pause` into the file",
    "resume": "take `pause` out of the file",
    "import": "",
    "export": "",
    "backup": "with no listsync running, copy the database and the files beside it",
    "restore": "put that copy back",
    "doctor": "`listsync status` and `listsync validate` say most of it",
    "secrets": "use environment variables, or `${file:…}`",
    "auth": "",
    "healthcheck": "use the exit code of `listsync status`",
    "notify": "nothing is notified",
}
"""The commands that were not there from the start, and how to do without them."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def missing() -> str:
    """What is not there yet, by the program's own word."""
    lines = [
        f"- `listsync {name}`{f': {hint}' if hint else ''}" for name, hint in UNTIL_THEN.items() if name not in COMMANDS
    ]
    return "\n".join(lines) or "Nothing that is planned."


def ahead() -> str:
    """A remark on the ways out that name commands which are not there yet."""
    named = {name for text in REASONS.values() for name in re.findall(r"listsync ([a-z]+)", text.way_out)}
    names = [f"`listsync {name}`" for name in UNTIL_THEN if name in named - COMMANDS.keys()]
    if not names:
        return "Every command that a way out names is described in [commands.md](commands.md)."
    return f"Not there yet: {', '.join(names)}. The README says [what to do instead](../README.md#status)."


def reasons() -> str:
    return table(
        ("reason", "means", "way out"),
        ((f"**{reason.value}**", text.summary, text.way_out) for reason, text in REASONS.items()),
    )


def services() -> str:
    """For the README: what there is, and one example each."""
    rows = []
    for name in registry.names():
        can = registry.get(name).capabilities
        rows.append((f"[{name}](docs/providers.md#{name})", can.summary, f"`{can.forms[0]}`"))
    return table(("service", "what of it", "for example"), rows)


def overview() -> str:
    rows = []
    for name in registry.names():
        can = registry.get(name).capabilities
        rows.append(
            (
                f"[{name}](#{name})",
                kinds(can),
                ", ".join(can.gives_ids),
                "yes" if can.gives_total else "no",
                can.needs_key.partition(":")[0] or "no",
                "where plain HTTP is challenged" if can.uses_browser else "never",
            )
        )
    return table(("service", "kinds", "ids", "says its total", "key", "browser"), rows)


def service(name: str) -> str:
    can = registry.get(name).capabilities
    forms = "\n".join(can.forms)
    facts = [
        ("what", can.summary),
        ("kinds", kinds(can)),
        ("key", can.needs_key or "none"),
        ("asked", f"{can.rate:g} times a second at most; a list every {_interval(can)} at most"),
    ]
    return f"{table(('', ''), facts)}\n\n```text\n{forms}\n```"


def kinds(can: Capabilities) -> str:
    return " and ".join({"movie": "movies", "tv": "shows"}[kind] for kind in sorted(kind.value for kind in can.kinds))


def _interval(can: Capabilities) -> str:
    minutes = round(can.minimum_interval.total_seconds() / 60)
    count, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return unit if count == 1 else f"{count} {unit}s"
