"""What this room's entries of the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import register

register(
    acts={
        "reports.report.create": _("Report begun"),
        "reports.report.rename": _("Report renamed"),
        "reports.chapter.write": _("Chapter written"),
        "reports.chapter.add": _("Chapter added"),
        "reports.chapter.move": _("Chapter moved"),
        "reports.chapter.remove": _("Chapter removed"),
        "reports.edition.hand_in": _("Report handed in"),
        "reports.edition.publish": _("Report published"),
    },
    objects={
        "reports.report": _("Report"),
        "reports.chapter": _("Chapter of a report"),
        "reports.edition": _("Edition of a report"),
    },
)
