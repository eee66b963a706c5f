"""Requests to, and answers from, `/chat/completions`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

ROLES = ("system", "user", "assistant")


def request_body(
    messages: Sequence[tuple[str, str]], *, model: str, longest: int = 400
) -> dict[str, Any]:
    """What is sent; as deterministic as the interface allows.

    Raises:
        ValueError: an unknown role.
    """
    for role, _ in messages:
        if role not in ROLES:
            raise ValueError(f"role {role!r} is none of {', '.join(ROLES)}")
    return {
        "model": model,
        "messages": [{"role": role, "content": text} for role, text in messages],
        "temperature": 0,
        "max_tokens": longest,
        "stream": False,
    }


def answer_text(body: Any) -> str:
    """The text of the first choice; "" where the endpoint filtered it.

    Raises:
        ValueError: the answer has another form.
    """
    try:
        content = body["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        raise ValueError("the endpoint's answer has no choices[0].message.content") from None
    if content is None:
        return ""
    if isinstance(content, list):
        # Some servers answer in parts of which only some are text.
        parts = [p.get("text", "") for p in content if isinstance(p, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    if not isinstance(content, str):
        raise ValueError(f"the endpoint's answer is a {type(content).__name__}, not a text")  # noqa: TRY004 - bad input
    return content
