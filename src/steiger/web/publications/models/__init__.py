"""What this room keeps."""

from steiger.web.publications.models.orders import Order
from steiger.web.publications.models.publications import (
    Author,
    Document,
    DownloadCount,
    Publication,
    Version,
)

__all__ = ["Author", "Document", "DownloadCount", "Order", "Publication", "Version"]
