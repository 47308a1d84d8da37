"""The same bytes from a remote cache and a remote engine, wherever the checkout is."""

from __future__ import annotations

from tests.remote import servers
from tests.remote.conftest import built

HIT = {"remote cache hit"}


def different(one, another):
    return [name for name in sorted({*one, *another}) if one.get(name) != another.get(name)]


def test_an_http_cache_serves_another_checkout(checkouts, local_outputs, tmp_path):
    with servers.http_cache(tmp_path) as address:
        built(checkouts[0], f"--remote_cache={address}")
        outputs, runners = built(checkouts[1], f"--remote_cache={address}")
    assert runners == HIT
    assert different(outputs, local_outputs) == []


def test_remote_execution_gives_what_this_machine_gives(checkouts, local_outputs, tmp_path):
    environments = {
        name: checkouts[0].external(f"tflq_{name}") / "venv"
        for name in servers.ENVIRONMENTS
        if checkouts[0].external(f"tflq_{name}").exists()
    }
    with servers.executor(tmp_path, environments) as address:
        outputs, runners = built(checkouts[0], f"--remote_executor={address}")
        assert runners == {"remote"}
        assert different(outputs, local_outputs) == []
        outputs, runners = built(checkouts[1], f"--remote_executor={address}")
        assert runners == HIT
        assert different(outputs, local_outputs) == []
