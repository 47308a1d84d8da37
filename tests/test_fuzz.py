"""The fuzzers, for a minute: the same files every time. Long runs are in docs/safety.md."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random

import pytest

from kernels.tflite.writer import model_bytes
from tests.fuzz.make_corpus import corpus
from tests.fuzz.mutation import Seed, mutated
from tests.fuzz.places import places
from tests.fuzz.run import CORPUS, case, check, run_apart, seeds
from tests.fuzz.target import outcome

CASES = 5_000
GUIDED_RUNS = 2_000
KILL_AFTER = 300


def test_the_corpus_is_what_its_program_makes():
    made = {name: model_bytes(model) for name, model in corpus().items()}
    assert {seed.name: seed.content for seed in seeds()} == made


@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: seed.name)
def test_the_corpus_is_good(seed):
    expected = "load UnsupportedOperatorError" if seed.name == "everything" else "ran"
    assert outcome(seed.content) == expected


def test_places_are_the_numbers_of_the_file():
    (seed,) = (seed for seed in seeds() if seed.name == "convolution")
    found = {place.path for place in places(seed.content)}
    assert {
        "version",
        "subgraphs length",
        "subgraphs.tensors.shape",
        "subgraphs.operators.builtin_options type",
        "subgraphs.operators.builtin_options.stride_w",
        "buffers.data",
    } <= found


def test_a_mutation_is_one_of_its_own_and_repeatable():
    seed = Seed.of("x", seeds()[0].content)
    assert mutated(seed, Random(1)) == mutated(seed, Random(1)) != mutated(seed, Random(2))


def test_cases_differ():
    files = seeds()
    assert len({case(number, files) for number in range(300)}) > 250


def test_check_reports_what_escapes(monkeypatch):
    def fail(content):
        raise OverflowError("too much")

    monkeypatch.setattr("tests.fuzz.run.outcome", fail)
    counts, findings = check([7], seeds())
    assert counts == {"escaped": 1}
    assert findings == ["case 7: escaped: OverflowError: too much"]


def test_mutated_files_end_in_a_result_or_a_typed_error():
    result = run_apart(0, CASES)
    assert result["findings"] == []
    assert sum(result["counts"].values()) == CASES
    assert result["counts"]["ran"] > CASES // 10
    assert result["counts"]["load ModelError"] > CASES // 10


def test_coverage_guided(tmp_path):
    pytest.importorskip("atheris", reason="needs atheris: pip install atheris (Linux)")
    folder = tmp_path / "corpus"
    folder.mkdir()
    for path in CORPUS.glob("*.tflite"):
        (folder / path.name).write_bytes(path.read_bytes())
    options = [f"-runs={GUIDED_RUNS}", "-seed=1", "-timeout=60", "-max_len=4096", str(folder)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.coverage_guided", *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=KILL_AFTER,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"Done {GUIDED_RUNS} runs" in done.stderr
