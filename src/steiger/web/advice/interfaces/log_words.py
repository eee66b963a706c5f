"""What this room's entries of the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import labels_of, register, words_for
from steiger.web.advice.interfaces.forms import NotesForm
from steiger.web.advice.interfaces.profile_forms import ProfileForm
from steiger.web.advice.models import Booking

register(
    acts={
        "advice.booking.ask": _("Consultation asked for"),
        "advice.booking.confirm": _("Consultation confirmed"),
        "advice.booking.move": _("Consultation moved"),
        "advice.booking.cancel": _("Consultation cancelled"),
        "advice.booking.expire": _("Consultation never confirmed, time given back"),
        "advice.booking.erase": _("Consultation that nobody confirmed erased"),
        "advice.booking.empty": _("Names and words of a consultation erased"),
        "advice.booking.note": _("Notes of a consultation changed"),
        "advice.booking.hold": _("Consultation marked as held"),
        "advice.booking.miss": _("Consultation marked as missed"),
        "advice.follow_up.ask": _("Asked what came of a consultation"),
        "advice.follow_up.answer": _("Told what came of a consultation"),
        "advice.adviser.create": _("Adviser’s profile created"),
        "advice.adviser.change": _("Adviser’s profile changed"),
        "advice.adviser.hours": _("Adviser’s working hours changed"),
        "advice.adviser.absence": _("Adviser’s days off changed"),
        "advice.adviser.place": _("Adviser’s meeting places changed"),
        "advice.adviser.calendar": _("Adviser’s other calendar changed"),
        "advice.adviser.feed_key": _("Secret address of an adviser’s calendar renewed"),
        "advice.adviser.forget": _("Adviser’s profile emptied"),
        "advice.demo.load": _("Demonstration of consultations loaded"),
    },
    objects={
        "advice.booking": _("Consultation"),
        "advice.followup": _("Question after a consultation"),
        "advice.adviser": _("Adviser"),
    },
    changes={
        "advice.booking": words_for(
            {"state": _("State"), "starts_at": _("Begins"), "fields": _("Notes")},
            {
                "state": dict(Booking.State.choices),
                "fields": labels_of(NotesForm),
            },
        ),
        "advice.adviser": words_for(
            {"fields": _("Fields")},
            {"fields": labels_of(ProfileForm)},
        ),
    },
)
