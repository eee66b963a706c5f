"""Small counts of persons are withheld, and so many others that none can be computed back.

    secret = protect(book, spots, known=published_before)

Primary: a count of 1 to 4. Secondary: :func:`protect` plays a reader who knows every published
figure of all tables together, earlier publications too, and solves for the withheld ones by linear
programming; it withholds more until no small count can be told from a large one. What can be
computed by subtraction of nested periods (year minus half-year) is protected like a table's cell.
"""

from steiger.engines.reporting.protection.protect import Protected, protect
from steiger.engines.reporting.protection.rule import Rule

__all__ = ["Protected", "Rule", "protect"]
