"""Real files to read: made by the libraries that offices' programs stand for."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import img2pdf
import pytest
from docx import Document
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter

import parsers
from intake.domain.model.facts import ContainerFacts, Facts
from tests.unit.parsers.mail.mails import Box


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """Reads raw mails."""
    return Box(tmp_path)


@pytest.fixture
def put(tmp_path: Path) -> Callable[[bytes], Path]:
    """Writes bytes to a new file without a telling name."""
    count = 0

    def write(data: bytes) -> Path:
        nonlocal count
        count += 1
        path = tmp_path / f"file{count}"
        path.write_bytes(data)
        return path

    return write


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """An empty folder for the files that lie inside others."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def facts_of(put: Callable[[bytes], Path], scratch: Path) -> Callable[[bytes], Facts]:
    """Reads bytes as a file; what lies inside goes to `scratch`."""
    return lambda data: parsers.parse(put(data), scratch)


@pytest.fixture
def unpacked(facts_of: Callable[[bytes], Facts]) -> Callable[[bytes], ContainerFacts]:
    """Reads bytes that must be an archive."""

    def read(data: bytes) -> ContainerFacts:
        facts = facts_of(data)
        assert isinstance(facts, ContainerFacts), facts
        return facts

    return read


@pytest.fixture(scope="session")
def form_docx() -> bytes:
    """A small form: a title, a table with merged cells, a paragraph."""
    document = Document()
    document.add_heading("最美科技志愿者推荐表", 0)
    table = document.add_table(rows=4, cols=4)
    for row in table.rows:
        for column, cell in enumerate(row.cells):
            cell.text = f"{row._index if hasattr(row, '_index') else ''}{column}"
    texts = [
        ["姓名", "张三", "性别", "男"],
        ["推荐单位", "浙江省科学技术协会", "", ""],
        ["事迹", "甲", "", ""],
        ["", "乙", "", ""],
    ]
    for row, values in zip(table.rows, texts, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    wide = table.cell(1, 1).merge(table.cell(1, 3))
    wide.text = "浙江省科学技术协会"
    tall = table.cell(2, 0).merge(table.cell(3, 0))
    tall.text = "事迹"
    document.add_paragraph("填表日期：2025年2月20日")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def page_jpeg() -> bytes:
    """A page as a scanner gives it."""
    image = Image.new("RGB", (827, 1169), "white")
    ImageDraw.Draw(image).ellipse((500, 800, 700, 1000), outline="red", width=8)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture(scope="session")
def scan_pdf(page_jpeg: bytes) -> bytes:
    """Two scanned A4 pages."""
    a4 = img2pdf.get_layout_fun((img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297)))
    return bytes(img2pdf.convert([page_jpeg, page_jpeg], layout_fun=a4))


@pytest.fixture(scope="session")
def locked() -> Callable[..., bytes]:
    """A PDF encrypted by pypdf with these passwords and this algorithm."""

    def lock(data: bytes, user: str, owner: str, algorithm: str = "AES-256") -> bytes:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
        writer.encrypt(user, owner, algorithm=algorithm)
        buffer = io.BytesIO()
        writer.write(buffer)
        return buffer.getvalue()

    return lock
