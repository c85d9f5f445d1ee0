"""Two photos of a case beside each other: which, how far turned, how large; everything stands in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

TURNS = ("0", "90", "180", "270")
SIDES = ("left", "right")
# A photo: its id, and what it is called.
Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: the photo, and links that turn it, enlarge it or put another in its place."""

    name: str
    photo: str
    label: str
    turn: str
    large: bool
    turned: str
    sized: str
    choices: list[tuple[str, str, bool]]


def sides(page: str, photos: Sequence[Named], asked: Mapping[str, str]) -> list[Side]:
    """The two sides of the page at an address; what makes no sense is as if it were not asked for."""
    known = dict(photos)
    state = {}
    for name, photo in zip(SIDES, [photos[0][0], photos[min(1, len(photos) - 1)][0]] if photos else (), strict=False):
        state[name] = asked.get(name, "") if asked.get(name, "") in known else photo
        turn = asked.get(f"{name}_turn", "")
        state[f"{name}_turn"] = turn if turn in TURNS else "0"
        state[f"{name}_large"] = "1" if asked.get(f"{name}_large") == "1" else ""
    return [_side(page, name, known, state) for name in SIDES if name in state]


def _side(page: str, name: str, known: Mapping[str, str], state: Mapping[str, str]) -> Side:
    def to(**changes: str) -> str:
        facts = {**state, **{f"{name}{key}": value for key, value in changes.items()}}
        return f"{page}?{urlencode({key: value for key, value in facts.items() if value not in ('', '0')})}"

    photo, turn, large = state[name], state[f"{name}_turn"], bool(state[f"{name}_large"])
    return Side(
        name=name,
        photo=photo,
        label=known[photo],
        turn=turn,
        large=large,
        turned=to(_turn=TURNS[(TURNS.index(turn) + 1) % len(TURNS)]),
        sized=to(_large="" if large else "1"),
        choices=[(label, to(**{"": id, "_turn": "0"}), id == photo) for id, label in known.items()],
    )
