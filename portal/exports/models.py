"""What a table to take away is: its columns, who may have it, and where its rows come from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlmodel import Session

from portal.access import Actor

Rows = Callable[[Session, Actor, Any, Sequence[str]], Iterator[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `usual` ones are ticked; with `roles` it holds personal data, which only these may take away."""

    key: str
    label: str
    usual: bool = True
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """A list of the desk as a table; `wanted` is the frozen dataclass of its filters, which JSON must hold."""

    key: str
    title: str
    roles: frozenset[str]
    wanted: type[Any]
    columns: tuple[Column, ...]
    count: Callable[[Session, Actor, Any], int]
    rows: Rows

    @property
    def paper(self) -> str:
        """What the print room calls it."""
        return f"table_{self.key}"

    def columns_for(self, actor: Actor, keys: Sequence[str] | None = None) -> list[Column]:
        """The columns that a person may have; of those the chosen."""
        may = [each for each in self.columns if not each.roles or each.roles & actor.roles]
        return may if keys is None else [each for each in may if each.key in keys]

    def closed(self, part: Any) -> dict[str, Any]:
        """The filters as the print room keeps them."""
        return {**asdict(replace(part, after=None)), "table": self.key}

    def opened(self, kept: dict[str, Any]) -> Any:
        """The filters again."""
        return self.wanted(**{key: value for key, value in kept.items() if key != "table"})
