"""What ``--json`` prints: one JSON value on standard output, and nothing else."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import click

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Prints JSON.")


def tell_written(output: Path, as_json: bool) -> None:
    """With ``--json``, the file or folder that was written, and its bytes."""
    if as_json:
        files = output.rglob("*") if output.is_dir() else [output]
        size = sum(each.stat().st_size for each in files if each.is_file())
        click.echo(json_text({"output": str(output), "bytes": size}))


def json_text(value: Any) -> str:
    """Indented JSON, keys in the order in which they were put in; what is no number is null."""
    return json.dumps(_finite(value), indent=2, allow_nan=False)


def _finite(value: Any) -> Any:
    """JSON knows no infinity and no NaN."""
    if isinstance(value, dict):
        return {str(key): _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
