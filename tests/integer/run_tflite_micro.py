"""Runs models in TFLite Micro's interpreter: a program for the Python that has it.

``python run_tflite_micro.py FOLDER``: for each ``N.tflite`` with its inputs ``N.npz`` (arr_0, ...)
writes ``N.out.npz`` or, where the interpreter refuses, ``N.error``.
"""

import sys
from pathlib import Path

import numpy as np
from tflite_micro.python.tflite_micro import runtime  # type: ignore[import-not-found]

ARENA_BYTES = 4_000_000


def run(model: Path) -> None:
    given = np.load(model.with_suffix(".npz"))
    try:
        interpreter = runtime.Interpreter.from_bytes(model.read_bytes(), arena_size=ARENA_BYTES)
        for index in range(len(given.files)):
            interpreter.set_input(given[f"arr_{index}"], index)
        interpreter.invoke()
    except RuntimeError as error:
        model.with_suffix(".error").write_text(str(error))
        return
    made = [interpreter.get_output(0)]
    np.savez(model.with_suffix(".out.npz"), *made)


if __name__ == "__main__":
    for path in sorted(Path(sys.argv[1]).glob("*.tflite")):
        run(path)
