"""Whether an app holds models as the phone needs them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.mobile.app import App, File, sha256
from tools.mobile.cures import Fault

_IDENTIFIER = slice(4, 8)
_MAGIC = b"TFL3"


@dataclass(frozen=True)
class Finding:
    """What is with one model: where it was found, and what is wrong there, if anything."""

    model: str
    place: str | None
    fault: Fault | None = None
    detail: str = ""


def find_models(app: App, models: Sequence[Path], alignment: int) -> list[Finding]:
    """A finding or more for every model: each place where its bytes are, or why there is none.

    alignment: bytes that the offset of a mapped file must be a multiple of.
    """
    return [finding for model in models for finding in _find(app, model, alignment)]


def _find(app: App, model: Path, alignment: int) -> Iterator[Finding]:
    size = model.stat().st_size
    with model.open("rb") as stream:
        digest = sha256(stream)
    named = [file for file in app.files if file.name.lower() == model.name.lower()]
    same = [file for file in app.files if file.size == size and file.sha256() == digest]
    for file in same:
        fault, detail = _fault(app, file, alignment)
        yield Finding(model.name, file.path, fault, detail)
    if same:
        return
    for file in named:
        yield Finding(model.name, file.path, Fault.OTHER_BYTES, f"sha256 is not {digest}")
    if not named:
        yield Finding(model.name, None, Fault.MISSING, _other_models(app))


def _fault(app: App, file: File, alignment: int) -> tuple[Fault | None, str]:
    """The first thing that is wrong with a file that has the right bytes."""
    if not _is_model(file):
        return Fault.NOT_A_MODEL, ""
    if not app.reaches(file):
        return Fault.OUT_OF_REACH, f"an {app.format.name} opens {app.format.reach}"
    if not file.kept:
        return Fault.WILL_BE_COMPRESSED, ""
    if not app.format.mapped:
        return None, ""
    if file.compressed:
        return Fault.COMPRESSED, ""
    if (file.offset or 0) % alignment:
        return Fault.MISALIGNED, f"offset {file.offset}, alignment {alignment}"
    return None, ""


def _is_model(file: File) -> bool:
    with file.reading() as stream:
        return stream.read(8)[_IDENTIFIER] == _MAGIC


def _other_models(app: App) -> str:
    found = [file.path for file in app.files if file.name.lower().endswith(".tflite")]
    return f"its models are: {', '.join(found)}" if found else "it holds no .tflite at all"
