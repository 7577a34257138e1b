"""The engine that reads Chinese print on the processor, offline: RapidOCR on onnxruntime.

It comes with the extra `ocr`; everything here but `available` needs it.  Its models lie in the wheel and
are named by path, since the library would fetch a missing one from the network.  Loading takes half a
second and 100 MB, so a process loads once.  `ADDRESS_SPACE` is what a process that reads must be allowed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Quads = NDArray[np.float32]

ADDRESS_SPACE = 1536 * 1024 * 1024
"""Bytes of address space (RLIMIT_AS) that reading needs, with a page of the largest side in memory."""

LINE_HEIGHT = 48
"""Pixels: the recogniser's own height of a line; larger crops are shrunk to it."""

_COLUMN = 8
"""Pixels of a line, at the recogniser's height, that each of its answers stands for."""

_WIDE = 1.7
"""Distance between two characters, in the line's usual ones, at which there is room for a third."""

_FEWEST = 4
"""Characters from which a line has a usual distance: names are often spaced out."""

_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}


class ModelMissing(RuntimeError):
    """The engine is installed without its models; the text names the file."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What one crop says, and how sure each character is (0 to 1, as many as characters).

    `gaps` are the positions in `text` beside which there is room for one more character: a blot is passed
    over without a word, and the characters around it are read with full assurance.  `struck` tells that
    a stroke goes through all of a short line.
    """

    text: str
    scores: tuple[float, ...]
    gaps: tuple[int, ...] = ()
    struck: bool = False

    @property
    def score(self) -> float:
        """The mean of the characters' scores, 0 for nothing read."""
        return sum(self.scores) / len(self.scores) if self.scores else 0.0


@cache
def engine() -> Engine:
    """The engine of this process, loaded at the first call; raises `ModelMissing` or `ImportError`."""
    return Engine()


class Engine:
    """The library behind three questions.  Pictures are RGB or grey, uint8."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        from rapidocr import RapidOCR

        parameters: dict[str, Any] = {
            "Global.log_level": "critical",
            # Sizes are chosen by the caller; the library's own bounds would enlarge strips of a page.
            "Global.use_preprocess_img": False,
            "Global.use_vertical_padding": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": 4000,
            # Lines are read one by one at their own width: a batch is padded to its longest, and every
            # crop to 320 pixels, which is three times what a cell with a name needs.
            "Rec.rec_img_shape": [3, LINE_HEIGHT, LINE_HEIGHT],
            "Rec.rec_batch_num": 1,
            # One thread: two processes of one thread do twice the work of one of two.
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            # The arena would keep the memory of the largest page ever seen.
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
        }
        for part, path in _models().items():
            parameters[f"{part}.model_path"] = str(path)
        with _silent():
            # What it returns has one of five shapes, by what it was asked.
            self._library: Any = RapidOCR(params=parameters)

    def lines(self, pixels: Pixels) -> Quads:
        """The corners of every line found, clockwise from its upper left: (N, 4, 2) pixels."""
        found = self._library(_bgr(pixels), use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None or not len(found.boxes):
            return np.zeros((0, 4, 2), np.float32)
        return np.asarray(found.boxes, np.float32)

    def upside_down(self, crops: Sequence[Pixels]) -> float:
        """The share (0 to 1) of lines that stand on their heads, each weighed by how sure that is."""
        upright = turned = 0.0
        for crop in crops:
            found = self._library(_bgr(crop), use_det=False, use_cls=True, use_rec=False)
            label, score = found.cls_res[0]
            # A score of 0.5 is a toss-up between two answers.
            weight = max(0.0, 2 * float(score) - 1)
            upright, turned = (upright, turned + weight) if label == "180" else (upright + weight, turned)
        return turned / (upright + turned) if upright + turned else 0.0

    def read(self, crop: Pixels) -> Recognition:
        """What one line says; the crop is that line alone, upright."""
        height = crop.shape[0]
        if height > LINE_HEIGHT:
            width = max(1, round(crop.shape[1] * LINE_HEIGHT / height))
            crop = np.asarray(cv2.resize(crop, (width, LINE_HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
        found = self._library(_bgr(crop), use_det=False, use_cls=False, use_rec=True, return_word_box=True)
        text = found.txts[0] if found.txts else ""
        if not text:
            return Recognition("", ())
        words = found.word_results[0]
        columns = [column for word in words.word_cols for column in word]
        length = LINE_HEIGHT * crop.shape[1] / crop.shape[0] / _COLUMN
        return Recognition(text, tuple(float(score) for score in words.confs), _gaps(text, columns, length))


def _gaps(text: str, columns: Sequence[int], length: float) -> tuple[int, ...]:
    """Positions beside which a character may be missing, by the place at which each was read.

    Only Chinese characters, all of one width, tell it.  `columns` has none for spaces; `length` is the
    line's own.
    """
    places = [index for index, character in enumerate(text) if not character.isspace()]
    if len(places) != len(columns) or len(places) < _FEWEST:
        return ()
    steps = [
        (b - a, i, j)
        for (i, a), (j, b) in pairwise(zip(places, columns, strict=True))
        if _chinese(text[i]) and _chinese(text[j])
    ]
    if len(steps) < _FEWEST - 1:
        return ()
    pitch = median(step for step, _, _ in steps)
    found = {place for step, i, j in steps if step > _WIDE * pitch for place in (i, j)}
    if columns[0] > _WIDE * pitch:
        found.add(places[0])
    if _chinese(text[places[-1]]) and length - columns[-1] > _WIDE * pitch:
        found.add(places[-1])
    return tuple(sorted(found))


def _chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _models() -> dict[str, Path]:
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise ModelMissing("rapidocr is not installed; it comes with shouwen[ocr]")
    folder = Path(spec.origin).parent / "models"
    for name in _MODELS.values():
        if not (folder / name).is_file():
            raise ModelMissing(f"{folder / name} is missing; install rapidocr 3.10.0 again")
    return {part: folder / name for part, name in _MODELS.items()}


def _bgr(pixels: Pixels) -> Pixels:
    """As the models were trained: three channels, blue first."""
    code = cv2.COLOR_GRAY2BGR if pixels.ndim == 2 else cv2.COLOR_RGB2BGR
    return np.asarray(cv2.cvtColor(pixels, code), np.uint8)


@contextmanager
def _silent() -> Iterator[None]:
    """The library logs each model that it loads, before its own level is set."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
