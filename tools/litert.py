"""LiteRT as an oracle: what it computes, in a process of its own, as it may crash or hang."""

from __future__ import annotations

import importlib
import importlib.metadata
import multiprocessing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Any, Protocol

import numpy as np

from kernels.errors import InputError
from kernels.node import REFERENCE, Array

_PACKAGE = "ai-edge-litert"
_SECONDS = 20.0
_STARTUP_SECONDS = 120.0
_CONTEXT = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Refusal:
    """Why LiteRT computed nothing."""

    reason: str


Answer = list[Array] | Refusal


class Question(Protocol):
    """What a process of the pool computes."""

    def compute(self) -> list[Array]:
        """The answer, in the process that calls it."""


@dataclass(frozen=True)
class Request:
    """A model and the inputs of its invocations, by name in the order of the first subgraph.

    The answer is the outputs of one invocation after the other.
    """

    content: bytes
    feeds: Sequence[Mapping[str, Array]]
    numerics: str

    def compute(self) -> list[Array]:
        """The answer, in this process."""
        running = interpreter(self.content, self.numerics)
        outputs: list[Array] = []
        for number, feed in enumerate(self.feeds):
            _set_inputs(running, list(feed.values()), allocate=number == 0)
            running.invoke()
            details = running.get_output_details()
            outputs += [np.array(running.get_tensor(detail["index"])) for detail in details]
        return outputs


@dataclass(frozen=True)
class TensorsRequest:
    """A model and one invocation's inputs, in the order of the first subgraph.

    The answer is the values of the tensors of those indices, which must be outputs of the
    graph; one that has no value is empty.
    """

    content: bytes
    inputs: Sequence[Array]
    numerics: str
    tensors: Sequence[int]

    def compute(self) -> list[Array]:
        """The answer, in this process."""
        running = interpreter(self.content, self.numerics)
        _set_inputs(running, self.inputs, allocate=True)
        running.invoke()
        return [_tensor(running, index) for index in self.tensors]


def version() -> str | None:
    """LiteRT's version, None if it is not installed."""
    try:
        return importlib.metadata.version(_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None


def module() -> Any:
    """The interpreter module of LiteRT. Raises InputError if it is not installed."""
    try:
        return importlib.import_module("ai_edge_litert.interpreter")
    except ImportError as error:
        raise InputError(
            "Comparing with LiteRT needs LiteRT, which is not installed.",
            f"Install it: pip install {_PACKAGE}",
        ) from error


def interpreter(content: bytes, numerics: str, threads: int = 1) -> Any:
    """A LiteRT interpreter with the kernels of ``numerics``."""
    litert = module()
    resolvers = litert.OpResolverType
    return litert.Interpreter(
        model_content=content,
        num_threads=threads,
        experimental_op_resolver_type=resolvers.BUILTIN_REF
        if numerics == REFERENCE
        else resolvers.AUTO,
    )


def _set_inputs(running: Any, values: Sequence[Array], allocate: bool) -> None:
    """Sets the inputs; at first resizes them where needed."""
    details = running.get_input_details()
    pairs = list(zip(details, values, strict=True))
    for detail, value in pairs if allocate else ():
        if tuple(detail["shape"]) != value.shape:
            running.resize_tensor_input(detail["index"], value.shape)
    if allocate:
        running.allocate_tensors()
    for detail, value in pairs:
        running.set_tensor(detail["index"], value)


def _tensor(running: Any, index: int) -> Array:
    try:
        return np.array(running.get_tensor(index))
    except ValueError:  # it has no data: nothing of the graph made it
        return np.empty(0)


@dataclass
class _Worker:
    """A process that answers requests; started anew after a crash or a hang."""

    process: BaseProcess | None = None
    pipe: Connection | None = None
    fresh: bool = field(default=True)

    def ask(self, request: Question) -> Answer:
        pipe = self.pipe or self._start()
        seconds = _STARTUP_SECONDS if self.fresh else _SECONDS
        self.fresh = False
        try:
            pipe.send(request)
            if pipe.poll(seconds):
                answer: Answer = pipe.recv()
                return answer
            reason = f"LiteRT ran for more than {seconds:g} s"
        except (EOFError, OSError):
            reason = "LiteRT crashed"
        self.stop()
        return Refusal(reason)

    def _start(self) -> Connection:
        self.pipe, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self.fresh = True
        return self.pipe

    def stop(self) -> None:
        if self.process is not None and self.pipe is not None:
            self.pipe.close()
            self.process.kill()
            self.process.join()
        self.process = self.pipe = None


def answers(requests: Iterable[Question], workers: int = 2) -> Iterator[Answer]:
    """What LiteRT answers to each request, in order, from a pool of processes."""
    module()
    pool = [_Worker() for _ in range(workers)]
    free: SimpleQueue[_Worker] = SimpleQueue()
    for worker in pool:
        free.put(worker)

    def ask(request: Question) -> Answer:
        worker = free.get()
        try:
            return worker.ask(request)
        finally:
            free.put(worker)

    try:
        with ThreadPoolExecutor(workers) as threads:
            yield from threads.map(ask, requests)
    finally:
        for worker in pool:
            worker.stop()


def _serve(pipe: Connection) -> None:
    while True:
        try:
            request: Question = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(request.compute())
        except Exception as error:  # whatever LiteRT refuses with is its answer
            pipe.send(Refusal(str(error)))
