"""What this room's entries of the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import labels_of, register, words_for
from steiger.web.communities.interfaces.forms import CommunityForm
from steiger.web.communities.models import State

WRITTEN = words_for({"state": _("State")}, {"state": dict(State.choices)})

register(
    acts={
        "communities.community.create": _("Community begun"),
        "communities.community.change": _("Community changed"),
        "communities.community.close": _("Community closed"),
        "communities.community.reopen": _("Community opened again"),
        "communities.demo.load": _("Invented communities loaded"),
        "communities.member.ask": _("Membership asked for"),
        "communities.member.confirm": _("Membership confirmed"),
        "communities.member.change": _("Member changed its entry"),
        "communities.member.quiet": _("Weekly mail ended"),
        "communities.member.leave": _("Community left"),
        "communities.member.expire": _("Membership never confirmed"),
        "communities.member.closed": _("Member erased after the closing"),
        "communities.member.moderator": _("Moderator of a community named or dismissed"),
        "communities.question.ask": _("Question asked"),
        "communities.question.show": _("Question shown"),
        "communities.question.hide": _("Question hidden"),
        "communities.question.take_back": _("Question taken back"),
        "communities.question.expire": _("Question erased in time"),
        "communities.answer.give": _("Answer given"),
        "communities.answer.show": _("Answer shown"),
        "communities.answer.hide": _("Answer hidden"),
        "communities.answer.take_back": _("Answer taken back"),
        "communities.answer.expire": _("Answer erased in time"),
        "communities.note.put": _("Offer or request put up"),
        "communities.note.show": _("Offer or request shown"),
        "communities.note.hide": _("Offer or request hidden"),
        "communities.note.take_back": _("Offer or request taken back"),
        "communities.note.expire": _("Offer or request erased in time"),
    },
    objects={
        "communities.community": _("Community"),
        "communities.member": _("Member of a community"),
        "communities.question": _("Question in a community"),
        "communities.answer": _("Answer in a community"),
        "communities.note": _("Offer or request in a community"),
    },
    changes={
        "communities.community": words_for(labels_of(CommunityForm)),
        "communities.member": words_for({"moderator": _("Is a moderator")}),
        "communities.question": WRITTEN,
        "communities.answer": WRITTEN,
        "communities.note": WRITTEN,
    },
)
