import pytest

from tools.bench import timing
from tools.bench.timing import CPU, FEWEST_ROUNDS, MOST_ROUNDS, WALL


@pytest.fixture
def clock(monkeypatch):
    """A clock that only calls move on, by the seconds that they say they take."""
    now = [0.0]
    for name in (CPU, WALL):
        monkeypatch.setitem(timing._READ, name, lambda: now[0])
    monkeypatch.setattr(timing.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(timing.time, "sleep", lambda seconds: None)
    return now


def taking(clock, seconds, log=None, name=None):
    def call():
        clock[0] += seconds
        if log is not None:
            log.append(name)

    return call


@pytest.mark.parametrize("kind", [CPU, WALL])
def test_each_call_gets_its_own_time_in_every_round(clock, kind):
    calls = {"a": taking(clock, 0.25), "b": taking(clock, 0.5)}
    taken = timing.interleaved(calls, kind, 0)
    assert taken == {"a": (0.25,) * FEWEST_ROUNDS, "b": (0.5,) * FEWEST_ROUNDS}


def test_calls_take_turns_and_none_always_follows_the_same(clock):
    log = []
    calls = {name: taking(clock, 1.0, log, name) for name in "abc"}
    timing.interleaved(calls, CPU, 0)
    rounds = "".join(log)[-2 * 3 * FEWEST_ROUNDS :]
    assert rounds[::2] == rounds[1::2]  # each sample follows a call that is not counted
    assert rounds[::2] == "abcbcacababcbca"


def test_a_short_call_is_repeated_until_it_fills_a_sample(clock):
    log = []
    timing.interleaved({"a": taking(clock, 1 / 4096, log, "a")}, CPU, 0)
    repeats = int(timing.SAMPLE_SECONDS * 4096)
    assert len(log) == 3 + FEWEST_ROUNDS * (1 + repeats)


@pytest.mark.parametrize(("seconds", "rounds"), [(0, FEWEST_ROUNDS), (40, 20), (9999, MOST_ROUNDS)])
def test_rounds_go_on_as_long_as_they_may(clock, seconds, rounds):
    taken = timing.interleaved({"a": taking(clock, 1.0), "b": taking(clock, 1.0)}, CPU, seconds)
    assert [len(values) for values in taken.values()] == [rounds] * 2


def test_nothing_takes_no_time():
    assert timing.interleaved({}, CPU, 0) == {}


@pytest.mark.parametrize(
    ("kind", "one", "other", "expected"),
    [
        (CPU, [2.0], [1.0], 2.0),
        (CPU, [1.0, 8.0, 3.0], [1.0, 4.0, 1.0], 2.0),  # not the ratio of the medians
        (CPU, [1.0, 4.0], [1.0, 2.0], 1.5),
        (WALL, [9.0, 3.0], [1.0, 5.0], 3.0),
    ],
)
def test_a_ratio_is_the_median_of_the_rounds_or_that_of_the_least(kind, one, other, expected):
    assert timing.ratio(kind, one, other) == expected


def test_rounds_that_do_not_belong_together_have_no_ratio():
    with pytest.raises(ValueError, match="zip"):
        timing.ratio(CPU, [1.0], [1.0, 2.0])


def test_one_thread_has_a_clock_of_its_own():
    assert [timing.clock_of(threads) for threads in (1, 2, 3)] == [CPU, WALL, WALL]
