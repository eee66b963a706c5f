"""Pictures for previews of links and for icons, drawn here so that no third party is asked.

Pictures lie in the data folder under a hash of what they show; a changed name makes a new picture.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from steiger.web.portal.domain.build import BUILD
from steiger.web.portal.domain.overview import WIDTH, outlines

SIZE = (1200, 630)
NIGHT, LAND, LINE, TEXT, MUTED, LAMP = (
    "#0f161e",
    "#26313c",
    "#0f161e",
    "#ffffff",
    "#b9c5d1",
    "#ffc24d",
)
MARGIN = 72
TEXT_WIDTH = 640
#: Part of the drawing's version: a new look makes new pictures.
LOOK = "2"
ICON_SIZES = (32, 180, 192, 512)
_OVERSAMPLING = 4


def preview(title: str, subtitle: str, lights: Mapping[tuple[int, int], float]) -> bytes:
    """A PNG of 1200 × 630 pixels: the title, a line below it, the region with lights on it.

    ``lights``: points on the canvas of :mod:`.overview` with their radius in its units.
    """
    key = hashlib.sha256(repr((LOOK, settings.REGION, title, subtitle, lights)).encode())
    path = settings.DATA_DIR / "previews" / f"{key.hexdigest()[:32]}.png"
    if path.exists():
        return path.read_bytes()
    content = _draw(title, subtitle, lights)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{hashlib.sha256(content).hexdigest()[:8]}.part")
    part.write_bytes(content)
    part.replace(path)
    return content


@lru_cache(maxsize=len(ICON_SIZES) * 2)
def icon(size: int, kind: str = "PNG") -> bytes:
    """The mark on the product's dark ground, square, as PNG or ICO."""
    image = Image.new("RGB", (size * _OVERSAMPLING,) * 2, NIGHT)
    height = size * _OVERSAMPLING * 0.72
    _mark(
        ImageDraw.Draw(image), (size * _OVERSAMPLING - height * 30 / 38) / 2, height * 0.195, height
    )
    image = image.resize((size, size), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def _draw(title: str, subtitle: str, lights: Mapping[tuple[int, int], float]) -> bytes:
    image = Image.new("RGB", SIZE, NIGHT)
    image.paste(_map(settings.REGION), (SIZE[0] - 640, -10))
    _lights(image, lights)
    draw = ImageDraw.Draw(image)
    size, lines = _fit(title)
    font = _font("SemiBold", size)
    y = SIZE[1] - MARGIN - 56 - len(lines) * size * 1.14
    for line in lines:
        draw.text((MARGIN, y), line, font=font, fill=TEXT, stroke_width=3, stroke_fill=NIGHT)
        y += size * 1.14
    small = _font("Regular", 34)
    place = (MARGIN, y + 14)
    draw.text(
        place, _shorten(subtitle, small), font=small, fill=MUTED, stroke_width=3, stroke_fill=NIGHT
    )
    _mark_smooth(image, (MARGIN, MARGIN - 12), 84)
    draw.text((MARGIN + 86, MARGIN + 8), "Steiger", font=_font("SemiBold", 40), fill=TEXT)
    buffer = io.BytesIO()
    # 256 colours are enough for this drawing and make it a third as large.
    image.quantize(128, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


@lru_cache(maxsize=2)
def _map(region: str) -> Image.Image:
    big = Image.new("RGB", (650 * _OVERSAMPLING // 2, 650 * _OVERSAMPLING // 2), NIGHT)
    draw, scale = ImageDraw.Draw(big), big.width / WIDTH
    for ring in outlines(region):
        points = [(x * scale, y * scale) for x, y in ring]
        draw.polygon(points, fill=LAND)
        draw.line([*points, points[0]], fill=LINE, width=3, joint="curve")
    return big.resize((650, 650), Image.Resampling.LANCZOS)


def _lights(image: Image.Image, lights: Mapping[tuple[int, int], float]) -> None:
    glow = Image.new("L", (SIZE[0] * 2, SIZE[1] * 2), 0)
    draw, scale = ImageDraw.Draw(glow), 650 / WIDTH * 2
    for (x, y), radius in lights.items():
        cx, cy, r = (SIZE[0] - 640) * 2 + x * scale, -20 + y * scale, max(radius * scale, 3)
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=235)
    mask = glow.resize(SIZE, Image.Resampling.LANCZOS)
    image.paste(Image.new("RGB", SIZE, LAMP), (0, 0), mask)


def _mark_smooth(image: Image.Image, place: tuple[int, int], height: int) -> None:
    tile = Image.new("L", (height * _OVERSAMPLING, height * _OVERSAMPLING), 0)
    _mark(ImageDraw.Draw(tile), 0, 0, height * _OVERSAMPLING, colour=255)
    tile = tile.resize((height, height), Image.Resampling.LANCZOS)
    image.paste(Image.new("RGB", tile.size, LAMP), place, tile)


def _mark(
    draw: ImageDraw.ImageDraw, x: float, y: float, height: float, colour: str | int = LAMP
) -> None:
    """The lamp: a circle in a ring on a short stem, as in ``frame/mark.html`` (30 × 38 units)."""
    unit = height / 38

    def round_shape(cx: float, cy: float, r: float, **how: object) -> None:
        box = (x + (cx - r) * unit, y + (cy - r) * unit, x + (cx + r) * unit, y + (cy + r) * unit)
        draw.ellipse(box, **how)  # type: ignore[arg-type]

    draw.rectangle((x + 13.4 * unit, y + 1 * unit, x + 16.6 * unit, y + 10.5 * unit), fill=colour)
    round_shape(15, 23.5, 13.6, outline=colour, width=round(3.2 * unit))
    round_shape(15, 23.5, 6.2, fill=colour)


def _fit(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title needs at most four lines, and these lines."""
    for size in (76, 64, 54, 46):
        font = _font("SemiBold", size)
        lines = list(_lines(title, font))
        if len(lines) <= 4 and all(font.getlength(line) <= 1000 for line in lines):
            return size, lines
    if len(lines) > 4:
        lines = [*lines[:3], f"{lines[3]} …"]
    return size, [_shorten(line, font) for line in lines]


def _lines(text: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > TEXT_WIDTH:
            yield line
            line = word
        else:
            line = longer
    yield line


def _shorten(text: str, font: ImageFont.FreeTypeFont) -> str:
    if font.getlength(text) <= SIZE[0] - 2 * MARGIN:
        return text
    while text and font.getlength(f"{text} …") > SIZE[0] - 2 * MARGIN:
        text = text[:-1]
    return f"{text.rstrip()} …"


@lru_cache(maxsize=16)
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    path: Path = BUILD / f"FiraSans-{weight}.woff2"
    if path.exists():
        return ImageFont.truetype(path, size)
    # Before the first build of the browser files there is still a picture.
    return ImageFont.load_default(size)  # type: ignore[return-value]
