"""What this room's entries of the audit log mean."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import labels_of, register, words_for
from steiger.web.reports.interfaces.forms import ChapterForm, TitleForm

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
    changes={
        "reports.report": words_for(labels_of(TitleForm)),
        # The log has the number of signs of each text.
        "reports.chapter": words_for(
            {
                name: format_lazy(_("{text}, signs"), text=label)
                for name, label in labels_of(ChapterForm).items()
            }
        ),
    },
)
