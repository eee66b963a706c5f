"""PDF files: what they say, their text, and those that nobody should open."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from steiger.adapters.pdf import Limits, PdfRefusedError, inspect_apart
from steiger.adapters.pdf.cmap import read_cmap
from steiger.adapters.pdf.inspection import inspect
from steiger.lib.typesetting import pdf as typeset

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(lang: "de", font: "DejaVu Sans", hyphenate: true)
#set par(justify: true)
= #data.title
#data.text
"""


@pytest.fixture(scope="module")
def accessible(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A document as it should be."""
    import matplotlib as mpl

    folder = tmp_path_factory.mktemp("pdf")
    source = Path(mpl.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    (folder / source.name).write_bytes(source.read_bytes())
    (folder / "a.typ").write_text(TEMPLATE)
    words = "Hochwasserschutzmaßnahmen Bundesimmissionsschutzverordnung " * 6
    data = {"title": "Prüfbericht", "text": words}
    return typeset(folder / "a.typ", data, fonts=folder, made_at=datetime(2026, 1, 1, tzinfo=UTC))


def plain(
    content: bytes = b"", change: Callable[[Pdf], None] = lambda _: None, **save: object
) -> bytes:
    """A bare PDF with one page in Helvetica."""
    made = Pdf.new()
    made.add_blank_page(page_size=(200, 200))
    page = made.pages[0]
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(Font=Dictionary(F1=made.make_indirect(font)))
    page.Contents = Stream(made, content or b"BT /F1 12 Tf 10 100 Td (Guten Tag) Tj ET")
    change(made)
    out = io.BytesIO()
    made.save(out, **save)  # type: ignore[arg-type]
    return out.getvalue()


def test_accessible_document_says_so(accessible: bytes) -> None:
    found = inspect(accessible)
    assert (found.pages, found.title, found.language) == (1, "Prüfbericht", "de")
    assert (found.tagged, found.title_shown, found.ua_part, found.pdfa) == (True, True, "1", "2A")
    assert (found.encrypted, found.has_text) == (False, True)


def test_words_broken_at_line_ends_are_whole(accessible: bytes) -> None:
    words = " ".join(inspect(accessible).texts[0].split())
    assert words.count("Hochwasserschutzmaßnahmen") == 6
    assert words.count("Bundesimmissionsschutzverordnung") == 6


def test_bare_document_says_nothing() -> None:
    found = inspect(plain())
    assert (found.title, found.language, found.tagged, found.ua_part) == ("", "", False, "")
    assert found.texts == ("Guten Tag",)


def test_pictures_hold_no_text() -> None:
    assert not inspect(plain(b"0 0 m 100 100 l S")).has_text


def test_spaces_by_gaps_and_lines() -> None:
    content = (
        b"BT /F1 12 Tf 10 100 Td [(Gu) 20 (ten) -300 (Tag)] TJ 0 -14 Td (Zeile) Tj T* (drei) Tj ET"
    )
    assert inspect(plain(content)).texts == ("Guten Tag\nZeile\ndrei",)


def test_its_own_process_finds_the_same(accessible: bytes) -> None:
    assert inspect_apart(accessible) == inspect(accessible)


# --- hostile --------------------------------------------------------------------------------------
def javascript(made: Pdf) -> None:
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def script_in_names(made: Pdf) -> None:
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([])))


def launch(made: Pdf) -> None:
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("x"))
    )
    made.pages[0].Annots = Array([link])


def attached(made: Pdf) -> None:
    made.attachments["x.exe"] = b"MZ"


def form_of_adobe(made: Pdf) -> None:
    made.Root.AcroForm = Dictionary(XFA=Array([]))


HOSTILE = {
    "javascript": (lambda: plain(change=javascript), "active"),
    "script in names": (lambda: plain(change=script_in_names), "active"),
    "launch": (lambda: plain(change=launch), "active"),
    "form": (lambda: plain(change=form_of_adobe), "active"),
    "attachment": (lambda: plain(change=attached), "attached"),
    "locked": (
        lambda: plain(encryption=pikepdf.Encryption(user="geheim", owner="geheim2")),
        "locked",
    ),
    "web page": (lambda: b"<html><script>alert(1)</script></html>", "not_pdf"),
    "empty": (lambda: b"", "not_pdf"),
    "cut off": (lambda: plain()[:300], "broken"),
    "only a head": (lambda: b"%PDF-1.7\n", "broken"),
    "noise": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "broken"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused(name: str) -> None:
    make, reason = HOSTILE[name]
    with pytest.raises(PdfRefusedError) as refusal:
        inspect(make())
    assert refusal.value.reason == reason


def test_owner_password_alone_still_opens() -> None:
    locked = plain(encryption=pikepdf.Encryption(owner="geheim", user=""))
    assert inspect(locked).encrypted


def bomb(size: int) -> bytes:
    """A page whose content unpacks to ``size`` bytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(size // 1_000_000))
    packed += packer.flush()

    def change(made: Pdf) -> None:
        stream = Stream(made, b"")
        stream.write(packed, filter=Name.FlateDecode)
        made.pages[0].Contents = stream

    return plain(
        change=change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
    )


def test_bomb_ends_only_its_own_process() -> None:
    # Which of the two, depends on where the memory ends: in the library or outside.
    with pytest.raises(PdfRefusedError, match=r"large|broken"):
        inspect_apart(bomb(600_000_000), Limits(memory=400_000_000, seconds=10))


def test_too_many_bytes_are_not_read() -> None:
    with pytest.raises(PdfRefusedError, match="large"):
        inspect_apart(b"%PDF-" + b"0" * 100, Limits(file=50))


def test_form_that_contains_itself_ends() -> None:
    def change(made: Pdf) -> None:
        form = made.make_indirect(Stream(made, b"/X Do"))
        form.Subtype = Name.Form
        form.Resources = Dictionary(XObject=Dictionary(X=form))
        made.pages[0].Resources.XObject = Dictionary(X=form)

    assert inspect(plain(b"/X Do", change)).texts == ("",)


@settings(max_examples=40)
@given(st.data())
def test_damaged_bytes_never_raise_anything_else(data: st.DataObject) -> None:
    content = bytearray(plain())
    for _ in range(data.draw(st.integers(1, 30))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    reasons = {"not_pdf", "broken", "locked", "active", "attached", "large", ""}
    try:
        inspect(bytes(content))
        reason = ""
    except PdfRefusedError as refusal:
        reason = refusal.reason
    assert reason in reasons


@given(st.binary(max_size=400))
def test_map_of_letters_takes_anything(data: bytes) -> None:
    read_cmap(
        b"begincodespacerange <00> <FF> endcodespacerange beginbfrange " + data + b" endbfrange"
    )
