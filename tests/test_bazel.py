"""tools/bazel with a PATH of stand-ins: which Bazel it starts, and what it says or installs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOOL = Path(__file__).parent.parent / "tools/bazel"
NEEDED = ["bash", "cat", "dirname", "head", "mktemp", "readlink", "rm", "sed", "sort", "tail"]


class Machine:
    """A folder of programs as PATH, and a workspace with the launcher in it."""

    def __init__(self, folder):
        self.programs = folder / "bin"
        self.programs.mkdir()
        for name in NEEDED:
            (self.programs / name).symlink_to(shutil.which(name))
        self.workspace = folder / "checkouts" / "workspace"
        (self.workspace / "tools").mkdir(parents=True)
        self.tool = Path(shutil.copy(TOOL, self.workspace / "tools"))

    def add(self, name, script):
        program = self.programs / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return program

    def add_bazel(self, version, name="bazel"):
        answer = f'[ "$1" != --version ] || {{ echo "bazel {version}"; exit; }}'
        return self.add(name, f'{answer}\necho {name} {version} "$@" shared=$TFLQ_SHARED')

    def run(self, *arguments, tool=None, **variables):
        return subprocess.run(
            [tool or self.tool, *arguments],
            env={"PATH": str(self.programs), **variables},
            capture_output=True,
            text=True,
        )


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.mark.parametrize("version", ["4.2", "4.2.3", "7.7.1", "10.0.0"])
def test_starts_a_new_enough_bazel(machine, version):
    machine.add_bazel(version)
    assert machine.run("test", "//...").stdout == f"bazel {version} test //... shared=\n"


@pytest.mark.parametrize("version", ["0.29.1", "3.5.1", "4.1.9"])
def test_passes_over_an_old_bazel(machine, version):
    machine.add_bazel(version)
    machine.add_bazel("1.28.1", name="bazelisk")
    assert machine.run("test").stdout.startswith("bazelisk 1.28.1 test")


def test_says_in_two_lines_how_to_get_one(machine):
    machine.add_bazel("3.5.1")
    done = machine.run("test")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert "bazelisk" in done.stderr


def test_debian_does_not_know_the_version_but_dpkg_does(machine):
    machine.add_bazel("no_version")
    machine.add("dpkg-query", "echo 4.2.3+ds-9")
    assert machine.run("info").stdout.startswith("bazel no_version info")


def test_does_what_the_calling_launcher_chose(machine):
    machine.add_bazel("7.7.1")
    chosen = machine.add_bazel("4.2.3", name="bazel-real")
    assert machine.run("info", BAZEL_REAL=str(chosen)).stdout.startswith("bazel-real 4.2.3 info")


def test_finds_one_where_the_chosen_one_is_not_there(machine):
    machine.add_bazel("7.7.1")
    assert machine.run("info", BAZEL_REAL="/no/bazel-9").stdout.startswith("bazel 7.7.1 info")


def test_never_calls_itself(machine):
    link = machine.programs / "bazel"
    link.symlink_to(machine.tool)
    assert machine.run("info", tool=link).returncode == 1
    machine.add_bazel("1.28.1", name="bazelisk")
    assert machine.run("info", tool=link).stdout.startswith("bazelisk 1.28.1 info")


def test_tells_tests_where_the_measured_models_lie(machine):
    machine.add_bazel("7.7.1")
    shared = machine.workspace.parent / "shared"
    shared.mkdir()
    assert machine.run("test").stdout.endswith(f" shared={shared.resolve()}\n")
    assert machine.run("test", TFLQ_SHARED="/else").stdout.endswith(" shared=/else\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs packages")
def test_root_installs_what_is_missing(machine):
    bazel = machine.add_bazel("4.2.3").rename(machine.programs.parent / "bazel")
    log = machine.programs.parent / "log"
    machine.add("apt-get", f'echo "$@" >>{log}; [ "$1" = update ] || cp {bazel} {machine.programs}')
    (machine.programs / "cp").symlink_to(shutil.which("cp"))
    machine.add("python3", "exit 1")
    done = machine.run("info")
    assert done.stdout.startswith("bazel 4.2.3 info")
    update, install = log.read_text().splitlines()
    assert update.startswith("update")
    for package in ("bazel-bootstrap", "zip", "default-jdk-headless", "python3-pip"):
        assert package in install.split()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs packages")
def test_root_installs_nothing_where_nothing_is_missing(machine):
    machine.add_bazel("4.2.3")
    for name in ("javac", "zip", "python3"):
        machine.add(name, "exit 0")
    machine.add("apt-get", "echo called; exit 1")
    assert "called" not in machine.run("info").stdout
