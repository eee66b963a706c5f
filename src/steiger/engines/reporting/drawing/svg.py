"""Small parts of a drawing."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

INK, MUTED, HAIRLINE, BAR, PAPER = "#1b2733", "#52606d", "#c3cbd3", "#0b5394", "#ffffff"
FONT = "Fira Sans"


def number(value: float) -> str:
    """A coordinate, as short as it can be."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def tag(name: str, content: str = "", **attributes: str | float) -> str:
    """One element; underscores in names of attributes become hyphens (`class_` is `class`)."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}"
        f"={quoteattr(value if isinstance(value, str) else number(value))}"
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 14,
    anchor: str = "start",
    class_: str = "ink",
    fill: str = INK,
) -> str:
    """Words at a place."""
    return tag(
        "text",
        escape(words),
        x=x,
        y=y,
        font_size=size,
        text_anchor=anchor,
        class_=f"st-draw-{class_}",
        fill=fill,
    )


def picture(width: float, height: float, content: str, class_: str) -> str:
    """The whole drawing."""
    return tag(
        "svg",
        content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        font_family=FONT,
        class_=f"st-draw st-draw--{class_}",
    )


def shortened(words: str, most: int) -> str:
    """Words that fit, cut at a word's end where there is one."""
    if len(words) <= most:
        return words
    cut = words[: most - 1]
    return cut[: cut.rfind(" ") if " " in cut[most // 2 :] else None].rstrip(" ,;") + "…"
