"""Images as arrays: decoded, and brought to the size that a model takes."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError, RecipeError
from kernels.model import Tensor

if TYPE_CHECKING:
    from PIL.Image import Image

AS_IS = "none"
FORMATS = ("PNG", "JPEG")
_MODES = {1: "L", 3: "RGB"}
_IMAGE_RANK = 4
_MORE_THAN_8_BITS = ("I", "F")
_FREE = -1


@dataclass(frozen=True)
class ImageShape:
    """Height and width in pixels, None where the model takes any; ``channels``: 1, grey, or 3,
    red, green and blue."""

    height: int | None
    width: int | None
    channels: int


def image_shape(tensor: Tensor) -> ImageShape | None:
    """Of an input (batch, height, width, channels); None if it is none of images."""
    shape = tensor.shape_signature or tensor.shape
    if len(shape) != _IMAGE_RANK or shape[-1] not in _MODES:
        return None
    height, width = (None if size == _FREE else size for size in shape[1:3])
    return ImageShape(height, width, shape[3])


def _resized(image: Image, width: int, height: int) -> Image:
    """All of it, whatever its proportions were."""
    from PIL.Image import Resampling

    return image.resize((width, height), Resampling.BILINEAR)


def _center_cropped(image: Image, width: int, height: int) -> Image:
    """The largest part in the middle that has the proportions of the result."""
    scale = min(image.width / width, image.height / height)
    kept = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (image.width - kept[0]) // 2, (image.height - kept[1]) // 2
    part = image.crop((left, top, left + kept[0], top + kept[1]))
    return _resized(part, width, height)


RESIZES: Mapping[str, Callable[[Image, int, int], Image] | None] = MappingProxyType(
    {AS_IS: None, "resize": _resized, "center_crop": _center_cropped}
)
"""What may be done with an image of another size. Both are bilinear, over all the pixels that a
pixel of the result covers (Pillow's ``BILINEAR``)."""


def check_resize(resize: str) -> None:
    """Raises RecipeError for a way to resize that does not exist."""
    if resize not in RESIZES:
        raise RecipeError(f"unknown resize '{resize}'.", f"Choose one of {[*RESIZES]}.")


def read_image(source: Path | bytes, where: str, shape: ImageShape, resize: str) -> NDArray[Any]:
    """A PNG or JPEG as (height, width, channels) uint8, as it is stored: EXIF turns nothing.

    Transparency is dropped. Raises DataError, naming ``where``: no such file, no such image, more
    than 8 bits a channel, another size than the model's with resize "none".
    """
    from PIL import Image

    stream: Any = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with Image.open(stream, formats=FORMATS) as opened:
            if opened.mode.startswith(_MORE_THAN_8_BITS):
                raise DataError(
                    f"{where} has more than 8 bits a channel.", "Store it with 8, or as an array."
                )
            image = _fitted(opened.convert(_MODES[shape.channels]), where, shape, resize)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataError(
            f"{where} cannot be read as an image: {_first_line(error)}.",
            "Give PNG or JPEG files; this one may be damaged.",
        ) from error
    return np.asarray(image, np.uint8).reshape(image.height, image.width, shape.channels)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _fitted(image: Image, where: str, shape: ImageShape, resize: str) -> Image:
    wanted = shape.width or image.width, shape.height or image.height
    change = RESIZES[resize]
    if image.size == wanted:
        return image
    if change is None:
        raise DataError(
            f"{where} has {image.width} x {image.height} pixels; "
            f"the model takes {wanted[0]} x {wanted[1]} (width x height).",
            'Say how to bring it to that size: resize = "center_crop" or "resize".',
        )
    return change(image, *wanted)
