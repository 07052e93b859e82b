"""From the user that people name to the user's number."""

from providers.servers.errors import UnknownUser
from providers.servers.protocol import ServerReader
from schemas.server import User


def resolve_user(reader: ServerReader, who: int | str) -> User:
    """The user with this id (a number, or digits), e-mail or name, capitals aside. UnknownUser, with those there are,
    when it is nobody or several people."""
    users = reader.users()
    wanted = str(who).strip().casefold()
    if wanted.isascii() and wanted.isdigit() and (found := [user for user in users if user.id == int(wanted)]):
        return found[0]
    found = [user for user in users if wanted and wanted in _names(user)]
    if len(found) == 1:
        return found[0]
    there = ", ".join(f"{user.name} ({user.id})" for user in users[:20]) + (", …" if len(users) > 20 else "")
    if found:
        several = ", ".join(f"{user.name} ({user.id})" for user in found)
        raise UnknownUser(f"{str(who)!r} may be any of {several}", remedy="name the user by its number or e-mail")
    raise UnknownUser(f"the server has no user {str(who)!r}; it has {there}", remedy="correct `request_as`")


def _names(user: User) -> set[str]:
    names = (user.name, user.email, *user.other_names)
    return {name.casefold() for name in names if name}
