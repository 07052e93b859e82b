"""Which seasons of a show are wanted, missing and obtainable. Pure."""

from collections.abc import Collection

from reconciler.core.actual import Actual
from reconciler.core.decide import Seasons
from schemas.server import Details


def wanted_seasons(rules: Collection[str | int], details: Details) -> frozenset[int]:
    """The seasons that the rules name and that exist: `all` is without specials, which are wanted by number only."""
    known = {season.number for season in details.seasons}
    regular = sorted(season.number for season in details.seasons if season.number > 0 and season.episodes > 0)
    found: set[int] = set()
    for rule in rules:
        if rule == "all":
            found.update(regular)
        elif rule == "first":
            found.update(regular[:1])
        elif rule == "latest":
            found.update(regular[-1:])
        elif isinstance(rule, int) and rule in known:
            found.add(rule)
    return frozenset(found)


def weigh(wanted: frozenset[int], actual: Actual, remembered: Collection[int]) -> Seasons:
    """What deciding needs to know, from the wanted seasons, the actual ones, and those ever requested or seen."""
    obtainable = wanted - actual.available - actual.in_flight - actual.present
    missing = obtainable - actual.deleted - actual.declined - set(remembered)
    return Seasons(
        partly=bool(actual.present),
        missing=tuple(sorted(missing)),
        obtainable=tuple(sorted(obtainable)),
    )
