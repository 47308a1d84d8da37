"""One quantizer and one model in a process of its own: ``quantizing_run NAME MODEL OUTPUT [TINY]``.

Prints JSON: seconds of importing and of quantizing, from file to file. With a tiny model, which is
quantized before, so that libraries are loaded, it prints instead how many bytes of memory the
model took at the peak, pages of mapped files counted.
Imports no more than the quantizer needs, since its start is measured too.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

Quantize = Callable[[str, str], None]
Load = Callable[[], Quantize]

_STATUS, _RESTART_PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def load_ours() -> Quantize:
    """tflq quantize with no options."""
    from tools.quantize import main

    def quantize(model: str, output: str) -> None:
        if main([model, "-o", output, "--quiet"]):
            raise SystemExit(1)

    return quantize


def load_litert_quantizer() -> Quantize:
    """litert-quantizer with its recipe for int8 weights."""
    from litert_quantizer import quantizer, recipe  # type: ignore[import-not-found]

    def quantize(model: str, output: str) -> None:
        made = quantizer.Quantizer(model, recipe.dynamic_wi8_afp32()).quantize()
        made.export_model(output, overwrite=True)

    return quantize


QUANTIZERS: Mapping[str, Load] = {"ours": load_ours, "litert-quantizer": load_litert_quantizer}


def seconds(load: Load, model: str, output: str) -> dict[str, float]:
    """Of the import, and of quantizing."""
    begin = time.perf_counter()
    quantize = load()
    loaded = time.perf_counter()
    quantize(model, output)
    return {"import": loaded - begin, "quantize": time.perf_counter() - loaded}


def memory(load: Load, model: str, output: str, tiny: str) -> dict[str, float]:
    """At the peak, more than before the model is opened."""
    quantize = load()
    quantize(tiny, output)
    _RESTART_PEAK.write_text("5", encoding="ascii")
    before = _bytes("VmRSS")
    quantize(model, output)
    return {"peak": _bytes("VmHWM") - before, "before": before}


def _bytes(name: str) -> int:
    status = _STATUS.read_text(encoding="utf-8")
    return sum(int(kilobytes) << 10 for kilobytes in re.findall(rf"{name}:\s+(\d+) kB", status))


def main(name: str, model: str, output: str, tiny: str | None = None) -> None:
    """Quantizes and prints a last line of JSON."""
    load = QUANTIZERS[name]
    found = memory(load, model, output, tiny) if tiny else seconds(load, model, output)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
