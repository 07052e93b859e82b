"""`listsync providers`: the list services, and how their sources are written. Needs no configuration."""

from typing import TYPE_CHECKING

import click

from reconciler.commands.frame import Settings, Verb

if TYPE_CHECKING:
    from schemas.documents import ProvidersDocument


@click.command("providers", cls=Verb)
@click.pass_obj
def command(settings: Settings) -> None:
    """Show the list services and how their sources are written."""
    from reconciler.commands.opening import show, view_of
    from reconciler.commands.render.lists import providers_text
    from reconciler.commands.render.page import to_json

    found = work()
    show(settings, to_json(found) if settings.format == "json" else providers_text(found, view_of(settings)))


def work() -> "ProvidersDocument":
    """What the registry knows."""
    from providers.lists import registry
    from schemas.documents import ProviderLine, ProvidersDocument

    def line(name: str) -> ProviderLine:
        can = registry.get(name).capabilities
        return ProviderLine(
            name=name,
            summary=can.summary,
            kinds=tuple(sorted(kind.value for kind in can.kinds)),
            forms=can.forms,
            gives_ids=can.gives_ids,
            gives_total=can.gives_total,
            needs_key=can.needs_key,
            uses_browser=can.uses_browser,
            minimum_interval=can.minimum_interval.total_seconds(),
        )

    return ProvidersDocument(providers=tuple(line(name) for name in registry.names()))
