"""One file that holds many: a tar stream, encrypted with age, written and read without ever being whole in memory.

`age --decrypt` and `tar` open it without this program.
"""

import os
import tarfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyrage

from portal.config import command
from portal.i18n import N_, Refusal

Member = tuple[str, int, Iterable[bytes]]


class Damaged(Refusal):
    """A backup was cut off or changed, so nothing of it is used."""

    msgid = N_("%(name)s is damaged or was cut off. Nothing was restored from it; take another backup.")


class WrongKey(Refusal):
    """A backup opens with none of the secrets that are set."""

    msgid = N_(
        "%(name)s does not open with this PORTAL_SECRET: it was made with another one, or its beginning is damaged. "
        "`%(command)s` tells whether the sheet you typed is the right one."
    )


class _Pull:
    """What age reads from: the tar stream, made as it is read."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.pieces = _tar(members)
        self.left = b""
        self.fault: Exception | None = None

    def read(self, size: int) -> bytes:
        """The next bytes, at most so many; none at the end."""
        while not self.left:
            try:
                self.left = next(self.pieces, b"")
            except Exception as fault:
                self.fault = fault  # age would make another exception of it
                raise
            if not self.left:
                return b""
        piece, self.left = self.left[:size], self.left[size:]
        return piece


def _tar(members: Iterable[Member]) -> Iterator[bytes]:
    for name, size, content in members:
        about = tarfile.TarInfo(name)
        about.size, about.mode = size, 0o600
        yield about.tobuf(tarfile.USTAR_FORMAT)
        yield from content
        yield bytes(-size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def write(file: IO[bytes], members: Iterable[Member], to: list[pyrage.x25519.Recipient]) -> None:
    """Write the members for the owners of some public keys; raises what making a member raises."""
    source = _Pull(members)
    try:
        pyrage.encrypt_io(source, file, to)
    except Exception:
        if source.fault is not None:
            raise source.fault from None
        raise


@contextmanager
def reading(path: Path, keys: list[pyrage.x25519.Identity]) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """The members, one after the other, each to be read before the next. Raises Damaged, WrongKey.

    Only when they have come to their end is it sure that the file was whole.
    """
    down, up = os.pipe()
    faults: list[Exception] = []
    opener = threading.Thread(target=_open, args=(path, up, keys, faults))
    opener.start()

    def proved(stream: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
        yield from _members(stream)
        while stream.read(2**16):
            pass
        opener.join()
        if faults:
            raise EOFError

    odd: Exception | None = None
    try:
        with os.fdopen(down, "rb") as stream:
            yield proved(stream)
    except (tarfile.TarError, EOFError) as fault:
        odd = fault
    finally:
        opener.join()
        if faults:  # what age says counts before what became of it here
            wrong = WrongKey if "No matching keys" in str(faults[0]) else Damaged
            raise wrong(name=path.name, command=command("keys check")) from faults[0]
    if odd is not None:
        raise Damaged(name=path.name) from odd


def _open(path: Path, up: int, keys: list[pyrage.x25519.Identity], faults: list[Exception]) -> None:
    try:
        with os.fdopen(up, "wb") as plain, path.open("rb") as sealed:
            pyrage.decrypt_io(sealed, plain, keys)
    except BrokenPipeError:
        pass  # nobody wanted to read on, which is no fault of the file
    except Exception as fault:
        faults.append(fault)


def _members(stream: Any) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is not None:
                yield member.name, content
                tar.members.clear()  # type: ignore[attr-defined]  # else each of a million stays in memory
