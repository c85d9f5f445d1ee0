"""What a backup says of itself: at its beginning what it is, at its end all that must be in it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1
HEAD, MANIFEST = "head.json", "manifest.json"


@dataclass(frozen=True)
class Head:
    """The first member: which program made it, of what; `secrets` are fingerprints, `tables` name their columns."""

    format: int
    program: str
    revision: str
    database: str
    mode: str
    made_at: str
    secrets: list[str]
    tables: dict[str, list[str]]

    def written(self) -> bytes:
        """As it stands in the backup."""
        return _written(asdict(self))

    @classmethod
    def read(cls, content: bytes) -> "Head":
        """What `written` made; raises ValueError or TypeError for anything else."""
        return cls(**json.loads(content))


@dataclass
class Manifest:
    """The last member: rows and digest of each table, size and digest of each file, files that were lost before."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table["rows"] for table in self.tables.values())

    def written(self) -> bytes:
        """As it stands in the backup."""
        return _written(asdict(self))

    @classmethod
    def read(cls, content: bytes) -> "Manifest":
        """What `written` made; raises ValueError or TypeError for anything else."""
        return cls(**json.loads(content))


def _written(facts: Mapping[str, Any]) -> bytes:
    return json.dumps(facts, ensure_ascii=False, indent=1).encode()
