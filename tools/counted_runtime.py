"""A runtime whose runs are counted, for the progress of what evaluates models."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from kernels.model import Model, Signature
from quant.sample_outputs import Runtime
from tools.progress import Tick


class CountedRuntime:
    """A ``Runtime`` that is another one, and calls ``tick`` after each run, also of its copies."""

    def __init__(self, runtime: Runtime, tick: Tick) -> None:
        self._runtime = runtime
        self._tick = tick
        self.model: Model = runtime.model
        self.num_threads: int = runtime.num_threads

    def signature(self, key: str | None = None) -> Signature:
        """The signature of that key; without one, the only one or "serving_default"."""
        return self._runtime.signature(key)

    def invoke(self, signature: str | None = None, **inputs: Any) -> dict[str, NDArray[Any]]:
        """The outputs of a signature by name."""
        made = self._runtime.invoke(signature, **inputs)
        self._tick()
        return made

    def reset(self) -> None:
        """Forgets what invocations left in variables."""
        self._runtime.reset()

    def copy(self, num_threads: int) -> CountedRuntime:
        """Another of the same model, for another thread."""
        return CountedRuntime(self._runtime.copy(num_threads), self._tick)
