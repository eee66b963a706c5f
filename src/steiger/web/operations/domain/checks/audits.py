"""The logs of examinations and the register of certificates are whole."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError
from django.utils.translation import gettext as _

from steiger.web.audits.domain.chain_check import check_all
from steiger.web.audits.domain.keys import has_key
from steiger.web.operations.domain.findings import Finding

ORDER = 90
PART = "audits"


def look() -> Iterator[Finding]:
    """One line about chains and register; evidence files are read by `steiger audit chain`."""
    try:
        found = check_all(files=False)
    except DatabaseError:
        text = _("They cannot be checked, because the database does not answer.")
        yield Finding(PART, "warn", text, _("Mend the database first."))
        return
    except (OSError, ValueError) as error:
        text = _("The installation's signing keys cannot be read: %(reason)s")
        todo = _("Restore the folder audit-keys from where you keep a copy.")
        yield Finding(PART, "fail", text % {"reason": error}, todo)
        return
    problems, keyless = len(found.problems), bool(found.certificates) and not has_key()
    if keyless:
        problems -= 1  # the register says the same
        text = _("Certificates: %(number)s, but the keys that they are checked with are missing.")
        # A restored backup looks like this: it never holds keys.
        todo = _("Put the folder audit-keys into the data folder, from where you keep a copy.")
        yield Finding(PART, "fail", text % {"number": found.certificates}, todo)
    values = {"chains": found.chains, "certificates": found.certificates}
    if problems:
        text = _("Chains: %(chains)s, certificates: %(certificates)s; not whole: %(number)s.")
        todo = _("“steiger audit chain” says where; restore the last backup that is whole.")
        yield Finding(PART, "fail", text % (values | {"number": problems}), todo)
    elif not keyless:
        text = _("Chains: %(chains)s, certificates: %(certificates)s; all are whole.")
        yield Finding(PART, "ok", text % values)
