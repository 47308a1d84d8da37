"""The facts of a model as a Kotlin object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.mobile.constants.facts import ModelFacts, SignatureFacts, TensorFacts
from tools.mobile.constants.identifiers import distinct, pascal
from tools.mobile.constants.text import indented, one_line, shape_text


def kotlin(facts: ModelFacts, name: str, package: str | None) -> str:
    """The file: ``object name``, with an object for every signature, input and output."""
    head = [f"// Made from {one_line(facts.file)} by tflite_model_constants. Do not edit."]
    head += [f"package {package}"] if package else []
    signatures = zip(
        distinct([pascal(each.key) for each in facts.signatures]), facts.signatures, strict=True
    )
    body = [
        f"const val ASSET_PATH = {string(facts.asset_path)}",
        f"const val SHA256 = {string(facts.sha256)}",
        f"const val SIZE_BYTES = {facts.size}L",
        *(line for called, each in signatures for line in ("", *_signature(called, each))),
    ]
    return "\n".join([*head, "", *_object(name, body)]) + "\n"


def string(text: str) -> str:
    """The literal of a string."""
    return '"' + "".join(map(_character, text)) + '"'


def _character(character: str) -> str:
    if character in '"\\$':
        return "\\" + character
    if " " <= character <= "~":
        return character
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _signature(name: str, facts: SignatureFacts) -> Iterator[str]:
    inputs, outputs = _tensors(facts.inputs), _tensors(facts.outputs)
    body = [f"const val KEY = {string(facts.key)}", "", *_object("Inputs", inputs)]
    yield from _object(name, [*body, "", *_object("Outputs", outputs)])


def _tensors(tensors: Sequence[TensorFacts]) -> list[str]:
    lines: list[str] = []
    for name, tensor in zip(distinct([pascal(t.name) for t in tensors]), tensors, strict=True):
        lines += [""] if lines else []
        lines += _object(name, list(_tensor(tensor)))
    return lines


def _tensor(tensor: TensorFacts) -> Iterator[str]:
    yield f"const val NAME = {string(tensor.name)}"
    if tensor.index is not None:
        yield f"const val INDEX = {tensor.index}"
    yield f"const val TYPE = {string(tensor.type)}"
    yield f"val SHAPE = intArrayOf({shape_text(tensor.shape)})"
    if tensor.scale is not None:
        yield f"const val SCALE = {tensor.scale}f"
        yield f"const val ZERO_POINT = {tensor.zero_point}"


def _object(name: str, body: Sequence[str]) -> list[str]:
    return [f"object {name} {{", *indented(body), "}"]
