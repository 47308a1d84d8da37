"""A subgraph in the making, in which a float tensor of the model may also be there as integers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from kernels.int8 import Version
from kernels.integer import DEQUANTIZE_VERSIONS, QUANTIZE_VERSIONS
from kernels.model import Operator, Quantization, Table, Tensor
from kernels.tflite.schema import OPTIONS
from quant.integer.affine import Affine
from quant.integer.graph import FLOAT32


@dataclass
class Draft:
    """``tensors`` grow at the end, ``operators`` come in order.

    ``affines``: float tensor -> how it is quantized. ``types``: tensor -> the type that its own
    index gets, where that is another than FLOAT32. ``floats`` and ``integers``: tensor -> the
    index where it is, as far as it has been made.
    """

    tensors: list[Tensor]
    affines: Mapping[int, Affine]
    types: Mapping[int, str]
    operators: list[Operator] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    floats: dict[int, int] = field(default_factory=dict)
    integers: dict[int, int] = field(default_factory=dict)
    constants: dict[tuple[int, bytes, str], int] = field(default_factory=dict)

    def give(self, tensor: int) -> None:
        """An input of the subgraph, or a constant that stays float: it is there."""
        if tensor not in self.types:
            self.floats[tensor] = tensor
            return
        affine = self.affines[tensor]
        if self.types[tensor] == affine.type:
            self._become(tensor, affine)
            self.integers[tensor] = tensor
        else:
            self._become(tensor, affine.as_uint8)
            self.integers[tensor] = self.add(tensor, affine)
            self._convert(tensor, self.integers[tensor])

    def float_of(self, tensor: int) -> int:
        """The index where the tensor is float, after a DEQUANTIZE if need be."""
        if tensor in self.integers and tensor not in self.floats:
            self.floats[tensor] = self.float_target(tensor)
            self._convert(self.integers[tensor], self.floats[tensor])
        return self.floats.get(tensor, tensor)

    def integer_of(self, tensor: int) -> int:
        """The index where the tensor is integers, after a QUANTIZE if need be."""
        if tensor not in self.integers:
            self.integers[tensor] = self.integer_target(tensor)
            self._convert(self.floats[tensor], self.integers[tensor])
        return self.integers[tensor]

    def float_target(self, tensor: int) -> int:
        """The index that a float result goes to."""
        if tensor not in self.types:
            return tensor
        source = self.tensors[tensor]
        return self._add(replace(source, name=f"float_{tensor}", type=FLOAT32, quantization=None))

    def integer_target(self, tensor: int) -> int:
        """The index that an integer result goes to."""
        affine = self.affines[tensor]
        if self.types.get(tensor) == affine.type:
            self._become(tensor, affine)
            return tensor
        return self.add(tensor, affine)

    def finish(self, output: int) -> None:
        """Fills the tensor of an output of the subgraph."""
        kind = self.types.get(output)
        if kind is None:
            self.float_of(output)
            return
        source = self.integer_of(output)
        if source != output:
            self._become(output, self.affines[output].as_uint8)
            self._convert(source, output)

    def add(self, tensor: int, affine: Affine) -> int:
        """A new tensor like that one, quantized."""
        name = f"{affine.type.lower()}_{tensor}"
        source = replace(self.tensors[tensor], buffer=0)
        return self._add(
            replace(source, name=name, type=affine.type, quantization=affine.quantization)
        )

    def constant(
        self,
        tensor: int,
        element_type: str,
        quantization: Quantization,
        in_place: bool,
        buffer: Callable[[], int],
    ) -> int:
        """The constant in another type, once for each quantization; the first takes the tensor's
        own place if nothing reads it as float."""
        key = (tensor, quantization.scale.tobytes(), element_type)
        if key not in self.constants:
            made = replace(
                self.tensors[tensor],
                type=element_type,
                quantization=quantization,
                buffer=buffer(),
            )
            taken = any(other[0] == tensor for other in self.constants)
            if in_place and not taken:
                self.tensors[tensor] = made
                self.constants[key] = tensor
            else:
                name = f"{element_type.lower()}_{tensor}_{len(self.constants)}"
                self.constants[key] = self._add(replace(made, name=name))
        return self.constants[key]

    def requantize(self, source: int, target: int) -> None:
        """A QUANTIZE from integers to integers."""
        self._convert(source, target)

    def _become(self, tensor: int, affine: Affine) -> None:
        self.tensors[tensor] = replace(
            self.tensors[tensor], type=affine.type, quantization=affine.quantization
        )

    def _add(self, tensor: Tensor) -> int:
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def _convert(self, source: int, target: int) -> None:
        """QUANTIZE or DEQUANTIZE, by the types."""
        to, of = self.tensors[target].type, self.tensors[source].type
        name = "DEQUANTIZE" if to == FLOAT32 else "QUANTIZE"
        version = DEQUANTIZE_VERSIONS[of] if to == FLOAT32 else QUANTIZE_VERSIONS[to]
        self.versions.append(version)
        self.operators.append(
            Operator(name, (source,), (target,), Table(OPTIONS[name]), version=version.number)
        )
