"""The facts of a model as a Swift enumeration without cases: a namespace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.mobile.constants.facts import ModelFacts, SignatureFacts, TensorFacts
from tools.mobile.constants.identifiers import distinct, pascal
from tools.mobile.constants.text import indented, one_line, shape_text

_RESERVED = frozenset({"Any", "Protocol", "Self", "Type"})
"""Names that no nested type may have."""


def swift(facts: ModelFacts, name: str) -> str:
    """The file: ``enum name``, with an enumeration for every signature, input and output."""
    names = distinct([_type_name(each.key) for each in facts.signatures])
    body = [
        f"public static let assetPath = {string(facts.asset_path)}",
        f"public static let sha256 = {string(facts.sha256)}",
        f"public static let sizeBytes = {facts.size}",
    ]
    for called, each in zip(names, facts.signatures, strict=True):
        body += ["", *_signature(called, each)]
    head = f"// Made from {one_line(facts.file)} by tflite_model_constants. Do not edit."
    return "\n".join([head, "", *_enum(name, body)]) + "\n"


def string(text: str) -> str:
    """The literal of a string."""
    return '"' + "".join(map(_character, text)) + '"'


def _character(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if " " <= character <= "~" else f"\\u{{{ord(character):x}}}"


def _type_name(name: str) -> str:
    return pascal(name) + ("_" if pascal(name) in _RESERVED else "")


def _signature(name: str, facts: SignatureFacts) -> Iterator[str]:
    body = [f"public static let key = {string(facts.key)}", ""]
    body += [*_enum("Inputs", _tensors(facts.inputs)), ""]
    yield from _enum(name, [*body, *_enum("Outputs", _tensors(facts.outputs))])


def _tensors(tensors: Sequence[TensorFacts]) -> list[str]:
    lines: list[str] = []
    for name, tensor in zip(distinct([_type_name(t.name) for t in tensors]), tensors, strict=True):
        lines += [""] if lines else []
        lines += _enum(name, list(_tensor(tensor)))
    return lines


def _tensor(tensor: TensorFacts) -> Iterator[str]:
    """Types have their module's name: a tensor may be called ``int``."""
    yield f"public static let name = {string(tensor.name)}"
    if tensor.index is not None:
        yield f"public static let index = {tensor.index}"
    yield f"public static let type = {string(tensor.type)}"
    yield f"public static let shape: [Swift.Int] = [{shape_text(tensor.shape)}]"
    if tensor.scale is not None:
        yield f"public static let scale: Swift.Float = {tensor.scale}"
        yield f"public static let zeroPoint = {tensor.zero_point}"


def _enum(name: str, body: Sequence[str]) -> list[str]:
    return [f"public enum {name} {{", *indented(body), "}"]
