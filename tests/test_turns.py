import os
import signal
import threading
import time

import pytest

from portal.turns import TooLong, Turns


def others(turns: Turns) -> int:
    """A process of our kind that has taken a turn and keeps it."""
    told, tell = os.pipe()
    pid = os.fork()
    if not pid:
        with turns.take(0):
            os.write(tell, b"!")
            time.sleep(60)
        os._exit(0)
    assert os.read(told, 1) == b"!"
    os.close(told)
    os.close(tell)
    return pid


def test_threads_of_one_process_have_so_many_and_no_more() -> None:
    turns, most, now = Turns(2), 0, set[int]()

    def one(at: int) -> None:
        nonlocal most
        with turns.take(30):
            now.add(at)
            most = max(most, len(now))
            time.sleep(0.05)
            now.discard(at)

    threads = [threading.Thread(target=one, args=(at,)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (most, now) == (2, set())


def test_who_waits_longer_than_the_patience_is_told() -> None:
    turns = Turns(1)
    with turns.take(0), pytest.raises(TooLong), turns.take(0.1):
        pass
    with turns.take(0):
        pass


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_another_process_counts_too_and_gives_its_turn_back_when_it_is_killed() -> None:
    turns = Turns(2)
    pid = others(turns)
    with turns.take(0):
        with pytest.raises(TooLong), turns.take(0.1):
            pass
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with turns.take(5):
            pass
