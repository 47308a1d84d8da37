"""Records as JSON: what benchmarks of two models could have kept."""

from __future__ import annotations

from typing import Any

MACHINE = {"date": "2026-01-31", "processor": "Example 9000", "ai-edge-litert": "2.3.0"}
CONDITIONS = {
    "machine": MACHINE,
    "peaks": {"float_rate": 100e9, "integer_rate": 400e9, "bandwidth": 20e9},
    "compile_seconds": 12.25,
}


def timed(
    file: str, runtime: str, milliseconds: float, threads: int = 1, clock: str = "cpu"
) -> Any:
    contestant = {"file": file, "runtime": runtime, "threads": threads, "clock": clock}
    seconds = [milliseconds * scale / 1e3 for scale in (1.0, 1.5, 2.0)]
    return {"contestant": contestant, "seconds": seconds}


def measurement(model: str = "mobilenet_v2") -> dict[str, Any]:
    """Without int8; of two threads, the float model only."""
    return {
        "model": model,
        "bytes": {"float": 4000, "dyn": 1100, "ours": 1000},
        "differences": {"float": 0.0, "dyn": 2.5e-7, "ours": float("inf")},
        "times": [
            timed("float", "litert", 6.0),
            timed("float", "ours", 5.0),
            timed("dyn", "litert", 12.0),
            timed("dyn", "ours", 4.0),
            timed("ours", "litert", 5.0),
            timed("ours", "ours", 2.5),
            timed("float", "litert", 3.3, 2, "wall"),
            timed("float", "ours", 3.0, 2, "wall"),
            timed("float", "ours", 5.4, 1, "wall"),
        ],
    }


def record(model: str = "mobilenet_v2") -> dict[str, Any]:
    return {
        "measurement": measurement(model),
        "machine": MACHINE,
        "memory": {
            "litert": {"float": {"held": 10 << 20, "peak": 20 << 20}},
            "ours": {"float": {"held": 12 << 20, "peak": 18 << 20}},
        },
        "first_result": {"litert": 0.2, "ours": 0.45},
        "profiles": {
            "ours": [
                {
                    "operator": "CONV_2D",
                    "kernel": "product.hybrid",
                    "count": 35,
                    "seconds": 0.002,
                    "operations": 3e8,
                },
                {
                    "operator": "ADD",
                    "kernel": "arithmetic.add",
                    "count": 10,
                    "seconds": 0.0005,
                    "operations": 0,
                },
            ]
        },
    }
