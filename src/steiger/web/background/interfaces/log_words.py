"""What this room's entries of the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import register

register(
    acts={"background.run.retry": _("Run tried again")},
    objects={"background.run": _("Run in the background")},
)
