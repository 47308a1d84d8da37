"""SavedModel -> float ``.tflite``: the program that ``quant.saved_model`` starts.

The only file that imports TensorFlow, and a process of its own: TensorFlow takes half a
gigabyte and its converter can crash. It imports nothing of the project, reads a request
(JSON) and writes an answer (JSON); ``quant.conversion_diagnosis`` turns that into words.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

DEFAULT_SIGNATURE = "serving_default"
ALL_SIGNATURES = "*"
SERVING_TAG = "serve"
INIT_SIGNATURE = "__saved_model_init_op"
KERAS_ENDPOINT = "serve"
WARM = ("google.protobuf.text_format", "tensorflow.core.protobuf.saved_model_pb2", "tensorflow")
VARIABLE_OPS = frozenset({"VarHandleOp", "Variable", "VariableV2"})


class RefusalError(Exception):
    """An answer that is an error: its kind, and the facts that belong to it."""

    def __init__(self, kind: str, **facts: Any) -> None:
        super().__init__(kind)
        self.answer = {"error": kind, **facts}


def chosen_signatures(asked: str | None, available: list[str]) -> list[str]:
    """The keys to convert. ``asked`` is a key, ``"*"`` for all, or None for the only one,
    else for ``serving_default``. Refuses where that is none or more than one."""
    if not available:
        raise RefusalError("no_signature")
    if asked == ALL_SIGNATURES:
        return available
    if asked is not None:
        if asked not in available:
            raise RefusalError("signature_unknown", asked=asked)
        return [asked]
    if len(available) == 1:
        return available
    if DEFAULT_SIGNATURE not in available:
        raise RefusalError("signature_ambiguous")
    return [DEFAULT_SIGNATURE]


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Does what the request says: ``directory``, ``signature``, ``resave``, ``work`` (a
    folder to write to) and ``output``. Returns ``signatures`` (described) and either
    ``converted`` (the keys) or ``error`` (a kind) with its facts."""
    described: dict[str, Any] = {}
    try:
        _import_tensorflow()
        saved_model = _read(request["directory"])
        graph = _serving_graph(saved_model)
        described.update(_described_signatures(graph))
        keys = chosen_signatures(request["signature"], list(described))
        _check_variables(graph, request["directory"])
        directory = _loadable(saved_model, graph, keys, request)
        if request["resave"]:
            directory = _resaved(directory, keys, request["work"])
        Path(request["output"]).write_bytes(_converted(directory, keys))
    except RefusalError as refusal:
        return {"signatures": described, **refusal.answer}
    return {"signatures": described, "converted": keys}


def warm_up() -> None:
    """Imports what an answer needs, which takes seconds; what fails here fails there again."""
    with suppress(Exception):
        for name in WARM:
            importlib.import_module(name)
        importlib.import_module("tensorflow").lite.TFLiteConverter  # noqa: B018 # imports it


def _import_tensorflow() -> None:
    try:
        import tensorflow  # noqa: F401
    except Exception as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == "tensorflow"
        kind = "tensorflow_missing" if missing else "tensorflow_broken"
        raise RefusalError(kind, message=_message(error), python=sys.executable) from error


def _read(directory: str) -> Any:
    from google.protobuf import text_format
    from google.protobuf.message import DecodeError
    from tensorflow.core.protobuf import saved_model_pb2

    saved_model = saved_model_pb2.SavedModel()
    binary = Path(directory, "saved_model.pb")
    try:
        if binary.exists():
            saved_model.ParseFromString(binary.read_bytes())
        else:
            text = binary.with_suffix(".pbtxt").read_text(encoding="utf-8")
            text_format.Parse(text, saved_model)
    except (DecodeError, text_format.ParseError, UnicodeDecodeError) as error:
        raise RefusalError("unreadable", message=str(error)) from error
    return saved_model


def _serving_graph(saved_model: Any) -> Any:
    tags = [sorted(graph.meta_info_def.tags) for graph in saved_model.meta_graphs]
    if [SERVING_TAG] not in tags:
        raise RefusalError("not_for_serving", tags=tags)
    return saved_model.meta_graphs[tags.index([SERVING_TAG])]


def _described_signatures(graph: Any) -> dict[str, Any]:
    return {
        key: {
            "inputs": _described_tensors(graph.signature_def[key].inputs),
            "outputs": _described_tensors(graph.signature_def[key].outputs),
        }
        for key in sorted(graph.signature_def)
        if key != INIT_SIGNATURE
    }


