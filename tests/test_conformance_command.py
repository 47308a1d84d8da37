"""``tflq conformance``: the table that it prints and its exit code."""

import json

import pytest

from tools import cli, command, conformance_command, litert
from tools.conformance.runner import FAILED, trials
from tools.conformance.suite import cases

needs_litert = pytest.mark.skipif(
    litert.version() is None, reason="needs LiteRT: pip install ai-edge-litert"
)


@needs_litert
def test_one_operator_as_a_table_and_as_json(capsys):
    assert cli.main(["conformance", "--operator", "FLOOR"]) == command.DONE
    table = capsys.readouterr().out
    assert cli.main(["conformance", "--operator", "FLOOR", "--json"]) == command.DONE
    found = json.loads(capsys.readouterr().out)
    exact = found["operators"]["FLOOR"]["exact"]
    assert exact["passed"] == exact["total"] > 0
    assert f"{exact['passed']} / {exact['total']}" in table


@needs_litert
def test_a_difference_is_exit_code_1(capsys, monkeypatch):
    def spoiled(chosen):
        for trial in trials(chosen):
            yield trial.outcome(FAILED, 1.0, "spoiled")

    monkeypatch.setattr(conformance_command, "against_litert", spoiled)
    assert cli.main(["conformance", "--operator", "FLOOR"]) == command.NOT_MET
    assert "FAIL exact" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--operator", "NONE"], ["--golden", "missing.npz"]])
def test_bad_requests_are_two_lines(capsys, arguments):
    assert cli.main(["conformance", *arguments]) == command.BAD_INPUT
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_cases_are_the_same_every_time_and_have_keys_of_their_own():
    every = cases()
    assert every == cases()
    assert len({case.text for case in every}) == len(every)
