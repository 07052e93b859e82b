"""`listsync explain`: why a title is, or is not, requested."""

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb


@click.command("explain", cls=Verb)
@click.argument("query", metavar="TITLE|KEY|IMDB-ID", nargs=-1, required=True)
@options.everything
@click.pass_obj
def command(settings: Settings, *, query: tuple[str, ...], everything: bool) -> None:
    """Say why a title is or is not requested, and how to have it otherwise.

    Understands titles, if need be with their year (Dune (1984)), keys (movie:tmdb:603), IMDb ids (tt0133093), items of
    lists (letterboxd:nosferatu-2024), and addresses at IMDb, TMDB or the server; of the past, too. Goes by the lists as
    last fetched and by the server as it is now.
    """
    from reconciler.commands.opening import show, view_of, with_session
    from reconciler.commands.render.explain import explain_text
    from reconciler.commands.render.page import to_json
    from reconciler.explaining import explain

    asked = " ".join(query)
    found = with_session(settings, "explain", lambda session: explain(session, asked))
    view = view_of(settings, rows=options.rows(everything=everything, few=8), more=f'listsync explain "{asked}" --all')
    show(settings, to_json(found) if settings.format == "json" else explain_text(found, view))
