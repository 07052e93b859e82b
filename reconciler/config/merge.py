"""`defaults` filled into every list, key by key: sequences replace, null clears. Every value keeps its own place."""

from collections.abc import Collection

from reconciler.config.tree import Entry, Mapping, Node, Scalar, put


def with_defaults(root: Mapping, allowed: Collection[str]) -> Mapping:
    """The tree in which every list is complete. Of `defaults`, only the `allowed` keys are filled in."""
    lists = root.entries.get("lists")
    if lists is None or not isinstance(lists.node, Mapping):
        return root
    given = root.entries.get("defaults")
    defaults = given.node if given is not None and isinstance(given.node, Mapping) else Mapping({}, root.place)
    usable = Mapping({key: entry for key, entry in defaults.entries.items() if key in allowed}, defaults.place)
    filled = {name: Entry(entry.key, _filled(usable, entry.node)) for name, entry in lists.node.entries.items()}
    return put(root, ("lists",), Mapping(filled, lists.node.place))


def _filled(defaults: Mapping, own: Node) -> Node:
    if isinstance(own, Scalar) and own.value is None:
        own = Mapping({}, own.place)
    return _merged(defaults, own) if isinstance(own, Mapping) else own


def _merged(defaults: Mapping, own: Mapping) -> Mapping:
    entries = dict(defaults.entries)
    for key, entry in own.entries.items():
        inherited = entries.get(key)
        if isinstance(entry.node, Scalar) and entry.node.value is None:
            entries.pop(key, None)
        elif inherited is not None and isinstance(inherited.node, Mapping) and isinstance(entry.node, Mapping):
            entries[key] = Entry(entry.key, _merged(inherited.node, entry.node))
        else:
            entries[key] = entry
    return Mapping(entries, own.place, own.flow)
