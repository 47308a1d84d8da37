"""One runtime and one model in a process of its own: ``fresh_run RUNTIME MODEL [TINY_MODEL]``.

Prints a line when the first result is there. With a tiny model, which runs before, so that
libraries are loaded, it then prints how much memory the model took, in bytes: what is ``held``
when it has run, files mapped into memory not counted, and the ``peak`` with them.
Imports no more than the runtime needs, since its start is what is measured.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

_STATUS, _RESTART_PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")
RUNS = 3


def run_litert(model: str) -> Callable[[], object]:
    """LiteRT on zeros."""
    from ai_edge_litert.interpreter import Interpreter  # type: ignore[import-untyped]

    running = Interpreter(model_path=model, num_threads=1)
    running.allocate_tensors()
    details = running.get_input_details()
    inputs = {detail["index"]: np.zeros(detail["shape"], detail["dtype"]) for detail in details}
    outputs = [detail["index"] for detail in running.get_output_details()]

    def invoke() -> object:
        for index, value in inputs.items():
            running.set_tensor(index, value)
        running.invoke()
        return [running.get_tensor(index) for index in outputs]

    return invoke


def run_ours(model: str) -> Callable[[], object]:
    """Our runtime on zeros."""
    from kernels.constant import DTYPES
    from kernels.interpreter import Interpreter

    running = Interpreter(model)
    signature = running.signature()
    tensors = running.model.subgraphs[signature.subgraph].tensors
    inputs = {
        name: np.zeros(tensors[index].shape, DTYPES[tensors[index].type])
        for name, index in signature.inputs.items()
    }
    return lambda: running.invoke(signature.key, **inputs)


RUNTIMES: Mapping[str, Callable[[str], Callable[[], object]]] = {
    "litert": run_litert,
    "ours": run_ours,
}


def status() -> dict[str, int]:
    """Name -> bytes, from what Linux tells of this process."""
    found = re.findall(r"(\w+):\s+(\d+) kB", _STATUS.read_text(encoding="utf-8"))
    return {name: int(kilobytes) << 10 for name, kilobytes in found}


def memory(runtime: Callable[[str], Callable[[], object]], model: str) -> dict[str, int]:
    """How much more memory there is after the model has run than before it is loaded."""
    _RESTART_PEAK.write_text("5", encoding="ascii")
    before = status()
    invoke = runtime(model)
    for _ in range(RUNS):
        invoke()
    after = status()
    return {
        "held": after["RssAnon"] - before["RssAnon"],
        "peak": after["VmHWM"] - before["VmRSS"],
    }


def main(name: str, model: str, tiny_model: str | None = None) -> None:
    """Runs the model and prints."""
    runtime: Any = RUNTIMES[name]
    if tiny_model is None:
        runtime(model)()
        print("first result", flush=True)
    else:
        runtime(tiny_model)()
        print(json.dumps(memory(runtime, model)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
