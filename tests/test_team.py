"""Threads that assist."""

import threading
import time

import pytest

from kernels.errors import InputError
from kernels.flat.team import MOST_THREADS, Team


@pytest.mark.parametrize("count", [0, -1, MOST_THREADS + 1])
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_number_that_cannot_be(count):
    with pytest.raises(InputError, match=f"{count} threads were asked for"):
        Team(count)


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.001)
    assert condition()


@pytest.mark.parametrize("count", [1, 2, 4])
def test_all_but_the_caller_assist_each_time(count):
    team, seen = Team(count), []
    for call in range(1, 4):
        team.wake(lambda: seen.append(threading.current_thread()))
        wait_for(lambda call=call: len(seen) == call * (count - 1))
    assert len({*seen}) == count - 1
    assert threading.current_thread() not in seen


def test_no_thread_starts_before_it_is_needed():
    before = threading.active_count()
    team = Team(8)
    assert threading.active_count() == before
    assert team.num_threads == 8


def test_threads_end_with_their_team():
    before = {*threading.enumerate()}
    team = Team(3)
    team.wake(lambda: None)
    started = {*threading.enumerate()} - before
    assert len(started) == 2
    del team
    for thread in started:
        thread.join(60)
    assert not any(thread.is_alive() for thread in started)