def _described_tensors(tensors: Any) -> dict[str, Any]:
    """Name -> [dtype, shape]; the shape is None where the rank is unknown."""
    import tensorflow as tf

    return {
        name: [
            tf.dtypes.as_dtype(tensors[name].dtype).name,
            tf.TensorShape(tensors[name].tensor_shape).as_list()
            if not tensors[name].tensor_shape.unknown_rank
            else None,
        ]
        for name in sorted(tensors)
    }


def _check_variables(graph: Any, directory: str) -> None:
    """TensorFlow loads a SavedModel without its variables and leaves them uninitialized."""
    if Path(directory, "variables", "variables.index").exists():
        return
    if any(node.op in VARIABLE_OPS for node in graph.graph_def.node):
        raise RefusalError("variables_missing")


def _loadable(saved_model: Any, graph: Any, keys: list[str], request: dict[str, Any]) -> str:
    """The directory, or a copy of it, repaired, that shares its variables and assets.

    Optimizer slots of an old SavedModel stop ``tf.saved_model.load`` (``'_UserObject' object
    has no attribute 'add_slot'``) and are of no use here. An attribute ``serve``, which Keras
    exports have, makes TFLiteConverter drop every signature but ``serving_default``.
    """
    nodes = graph.object_graph_def.nodes
    slots = [node for node in nodes if node.slot_variables]
    endpoints = [
        child
        for child in (nodes[0].children if nodes and len(keys) > 1 else ())
        if child.local_name == KERAS_ENDPOINT
    ]
    if not slots and not endpoints:
        return str(request["directory"])
    for node in slots:
        del node.slot_variables[:]
    for child in endpoints:
        nodes[0].children.remove(child)
    return _linked_copy(saved_model, request["directory"], Path(request["work"], "repaired"))


def _linked_copy(saved_model: Any, directory: str, copy: Path) -> str:
    copy.mkdir()
    (copy / "saved_model.pb").write_bytes(saved_model.SerializeToString(deterministic=True))
    for entry in sorted(Path(directory).iterdir()):
        if entry.is_dir():
            (copy / entry.name).symlink_to(entry.resolve())
    return str(copy)


def _load(directory: str) -> Any:
    import tensorflow as tf

    try:
        return tf.saved_model.load(directory, tags=[SERVING_TAG])
    except Exception as error:
        raise RefusalError("load", message=_message(error)) from error


def _resaved(directory: str, keys: list[str], work: str) -> str:
    """Loads and saves again, so that the variables which the signatures read are those
    that the checkpoint restores (``tf.saved_model.save`` of a Keras 3 model: not so)."""
    import tensorflow as tf

    loaded = _load(directory)
    resaved = os.path.join(work, "resaved")
    signatures = {key: loaded.signatures[key] for key in keys}
    if hasattr(loaded, KERAS_ENDPOINT):
        delattr(loaded, KERAS_ENDPOINT)
    try:
        tf.saved_model.save(loaded, resaved, signatures=signatures)
    except Exception as error:
        raise RefusalError("resave", message=_message(error)) from error
    return resaved


def _converted(directory: str, keys: list[str]) -> bytes:
    import tensorflow as tf

    try:
        converter = tf.lite.TFLiteConverter.from_saved_model(directory, signature_keys=keys)
    except Exception as error:
        raise RefusalError("load", message=_message(error)) from error
    try:
        return bytes(converter.convert())
    except Exception as error:
        errors = [_described_error(data) for data in getattr(error, "errors", ())]
        raise RefusalError("convert", message=_message(error), errors=errors) from error


def _message(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _described_error(data: Any) -> dict[str, Any]:
    """TensorFlow's ConverterErrorData: the operator, where it is, and what is the matter."""
    return {
        "code": type(data).ErrorCode.Name(data.error_code),
        "operator": data.operator.name,
        "message": data.error_message,
        "location": [call.name for call in data.location.call],
    }


def main(arguments: list[str]) -> int:
    """Answers the request in the file ``arguments[0]`` in the file ``arguments[1]``."""
    request = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    sys.path.extend(entry for entry in request["path"] if entry not in sys.path)
    answered = json.dumps(answer(request), indent=2)
    Path(arguments[1]).write_text(answered, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
