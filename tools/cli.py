"""The command line ``tflq``: one command a program of this package."""

from __future__ import annotations

import click

from tools import command
from tools.lazy_group import Lazy, LazyGroup, Sections

SECTIONS: Sections = {
    "Make a model": {
        "quantize": Lazy(
            "tools.quantize:quantize_command",
            "Make a smaller .tflite of a SavedModel or a float .tflite.",
            "quantize saved_model -o model.tflite",
            "the report: `target_runtime`, `tensors`, `operators`, `worst`, "
            "`bytes_before`, `bytes_after`, `ratio`",
        ),
        "convert": Lazy(
            "tools.convert:convert",
            "Make a float .tflite of a SavedModel; needs TensorFlow.",
            "convert saved_model -o float.tflite",
            "`output` and `bytes`: what was written",
        ),
    },
    "Look into it": {
        "inspect": Lazy(
            "tools.inspect_command:inspect_command",
            "Tell what a .tflite holds, or how two differ.",
            "inspect --diff float.tflite model.tflite",
            "`format`, `name`, `bytes`, `version`, `description`, `constant_bytes`, "
            "`signatures`, `operators`, `subgraphs`, `metadata`, `files`; with --diff "
            "`format`, `models`, `bytes`, `operators`, `signatures`, `tensors`, "
            "`removed`, `added`, `metadata`, `files`",
        ),
        "run": Lazy(
            "tools.run:run_command",
            "Run a .tflite once, and compare with LiteRT.",
            "run model.tflite --compare litert",
            "`outputs` by name: `type`, `shape`, `min`, `max`, `mean`, "
            "`max_difference`; with --layers `first_departure`",
        ),
        "report": Lazy(
            "tools.report_command:report_command",
            "Write a page on what quantizing did to a model.",
            "report model.tflite --float-model float.tflite -o report.html",
            "all that the page shows, with `--json -`; any other name is a file",
        ),
    },
    "Judge it": {
        "evaluate": Lazy(
            "tools.evaluate:evaluate_command",
            "Measure metrics of a model on samples.",
            "evaluate model.tflite --float-model float.tflite --data eval.npz",
            "`samples`, `scores` by metric, `output_sqnr_db`",
        ),
        "evaluate-shards": Lazy(
            "tools.evaluate_shards:evaluate_shards",
            "Join measurements of parts of the samples.",
            "evaluate-shards 1.npz 2.npz -o metrics.json",
            "as evaluate",
        ),
        "compare": Lazy(
            "tools.compare:compare_command",
            "Compare two models' outputs and layers on samples.",
            "compare float.tflite model.tflite --data eval.npz --min-sqnr 20",
            "`format`, `models`, `samples`, `outputs`, `layers`, `passed`; SQNR of 200 "
            "dB stands for equal",
        ),
        "sensitivity": Lazy(
            "tools.sensitivity:sensitivity_command",
            "Tell which weights cost accuracy, with recipe lines.",
            "sensitivity float.tflite --data eval.npz",
            "`format`, `model`, `samples`, `all_db`, `weights`, `keep_float`",
        ),
        "bench": Lazy(
            "tools.bench_command:bench_command",
            "Measure our runtime beside LiteRT.",
            "bench float.tflite --threads 1",
            "a list, a record for each model",
        ),
    },
    "Ship it": {
        "pack": Lazy(
            "tools.pack:pack",
            "Put files into models, and models into apps.",
            "pack files model.tflite labels.txt -o packed.tflite",
        ),
    },
    "Check the runtime": {
        "conformance": Lazy(
            "tools.conformance_command:conformance_command",
            "Compare every operator with LiteRT.",
            "conformance --operator CONV_2D",
            "`operators` by tier, `all`, `cases`, `failures`",
        ),
        "golden": Lazy(
            "tools.golden_command:golden_command",
            "Freeze a run of a .tflite, for a tflite_golden_test.",
            "golden model.tflite -o golden.npz",
            "`output` and `bytes`: what was written",
        ),
    },
}


@click.group(
    "tflq",
    cls=LazyGroup,
    sections=SECTIONS,
    context_settings=command.OPTIONS_WITH_UNDERSCORES,
)
@click.version_option(package_name="tflite-quant")
def tflq() -> None:
    """Quantize TensorFlow models for phones, and verify them without TensorFlow."""


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq``; returns the exit code."""
    return command.run(tflq, argv)


if __name__ == "__main__":
    raise SystemExit(main())
