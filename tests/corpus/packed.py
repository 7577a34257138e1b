"""Archives: zip, 7z, rar and tar, with Chinese names, folders, passwords, and archives within them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tests.corpus import papers
from tests.corpus.posting import LETTER, with_files
from tests.corpus.statement import Held, Message
from tests.unit.parsers.archives.samples import (
    DEFLATED,
    LOCKED,
    SIZES_FOLLOW,
    UTF8,
    Packed,
    rar,
    sevenzip,
    tarred,
    unicode_path,
    zipped,
)

Folders = Mapping[str, tuple[Held, ...]]


def messages() -> Iterator[Message]:
    """The messages of this chapter."""
    yield from _names()
    yield from _folders()
    yield from _others()
    yield from _locked()
    yield from _split()


def _sent(key: str, *files: Held) -> Message:
    return Message(key, with_files(key, files), "推荐材料", LETTER, files)


def _placed(folders: Folders) -> tuple[Held, ...]:
    return tuple(
        Held(item.name, item.data, item.facts, item.role, item.forms, item.inside, folder, item.left_out)
        for folder, items in folders.items()
        for item in items
    )


def _path(item: Held) -> str:
    return "/".join(part for part in (item.folder, item.name) if part)


def _zip(name: str, inside: tuple[Held, ...], codec: str = "utf-8", method: int = 0, flags: int = 0) -> Held:
    marked = flags | (UTF8 if codec == "utf-8" else 0)
    members = (Packed(_path(item).encode(codec), item.data, method, marked) for item in inside)
    return Held(name, zipped(*members), "container zip", inside=inside, varies=method == DEFLATED)


def _names() -> Iterator[Message]:
    pair = papers.both(0)
    styles = {"utf-8": ("utf-8", 0, 0), "gbk": ("gbk", 0, 0), "deflated": ("gbk", DEFLATED, 0)}
    styles["data-descriptors"] = ("gbk", DEFLATED, SIZES_FOLLOW)
    for style, (codec, method, flags) in styles.items():
        plain = papers.both(5) if codec == "gbk" else pair
        yield _sent(f"archives/zip-{style}", _zip("材料.zip", plain, codec, method, flags))
    rare = tuple(Held(f"李喆王㛃{item.name}", item.data, item.facts, item.role, item.forms) for item in pair)
    yield _sent("archives/zip-gb18030", _zip("材料.zip", rare, "gb18030"))
    bare = [Packed(_path(item).encode(), item.data) for item in pair]
    yield _sent("archives/zip-utf-8-not-said", Held("材料.zip", zipped(*bare), "container zip", inside=pair))
    told = [
        Packed(b"a%d" % n, item.data, extra=unicode_path(b"a%d" % n, item.name))
        for n, item in enumerate(pair)
    ]
    yield _sent("archives/zip-unicode-path", Held("材料.zip", zipped(*told), "container zip", inside=pair))
    slashes = [Packed(f"李喆\\{item.name}".encode("gbk", "ignore"), item.data) for item in papers.both(5)]
    inside = _placed({"李喆": papers.both(5)})
    yield _sent(
        "archives/zip-backslashes", Held("材料.zip", zipped(*slashes), "container zip", inside=inside)
    )
    clutter = [
        Packed(b"__MACOSX/._a.docx", b"x"),
        Packed(b".DS_Store", b"x"),
        Packed("~$推荐表.docx".encode(), b"x" * 162, flags=UTF8),
        Packed("空文件夹/".encode(), flags=UTF8),
        *(Packed(item.name.encode(), item.data, flags=UTF8) for item in pair),
    ]
    yield _sent("archives/zip-with-clutter", Held("材料.zip", zipped(*clutter), "container zip", inside=pair))


def _folders() -> Iterator[Message]:
    each = {f"推荐材料/{papers.entry(n).nominee}": papers.both(n) for n in (0, 1, 2, 4)}
    generic = {f"{papers.entry(n).nominee}/扫描件": (papers.scan(n, "扫描.pdf"),) for n in (0, 1)} | {
        f"{papers.entry(n).nominee}/WORD版": (papers.form(n, "推荐表.docx"),) for n in (0, 1)
    }
    yield _sent("archives/folder-for-each-nominee", _zip("报送.zip", _placed(each)))
    yield _sent("archives/folders-with-the-same-names", _zip("报送.zip", _placed(generic)))
    climbing = [Packed(f"../../{item.name}".encode(), item.data, flags=UTF8) for item in papers.both(3)]
    inside = papers.both(3)
    yield _sent(
        "archives/zip-climbing-out", Held("材料.zip", zipped(*climbing), "container zip", inside=inside)
    )
    inner = tuple(_zip(f"{papers.entry(n).nominee}.zip", papers.both(n)) for n in (0, 1))
    yield _sent("archives/zip-in-zip", _zip("总.zip", inner))
    deep = _zip("里.zip", papers.both(4))
    for level in range(4):
        deep = _zip(f"第{level}层.zip", _placed({f"夹{level}": (deep,)}))
    yield _sent("archives/five-deep", deep)
    yield _sent("archives/two-archives-and-a-file", *inner, papers.form(9))


def _others() -> Iterator[Message]:
    pair = _placed({"李喆": papers.both(4)})
    named = {_path(item): item.data for item in pair}
    yield _sent("archives/7z", Held("材料.7z", sevenzip(named), "container 7z", inside=pair, varies=True))
    raw = {path.encode("gbk").replace(b"/", b"\\"): data for path, data in named.items()}
    held = Held("材料.rar", rar(raw), "container rar", inside=pair)
    yield replace(_sent("archives/rar-gbk", held), needs="unar")
    tar = Held("材料.tar", tarred(named), "container tar", inside=pair)
    yield _sent("archives/tar", tar)
    packed = Held("材料.tar.gz", tarred(named, "w:gz"), "container tar", inside=pair, varies=True)
    yield _sent("archives/tar-gz", packed)
    wrong = _zip("推荐表.docx", papers.both(4))
    yield _sent("archives/zip-under-the-name-of-word", wrong)
    nested = Held("材料.7z", sevenzip({wrong.name: wrong.data}), "container 7z", inside=(wrong,), varies=True)
    yield _sent("archives/zip-in-7z", nested)


def _locked() -> Iterator[Message]:
    form, scan = papers.both(12)
    all_locked = zipped(
        *(Packed(item.name.encode(), item.data, flags=UTF8 | LOCKED) for item in (form, scan))
    )
    yield _sent("archives/zip-locked", Held("材料.zip", all_locked, "unreadable encrypted zip"))
    half = zipped(
        Packed(form.name.encode(), form.data, flags=UTF8),
        Packed(scan.name.encode(), scan.data, flags=UTF8 | LOCKED),
    )
    left = ((scan.name, "encrypted"),)
    yield _sent(
        "archives/zip-half-locked", Held("材料.zip", half, "container zip", inside=(form,), left_out=left)
    )
    named = {form.name: form.data}
    for hidden in (False, True):
        data = sevenzip(named, "1234", hidden)
        held = Held("材料.7z", data, "unreadable encrypted 7z", varies=True)
        yield _sent(f"archives/7z-locked{'-with-names' if hidden else ''}", held)
    data = rar({form.name.encode("gbk"): form.data}, flags=0x4)
    yield _sent("archives/rar-locked", Held("材料.rar", data, "unreadable encrypted rar"))
    data = rar({form.name.encode("gbk"): form.data}, main=0x80)
    yield _sent("archives/rar-locked-with-names", Held("材料.rar", data, "unreadable encrypted rar"))
    cut = _zip("材料.zip", papers.both(12), method=DEFLATED).data[:700]
    yield _sent("archives/zip-cut-off", Held("材料.zip", cut, "opaque archive", varies=True))
    cut = _zip("材料.zip", papers.both(12)).data[:700]
    yield _sent("archives/zip-cut-off-stored", Held("材料.zip", cut, "opaque archive"))
    whole = _zip("材料.zip", papers.both(12)).data
    whole = whole[: whole.index(b"%PDF") + 100]
    lost = ((scan.name, "unreadable"), ("（其余文件）", "unreadable"))
    held = Held("材料.zip", whole, "container zip", inside=(form,), left_out=lost)
    yield _sent("archives/zip-cut-off-after-a-whole-form", held)


def _split() -> Iterator[Message]:
    """Parts of split archives that came alone: what they hold is for a person, and nothing is damaged."""
    form, scan = papers.both(12)
    part = zipped(Packed(form.name.encode(), form.data, flags=UTF8), disk=1)
    yield _sent("archives/zip-split", Held("材料.zip", part, "opaque archive"))
    first = b"PK\7\x08" + zipped(Packed(form.name.encode(), form.data, flags=UTF8))[:600]
    yield _sent("archives/zip-split-z01", Held("材料.z01", first, "opaque archive"))
    whole = zipped(Packed(scan.name.encode(), scan.data, flags=UTF8))
    parts = (
        Held("材料.zip.001", whole[:700], "opaque archive"),
        Held("材料.zip.002", whole[700:], "opaque unknown"),
    )
    yield _sent("archives/zip-split-by-size", *parts)
    seven = sevenzip({form.name: form.data})
    half = len(seven) // 2
    parts = (
        Held("材料.7z.001", seven[:half], "opaque archive", varies=True),
        Held("材料.7z.002", seven[half:], "opaque unknown", varies=True),
    )
    yield _sent("archives/7z-split-by-size", *parts)
    volumes = (
        Held("材料.part1.rar", rar({form.name.encode("gbk"): form.data}, main=0x111), "opaque archive"),
        Held("材料.part2.rar", rar({form.name.encode("gbk"): form.data}, main=0x11), "opaque archive"),
    )
    yield _sent("archives/rar-split", *volumes)
