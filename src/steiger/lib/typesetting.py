"""Accessible PDF from a Typst template and data: PDF/A-2a and PDF/UA-1 in one file.

A template is a `.typ` file that reads its data by `json(bytes(sys.inputs.data))`; texts never get
into its code, so nothing in them is taken for a command. Typst itself: https://typst.app/docs.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any


class TypesettingError(ValueError):
    """A document could not be set; the text says where in the template."""


def pdf(
    template: Path,
    data: Mapping[str, Any],
    *,
    fonts: Path,
    root: Path | None = None,
    made_at: datetime,
) -> bytes:
    """The PDF of a template.

    Args:
        template: `.typ` file.
        data: JSON values; the template finds them in `sys.inputs.data`.
        fonts: folder of TTF files (:func:`fonts_as_ttf`); the system's fonts play no part.
        root: folder that the template may read from; by default its own.
        made_at: date of the document; the same data and date give the same bytes.

    Raises:
        TypesettingError: the template or the data do not fit a standard, with Typst's message.
    """
    import typst

    try:
        made = typst.compile(
            str(template),
            root=str(root or template.parent),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(made_at.timestamp()),
        )
    except RuntimeError as error:
        raise TypesettingError(str(error)) from error
    return bytes(made)


def fonts_as_ttf(sources: Sequence[Path], folder: Path) -> Path:
    """TTF copies of WOFF2 fonts in `folder`, made once; Typst reads no WOFF2.

    Raises:
        TypesettingError: there is no font, so that Typst would silently take another.
    """
    from fontTools.ttLib import TTFont

    from steiger.lib.atomic_files import write_atomically

    if not sources:
        raise TypesettingError("There are no fonts to set text in.")
    folder.mkdir(parents=True, exist_ok=True)
    for source in sources:
        target = folder / f"{source.stem}.ttf"
        if target.exists():
            continue
        font = TTFont(source)
        font.flavor = None
        buffer = io.BytesIO()
        font.save(buffer)
        write_atomically(target, buffer.getvalue())
    return folder


def pictures(
    drawings: Sequence[tuple[str, float]], *, fonts: Path, scale: float = 2.0
) -> list[bytes]:
    """PNG pictures of SVG drawings, for files that hold no SVG.

    Args:
        drawings: SVG and its width in points.
        scale: pixels per point.

    Raises:
        TypesettingError: a drawing cannot be read.
    """
    import typst

    if not drawings:
        return []
    code = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        "#let drawings = json(bytes(sys.inputs.data))\n"
        "#for (number, (svg, width)) in drawings.enumerate() {\n"
        "  if number > 0 { pagebreak() }\n"
        '  image(bytes(svg), format: "svg", width: width * 1pt)\n'
        "}\n"
    )
    try:
        # The stubs wrongly tie the type of folders to that of the template.
        made = typst.compile(  # type: ignore[call-overload]
            code.encode(),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            format="png",
            ppi=72 * scale,
            sys_inputs={"data": json.dumps([list(drawing) for drawing in drawings])},
        )
    except RuntimeError as error:
        raise TypesettingError(str(error)) from error
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]
