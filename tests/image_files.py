"""Small images for the tests of what reads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def pixels(number: int, height: int = 6, width: int = 8, channels: int = 3) -> np.ndarray:
    """(height, width, channels) uint8 of the generator with that seed."""
    return np.random.default_rng(number).integers(0, 256, (height, width, channels), np.uint8)


def write_image(path: Path, image: np.ndarray) -> Path:
    """Writes pixels in the format that the name has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image).save(path)
    return path
