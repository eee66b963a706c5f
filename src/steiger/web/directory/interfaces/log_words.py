"""What this room's entries of the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import register

register(
    acts={
        "directory.actor.create": _("Entry added"),
        "directory.actor.edit": _("Entry edited"),
        "directory.actor.import": _("Entry imported"),
        "directory.actor.reimport": _("Entry changed by an import"),
        "directory.actor.withdraw": _("Entry withdrawn"),
        "directory.actor.restore": _("Entry restored"),
        "directory.actor.change_slug": _("Address of an entry changed"),
        "directory.actor.merge": _("Entry merged into another one"),
        "directory.actor.absorb": _("Entry took another one in"),
        "directory.value.hide": _("Value hidden"),
        "directory.value.show": _("Value shown again"),
        "directory.role.review": _("Offer reviewed"),
        "directory.term.load": _("Word loaded from the region’s folder"),
        "directory.term.add": _("Word added"),
        "directory.term.edit": _("Word edited"),
    },
    objects={"directory.actor": _("Entry on the map"), "directory.term": _("Word")},
    reasons={"examples": _("invented examples")},
)
