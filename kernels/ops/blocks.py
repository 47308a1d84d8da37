"""Blocks of pixels moved to the depth or the batch and back: SPACE_TO_DEPTH, DEPTH_TO_SPACE,
SPACE_TO_BATCH_ND, BATCH_TO_SPACE_ND.

Source: ``tflite/kernels/{space_to_depth,depth_to_space,space_to_batch_nd,batch_to_space_nd}.cc``
of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from math import prod

import numpy as np

from kernels.affine import stored_zero
from kernels.errors import InputError, ModelError
from kernels.node import Array, Node, Run


def space_to_depth(node: Node) -> Run:
    """x: (N, H, W, C) -> (N, H / b, W / b, b * b * C)."""
    block = _block_size(node)

    def run(x: Array) -> tuple[Array, ...]:
        n, height, width, channels = x.shape
        _require_multiples((height, width), (block, block), x)
        rows, columns = height // block, width // block
        tiles = x.reshape(n, rows, block, columns, block, channels)
        return (tiles.transpose(0, 1, 3, 2, 4, 5).reshape(n, rows, columns, block**2 * channels),)

    return run


def depth_to_space(node: Node) -> Run:
    """x: (N, H, W, b * b * C) -> (N, H * b, W * b, C)."""
    block = _block_size(node)

    def run(x: Array) -> tuple[Array, ...]:
        n, rows, columns, depth = x.shape
        _require_multiples((depth,), (block**2,), x)
        channels = depth // block**2
        tiles = x.reshape(n, rows, columns, block, block, channels).transpose(0, 1, 3, 2, 4, 5)
        return (tiles.reshape(n, rows * block, columns * block, channels),)

    return run


def _block_size(node: Node) -> int:
    block = int(node.options.block_size)
    if block < 1:
        raise ModelError(
            f"It has block size {block}.",
            "A block size is at least 1; the file may be damaged.",
        )
    return block


def space_to_batch(node: Node) -> Run:
    """x: (N, *spatial, *rest) -> (N * blocks, *padded spatial / block, *rest)."""
    zero = stored_zero(node.outputs[0].tensor)

    def run(x: Array, block_shape: Array, paddings: Array) -> tuple[Array, ...]:
        blocks = _blocks(block_shape, paddings, x)
        count = len(blocks)
        widths = [(0, 0), *paddings.tolist(), *[(0, 0)] * (x.ndim - 1 - count)]
        node.limits.check_size(_padded_shape(x, widths), x.dtype.itemsize)
        padded = np.pad(x, widths, constant_values=zero)
        spatial, rest = padded.shape[1 : 1 + count], x.shape[1 + count :]
        _require_multiples(spatial, blocks, x)
        cells = tuple(size // block for size, block in zip(spatial, blocks, strict=True))
        pairs = [size for pair in zip(cells, blocks, strict=True) for size in pair]
        tiles = np.moveaxis(
            padded.reshape(x.shape[0], *pairs, *rest),
            [2 + 2 * axis for axis in range(count)],
            range(count),
        )
        return (tiles.reshape(prod(blocks) * x.shape[0], *cells, *rest),)

    return run


def batch_to_space(node: Node) -> Run:
    """The inverse of ``space_to_batch``: crops where that pads."""

    def run(x: Array, block_shape: Array, crops: Array) -> tuple[Array, ...]:
        blocks = _blocks(block_shape, crops, x)
        count = len(blocks)
        _require_multiples(x.shape[:1], (prod(blocks),), x)
        batch = x.shape[0] // prod(blocks)
        cells, rest = x.shape[1 : 1 + count], x.shape[1 + count :]
        tiles = np.moveaxis(
            x.reshape(*blocks, batch, *cells, *rest),
            range(count),
            [2 + 2 * axis for axis in range(count)],
        )
        spatial = tuple(cell * block for cell, block in zip(cells, blocks, strict=True))
        whole = tiles.reshape(batch, *spatial, *rest)
        return (whole[(slice(None), *_kept(spatial, crops))],)

    return run


def _blocks(block_shape: Array, borders: Array, x: Array) -> tuple[int, ...]:
    """The block of each spatial dimension, checked with the paddings or crops."""
    blocks = tuple(np.ravel(block_shape).tolist())
    fits = borders.shape == (len(blocks), 2) and len(blocks) < x.ndim
    if min(blocks, default=1) < 1 or not fits or np.any(borders < 0):
        raise InputError(
            f"Blocks {blocks} with borders {borders.tolist()} do not fit a tensor {x.shape}.",
            "Blocks are at least 1, borders two numbers, at least 0, for each; "
            "check where they come from.",
        )
    return blocks


def _padded_shape(x: Array, widths: list[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(size + sum(width) for size, width in zip(x.shape, widths, strict=True))


def _kept(spatial: tuple[int, ...], crops: Array) -> tuple[slice, ...]:
    borders = zip(spatial, crops.tolist(), strict=True)
    return tuple(slice(before, max(size - after, before)) for size, (before, after) in borders)


def _require_multiples(sizes: tuple[int, ...], blocks: tuple[int, ...], x: Array) -> None:
    if any(size % block for size, block in zip(sizes, blocks, strict=True)):
        raise InputError(
            f"The sizes {sizes} of a tensor {x.shape} are not multiples of the blocks {blocks}.",
            "Give the model an input whose size is a multiple.",
        )
