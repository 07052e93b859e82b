"""`listsync init`: a first listsync.yaml, small and commented."""

from pathlib import Path

import click

from reconciler.commands.frame import Settings, Verb
from reconciler.errors import ListsyncError, Refused

FIRST_FILE = """\
# What this household wants. `listsync validate` checks this file, `listsync plan` shows what would be requested.
version: 1

server:
  url: http://localhost:5055        # your Overseerr, Jellyseerr or Seerr
  api_key: ${SEERR_API_KEY}         # from its settings, "General"; kept in an environment variable, not in this file
  # request_as: listsync            # the user who requests; unless given, the API key's own user

defaults:
  limit: 20                         # titles of a list that are wanted at most

lists:
  popular:
    source: stevenlu                # popular movies, no account needed
  # watchlist:
  #   source: https://letterboxd.com/YOU/watchlist/     # a pasted URL, or provider:identifier
  #   policy:
  #     on_removed: cancel          # take a pending request back when its title leaves the list
"""


@click.command("init", cls=Verb, formats=("text",))
@click.pass_obj
def command(settings: Settings) -> None:
    """Write a first listsync.yaml; a file that exists is left as it is."""
    from reconciler.commands.opening import show

    path = settings.config_path or Path("listsync.yaml")
    write(path)
    show(
        settings,
        f"{path} is written. Next:\n"
        "  1. put your server's address into it, and its API key into the environment variable SEERR_API_KEY\n"
        "  2. listsync validate\n"
        "  3. listsync plan\n",
    )


def write(path: Path) -> None:
    """Write the first file; raises Refused where there is one."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(FIRST_FILE)
    except FileExistsError:
        raise Refused(f"{path} exists and is left as it is", remedy="`listsync validate` checks it") from None
    except OSError as error:
        raise ListsyncError(f"{path} cannot be written: {error.strerror or error}") from None
