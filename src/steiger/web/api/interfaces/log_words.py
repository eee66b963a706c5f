"""What this room's entries of the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import register, words_for

register(
    acts={"api.entry.change": _("Change of an entry sent with an access key")},
    objects={},
    changes={"directory.actor": words_for({"key": _("Access key")})},
)
