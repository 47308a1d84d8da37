"""Scikit-learn's real handwritten digits: 1,797 images of 8x8 pixels, split for good.

Every fifth image is held back; training never sees it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

HELD_BACK_EVERY = 5
BRIGHTEST = 16.0


def images_and_labels() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """All images (1797, 8, 8) float32 in [0, 1], and their digits (1797,) int64."""
    digits = load_digits()
    return (digits.images / BRIGHTEST).astype(np.float32), digits.target.astype(np.int64)


def split(held_back: bool) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The held-back images and labels, or the others, which are for training."""
    images, labels = images_and_labels()
    chosen = (np.arange(len(labels)) % HELD_BACK_EVERY == 0) == held_back
    return images[chosen], labels[chosen]
