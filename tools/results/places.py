"""Where the results' models, data and programs are, and the files that are made of each model."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from kernels.errors import InputError
from kernels.output_file import replacing
from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from quant.evaluation_data import EvaluationData
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.saved_model import convert_saved_model
from tools.bench import quantizing_run
from tools.bench.quantizing_cost import THEIRS
from tools.bench.variant import DYNAMIC, FLOAT, OURS, add_variant

LQ = "lq"
"""The kind of file that litert-quantizer makes."""


@dataclass(frozen=True)
class Places:
    """``models``: SavedModels by name; ``data``: samples; ``zoo``: folders of the benchmark's
    models; ``work``: where files are made and kept; ``litert_quantizer``: a Python that has it."""

    models: Path
    data: Path
    zoo: Path
    work: Path
    litert_quantizer: str

    def file(self, name: str, kind: str) -> Path:
        """A kind of file of a model that the results keep."""
        return self.work / name / f"{kind}.tflite"

    def float_model(self, name: str) -> Path:
        """The converted SavedModel, kept. Raises ConversionError as ``convert_saved_model``."""
        path = self.file(name, FLOAT)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            convert_saved_model(self.models / name, path)
        return path

    def tensorflow(self, name: str) -> Path:
        """What TensorFlow's converter makes of the SavedModel with Optimize.DEFAULT, kept."""
        path = self.file(name, DYNAMIC)
        if not path.exists():
            add_variant(self.models / name, path.parent, DYNAMIC)
        return path

    def litert(self, name: str, float_model: Path) -> Path:
        """What litert-quantizer makes of the float model with ``dynamic_wi8_afp32``, kept."""
        path = self.file(name, LQ)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as beside:
                self._run_litert_quantizer(float_model, beside)
        return path

    def _run_litert_quantizer(self, float_model: Path, output: Path) -> None:
        program = [self.litert_quantizer, "-P", quantizing_run.__file__, THEIRS]
        made = output.with_suffix(".lq.tflite")
        done = subprocess.run(
            [*program, str(float_model), str(made)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise InputError(
                f"litert-quantizer failed on {float_model}: {done.stderr.strip()[-500:]}",
                "Name a Python that has it: pip install litert-quantizer.",
            )
        made.replace(output)

    def ours(
        self,
        name: str,
        float_model: Path,
        kind: str = OURS,
        recipe: Recipe | None = None,
        data: EvaluationData | None = None,
    ) -> Path:
        """What this project makes of the float model, made anew: it is what is measured."""
        path = self.file(name, kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_model(quantize(read_model(float_model), recipe, data).model, path)
        return path
