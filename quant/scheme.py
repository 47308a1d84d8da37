"""The schemes of quantization: what weights and activations become under each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kernels.errors import RecipeError
from kernels.int8 import LITERT, LITERT_BUILTIN, REFERENCE, TARGET_RUNTIMES

DYNAMIC_RANGE = "dynamic_range"
WEIGHT_ONLY_INT8 = "weight_only_int8"
FLOAT16 = "float16"
INT4 = "int4"
FULL_INTEGER = "full_integer"
INT16X8 = "int16x8"
FLOAT = "float"

_EVERYWHERE = frozenset(TARGET_RUNTIMES)
_TFLITE = frozenset({LITERT, LITERT_BUILTIN, REFERENCE})


@dataclass(frozen=True)
class Scheme:
    """``weight`` is the tensor type of weights in the file, ``activation`` that of activations
    (None: float32); ``direct``: operators may read the integers themselves, where their kernels
    do, else a DEQUANTIZE makes them float. ``fallback`` is the scheme of a weight that the target
    cannot take so. ``meaning`` says it in words.
    """

    name: str
    meaning: str
    weight: str = "FLOAT32"
    activation: str | None = None
    direct: bool = False
    fallback: str | None = None
    targets: frozenset[str] = _EVERYWHERE


SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        scheme.name: scheme
        for scheme in (
            Scheme(
                DYNAMIC_RANGE,
                "int8 weights; activations are float, and int8 within hybrid kernels",
                "INT8",
                direct=True,
            ),
            Scheme(WEIGHT_ONLY_INT8, "int8 weights, made float when the model is loaded", "INT8"),
            Scheme(
                FLOAT16,
                "float16 constants, made float32 when the model is loaded",
                "FLOAT16",
                targets=_TFLITE,
            ),
            Scheme(
                INT4,
                "int4 weights where the runtime takes them, int8 elsewhere",
                "INT4",
                direct=True,
                fallback=DYNAMIC_RANGE,
                targets=_TFLITE,
            ),
            Scheme(
                FULL_INTEGER,
                "int8 weights and activations, from ranges that representative data gives",
                "INT8",
                "INT8",
                direct=True,
            ),
            Scheme(
                INT16X8,
                "int8 weights and int16 activations, from ranges that representative data gives",
                "INT8",
                "INT16",
                direct=True,
            ),
            Scheme(FLOAT, "nothing changes"),
        )
    }
)
"""Name -> scheme."""


def check_target(name: str, target: str) -> None:
    """Raises RecipeError where the target runtime cannot run the scheme, with those it can."""
    if target not in SCHEMES[name].targets:
        able = [other.name for other in SCHEMES.values() if target in other.targets]
        raise RecipeError(
            f"target runtime {target} cannot run scheme {name}: {SCHEMES[name].meaning}.",
            f"Give one of {', '.join(able)}, or another target_runtime.",
        )
