"""A script of ours at work apart: bytes in, bytes out, in a fresh process with limits.

The process knows nothing of the portal, holds no secret, may write no file, and has so much memory and time. This file
has two lives: the portal imports it and calls `work`, which starts it by itself; there it confines itself and becomes
the script.
"""

import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass


class Failed(Exception):
    """The script did not come to its end: it died of a limit or of an error."""


class Overdue(Failed):
    """Not even its own limit on time came in time: the machine is overloaded."""


@dataclass(frozen=True)
class Limits:
    """What a script may use: bytes of memory, seconds of processor, seconds of the clock."""

    memory: int
    processor: int
    clock: float


def work(script: str, content: bytes, limits: Limits, *told: object) -> bytes:
    """What a script of ours, whose __name__ is "__main__" then, makes of `content`: from stdin to stdout.

    Raises Failed, and Overdue when the clock's limit comes first.
    """
    # No environment of ours: the secret stays here. One arena: threads of a decoder would each reserve 64 MB.
    command = [sys.executable, "-I", "-B", __file__, script, limits.memory, limits.processor, *told]
    try:
        done = subprocess.run(
            [str(word) for word in command],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"MALLOC_ARENA_MAX": "1"},
            timeout=limits.clock,
            check=True,
        )
    except subprocess.CalledProcessError as reason:
        raise Failed from reason
    except (subprocess.TimeoutExpired, OSError) as reason:
        raise Overdue from reason
    return done.stdout


def _become(script: str, memory: str, processor: str, *told: str) -> None:
    """In the process: take the limits on, then run the script."""
    import resource
    import runpy

    limits = {
        resource.RLIMIT_AS: int(memory),
        resource.RLIMIT_CPU: int(processor),
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in limits.items():
        with suppress(ValueError, OSError):  # macOS lets nobody limit its address space
            resource.setrlimit(limit, (value, value))
    sys.argv = [script, *told]
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    _become(*sys.argv[1:])
