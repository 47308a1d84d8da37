import numpy as np
import pytest

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from tests.dense_model import FEATURES, dense_model
from tools.frozen_run import FrozenRun, differences, freeze, read_frozen_run, write_frozen_run

NAN, INF = np.nan, np.inf


def run(numerics="reference"):
    x = np.linspace(-1, 1, FEATURES, dtype=np.float32)[np.newaxis]
    return freeze(Interpreter(dense_model(), numerics), "serving_default", {"x": x})


def test_a_run_survives_the_file(tmp_path):
    frozen = run()
    write_frozen_run(tmp_path / "g.npz", frozen)
    read = read_frozen_run(tmp_path / "g.npz")
    assert (read.signature, read.numerics) == ("serving_default", "reference")
    for side in ("inputs", "outputs"):
        for name, value in getattr(frozen, side).items():
            np.testing.assert_array_equal(getattr(read, side)[name], value)
    again = freeze(Interpreter(dense_model(), read.numerics), read.signature, read.inputs)
    assert differences(read.outputs, again.outputs)[0].share == 0


def test_the_bytes_are_the_same_every_time(tmp_path):
    for name in ("a.npz", "b.npz"):
        write_frozen_run(tmp_path / name, run())
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_names_with_slashes_survive(tmp_path):
    frozen = FrozenRun("f", "xnnpack", {"a/b:0": np.int8([1])}, {})
    write_frozen_run(tmp_path / "g.npz", frozen)
    assert list(read_frozen_run(tmp_path / "g.npz").inputs) == ["a/b:0"]


def test_strings_cannot_be_frozen(tmp_path):
    words = np.array([b"yes"], object)
    with pytest.raises(InputError, match="outputs/y holds strings"):
        write_frozen_run(tmp_path / "g.npz", FrozenRun("f", "xnnpack", {}, {"y": words}))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [{"x": np.zeros(1)}, {"signature": np.array("f")}])
def test_another_npz(tmp_path, content):
    np.savez(tmp_path / "g.npz", **content)
    with pytest.raises(InputError, match="holds no frozen run"):
        read_frozen_run(tmp_path / "g.npz")


@pytest.mark.parametrize(
    ("was", "now", "share"),
    [
        (np.float32([]), np.float32([]), 0),
        (np.float32([1, -4]), np.float32([1, -4]), 0),
        (np.float32([1, -4]), np.float32([1.5, -4]), 0.125),
        (np.float32([0, 0]), np.float32([0, -0.0]), 0),
        (np.float32([NAN, INF, 2]), np.float32([NAN, INF, 1]), 0.5),
        (np.int8([-128, 0]), np.int8([127, 0]), 255 / 128),
        (np.int64([2**40]), np.int64([2**40 + 1]), 2.0**-40),
        (np.bool_([True]), np.bool_([False]), 1),
        (np.complex64([4j]), np.complex64([3j]), 0.25),
    ],
)
def test_share_of_the_largest_value(was, now, share):
    (difference,) = differences({"y": was}, {"y": now})
    assert (difference.share, difference.problem) == (share, "")


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        (np.float32([1]), np.float32([NAN]), "not finite"),
        (np.float32([INF]), np.float32([1]), "not finite"),
        (np.float32([0]), np.float32([1e-9]), "all were 0"),
        (np.float32([1]), np.float64([1]), r"was float32[1], and is float64[1]"),
        (np.float32([1]), np.float32([[1]]), r"was float32[1], and is float32[1, 1]"),
        (None, np.float32([1]), "is new"),
        (np.float32([1]), None, "is gone"),
    ],
)
def test_what_has_no_share(was, now, problem):
    frozen, found = ({} if value is None else {"y": value} for value in (was, now))
    (difference,) = differences(frozen, found)
    assert difference.share is None
    assert problem in difference.problem
