"""Every question and answer, in order: the evidence of a text check."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from steiger.engines.audit.context import Ask

LONGEST = 4000


@dataclass(slots=True)
class Transcript:
    """Asks, and keeps what was said."""

    ask: Ask
    rows: list[dict[str, Any]] = field(default_factory=list)

    def say(self, messages: Sequence[tuple[str, str]], **about: Any) -> str:
        """The answer; `about` is what the row also says."""
        answer = self.ask(messages)[:LONGEST]
        self.rows.append({**about, "messages": [list(m) for m in messages], "answer": answer})
        return answer

    def judge(self, **found: Any) -> None:
        """Add the judgement to the last answer."""
        self.rows[-1].update(found)

    def file(self) -> bytes:
        """One JSON object per line."""
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in self.rows).encode()
