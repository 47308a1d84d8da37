"""Builds, converts, quantizes and runs architectures here and in LiteRT; writes the table.

``python -m tests.architectures.report WORK [NAME...]`` keeps models and results in WORK, does
what is missing there, and writes docs/conformance.md of all that have one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from kernels.errors import TfliteQuantError
from kernels.interpreter import Interpreter
from kernels.output_file import write_text
from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from quant.quantizer import quantize
from quant.saved_model import convert_saved_model
from tests.tensorflow_python import interpreter as tensorflow_python
from tools import litert
from tools.run import random_inputs
from tools.run_comparison import Comparison

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "conformance.md"
BUILD = Path(__file__).with_name("build.py")
KINDS = ("float", "quantized")
_NAMES = """
    autoencoder bigru bilstm conv1d_audio conv3d convlstm convnext_tiny decoder densenet121 dscnn
    efficientnet_b0 efficientnet_v2b0 gqa gru inception_resnet_v2 inception_v3 lstm
    lstm_stack_seq mobilenet_v1_025_96 mobilenet_v2 mobilenet_v3_large mobilenet_v3_small
    nasnet_mobile nms resize_misc resnet50 resnet50v2 se_activations simplernn stft transformer
    unet vgg16 vit_tiny wavenet xception
"""
ARCHITECTURES = tuple(_NAMES.split())
HEAD = """\
# Whole models

Made by `python -m tests.architectures.report WORK`. Each architecture is built with Keras
(`tests/architectures/build.py`: random weights, small inputs, a batch of one), converted,
quantized with the default recipe, and run here and in LiteRT {version} (XNNPACK) on the same
random input. A difference is the largest over all outputs, as a part of the output's largest
value.

| architecture | operators | kinds | float, bytes | quantized, bytes | float, by | quantized, by |
|---|---|---|---|---|---|---|
"""


def models(name: str, work: Path) -> dict[str, Path]:
    """The float and the quantized model in ``work``, made if they are not there."""
    paths = {kind: work / f"{name}.{kind}.tflite" for kind in KINDS}
    if not paths["float"].exists():
        saved = work / "saved_models"
        subprocess.run([tensorflow_python(), str(BUILD), str(saved), name], check=True)
        convert_saved_model(saved / name, paths["float"])
    if not paths["quantized"].exists():
        write_model(quantize(read_model(paths["float"])).model, paths["quantized"])
    return paths


def largest_difference(path: Path) -> float:
    """Of our outputs from LiteRT's, as a part of the largest value of the output."""
    interpreter = Interpreter(path)
    called = interpreter.signature()
    inputs = random_inputs(interpreter, called, seed=0)
    outputs = interpreter.invoke(**inputs)
    compared = Comparison(interpreter, called, path.read_bytes(), inputs, "xnnpack")
    interpreter.reset()
    return max(
        apart / max(float(np.abs(outputs[name]).max(initial=0)), np.finfo(np.float32).tiny)
        for name, apart in compared.outputs(outputs).items()
    )


def result(name: str, work: Path) -> dict[str, object]:
    """A row of the table; an error of ours or LiteRT's stands for what it prevented."""
    paths = models(name, work)
    operators = Counter(
        operator.name
        for subgraph in read_model(paths["float"]).subgraphs
        for operator in subgraph.operators
    )
    row: dict[str, object] = {"operators": operators.total(), "kinds": len(operators)}
    for kind, path in paths.items():
        row[f"{kind}_bytes"] = path.stat().st_size
        try:
            row[f"{kind}_differs"] = largest_difference(path)
        except TfliteQuantError as error:
            row[f"{kind}_differs"] = error.problem
    return row


def page(rows: dict[str, dict[str, object]]) -> str:
    lines = []
    for name, row in rows.items():
        differs = [row[f"{kind}_differs"] for kind in KINDS]
        told = [f"{value:.1e}" if isinstance(value, float) else str(value) for value in differs]
        sizes = [f"{row[f'{kind}_bytes']:,}" for kind in KINDS]
        cells = [name, str(row["operators"]), str(row["kinds"]), *sizes, *told]
        lines.append(f"| {' | '.join(cells)} |\n")
    return HEAD.format(version=litert.version()) + "".join(lines)


def main(work: Path, names: list[str]) -> None:
    work.mkdir(parents=True, exist_ok=True)
    for name in names or ARCHITECTURES:
        row = result(name, work)
        print(name, row, flush=True)
        write_text(work / f"{name}.json", json.dumps(row))
    found = {name: work / f"{name}.json" for name in ARCHITECTURES}
    rows = {name: json.loads(path.read_text()) for name, path in found.items() if path.exists()}
    missing = ", ".join(sorted({*ARCHITECTURES} - {*rows}))
    write_text(PAGE, page(rows) + (f"\nNot run yet: {missing}.\n" if missing else ""))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
