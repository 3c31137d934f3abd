"""A dictionary of what there is: loud on duplicates, helpful on unknown names."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from aecore.messages import Problem

T = TypeVar("T")


class Registry(Mapping[str, T]):
    """Entries by name, in the order they were added.

    ``unknown`` is the sentence for a name that isn't there; it may use ``{name}`` and ``{known}``.
    """

    def __init__(self, unknown: str) -> None:
        self._unknown = unknown
        self._entries: dict[str, T] = {}

    def add(self, name: str, entry: T) -> T:
        """Add an entry and return it. Raises ValueError when the name is taken."""
        if name in self._entries:
            raise ValueError(f"{name!r} is registered twice")
        self._entries[name] = entry
        return entry

    def __getitem__(self, name: str) -> T:
        """The entry of that name. Raises Problem, which lists the known names."""
        if name not in self._entries:
            raise Problem(self._unknown, name=name, known=", ".join(self._entries))
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
