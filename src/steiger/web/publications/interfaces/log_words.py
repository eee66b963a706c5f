"""What this room's entries of the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import labels_of, register, words_for
from steiger.web.publications.interfaces.forms import PublicationForm
from steiger.web.publications.models import Publication

register(
    acts={
        "publications.publication.create": _("Publication begun"),
        "publications.publication.change": _("Publication changed"),
        "publications.publication.publish": _("Publication published"),
        "publications.publication.withdraw": _("Publication withdrawn"),
        "publications.version.begin": _("New version begun"),
        "publications.document.put": _("File of a publication uploaded"),
        "publications.order.ask": _("Publication asked for by mail"),
        "publications.order.confirm": _("Wish for a publication confirmed"),
        "publications.order.expire": _("Wish for a publication never confirmed"),
        "publications.demo.load": _("Invented publications loaded"),
    },
    objects={
        "publications.publication": _("Publication"),
        "publications.version": _("Version of a publication"),
        "publications.document": _("File of a publication"),
        "publications.order": _("Wish for a publication"),
    },
    changes={
        "publications.publication": words_for(
            labels_of(PublicationForm) | {"version": _("Version")},
            {"kind": dict(Publication.Kind.choices)},
        ),
    },
)
