"""Print alone: a page without the red ink that lies over it and without the shade that it lies in."""

from __future__ import annotations

import cv2
import numpy as np

from parsers.scan.text.ocr import Pixels

_TILE = 16


def print_alone(pixels: Pixels) -> Pixels:
    """The page in grey, its paper white everywhere; red ink is as light as paper, black print stays.

    In the red channel red ink is nearly white.
    """
    grey = pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[..., 0])
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // _TILE), max(1, height // _TILE)), interpolation=cv2.INTER_AREA)
    # The lightest of a neighbourhood is paper, then smoothed, since a jump in it would look like an edge.
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (0, 0), 3)
    level = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(level, 8), scale=245), np.uint8)
