"""What an act may be refused for."""

from __future__ import annotations


class RefusedError(ValueError):
    """An act is refused, and nothing was changed.

    Attributes:
        key: of ``interfaces.words.REFUSED``.
        detail: what exactly; names and numbers.
    """

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(f"{key}: {detail}" if detail else key)
        self.key, self.detail = key, detail
