"""The facts of a model as macros of a C header, for C, C++ and Objective-C."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.mobile.constants.facts import ModelFacts, SignatureFacts, TensorFacts
from tools.mobile.constants.identifiers import distinct, upper_snake
from tools.mobile.constants.text import one_line, shape_text


def c_header(facts: ModelFacts, name: str) -> str:
    """The header. ``<NAME>_SHAPE`` is an initializer: ``const int shape[] = X_SHAPE;``."""
    prefix = upper_snake(name)
    macros = [("ASSET_PATH", string(facts.asset_path)), ("SHA256", string(facts.sha256))]
    macros.append(("SIZE_BYTES", str(facts.size)))
    keys = distinct([upper_snake(each.key) for each in facts.signatures])
    for key, signature in zip(keys, facts.signatures, strict=True):
        macros += [(f"{key}_{name}", value) for name, value in _signature(signature)]
    lines = [f"#define {prefix}_{name} {value}" for name, value in macros]
    head = f"/* Made from {_comment(facts.file)} by tflite_model_constants. Do not edit. */"
    guard = f"{prefix}_H_"
    top = [head, f"#ifndef {guard}", f"#define {guard}", ""]
    return "\n".join([*top, *lines, "", f"#endif  /* {guard} */"]) + "\n"


def string(text: str) -> str:
    """The literal of a string in UTF-8."""
    return '"' + "".join(map(_byte, text.encode())) + '"'


def _byte(byte: int) -> str:
    character = chr(byte)
    if character in '"\\':
        return "\\" + character
    # "?" would begin a trigraph; an octal escape ends after three digits.
    return character if " " <= character <= "~" and character != "?" else f"\\{byte:03o}"


def _comment(text: str) -> str:
    return one_line(text).replace("*/", "* /")


def _signature(facts: SignatureFacts) -> Iterator[tuple[str, str]]:
    yield "KEY", string(facts.key)
    for end, tensors in (("INPUT", facts.inputs), ("OUTPUT", facts.outputs)):
        yield from _tensors(end, tensors)


def _tensors(end: str, tensors: Sequence[TensorFacts]) -> Iterator[tuple[str, str]]:
    names = distinct([upper_snake(tensor.name) for tensor in tensors])
    for name, tensor in zip(names, tensors, strict=True):
        yield from ((f"{end}_{name}_{fact}", value) for fact, value in _tensor(tensor))


def _tensor(tensor: TensorFacts) -> Iterator[tuple[str, str]]:
    yield "NAME", string(tensor.name)
    if tensor.index is not None:
        yield "INDEX", str(tensor.index)
    yield "TYPE", string(tensor.type)
    yield "RANK", str(len(tensor.shape))
    yield "SHAPE", f"{{{shape_text(tensor.shape) or '0'}}}"  # C has no empty arrays
    if tensor.scale is not None:
        yield "SCALE", f"{tensor.scale}f"
        yield "ZERO_POINT", str(tensor.zero_point)
