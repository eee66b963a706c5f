"""What this room's entries of the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import register

register(
    acts={
        "cases.firm.create": _("Firm noted"),
        "cases.firm.fill": _("Facts of a firm completed"),
        "cases.firm.change": _("Facts of a firm changed"),
        "cases.firm.erase": _("Firm erased, figures kept"),
        "cases.firm.export": _("Data of a firm handed out"),
        "cases.case.open": _("Case opened"),
        "cases.case.withdraw": _("Empty case taken back"),
        "cases.case.take": _("Case taken"),
        "cases.case.confidential": _("Case made confidential, or open to all advisers"),
        "cases.case.hand_over": _("Case handed over"),
        "cases.case.close": _("Case closed"),
        "cases.case.reopen": _("Case opened again"),
        "cases.case.merge": _("Cases merged"),
        "cases.case.erase": _("Words of a case erased"),
        "cases.entry.record": _("Entry told to a case"),
        "cases.entry.add": _("Station entered"),
        "cases.entry.show": _("What the firm sees changed"),
        "cases.entry.withdraw": _("Entry taken back"),
        "cases.note.add": _("Note written"),
        "cases.evidence.add": _("Evidence added"),
        "cases.evidence.remove": _("Evidence removed"),
        "cases.task.add": _("Task noted"),
        "cases.task.finish": _("Task done"),
        "cases.contact.ask": _("Contact asked to confirm"),
        "cases.contact.confirm": _("Contact confirmed"),
        "cases.contact.remove": _("Contact erased"),
        "cases.contact.expire": _("Contact never confirmed"),
        "cases.consent.change": _("Consent changed"),
        "cases.link.send": _("Link to the firm’s path sent"),
        "cases.link.use": _("Link to the firm’s path used"),
    },
    objects={
        "cases.firm": _("Firm"),
        "cases.case": _("Case"),
        "cases.caseentry": _("Entry of a case"),
        "cases.casetask": _("Task in a case"),
        "cases.contact": _("Contact of a firm"),
        "cases.pendingcontact": _("Contact not confirmed yet"),
        "cases.evidence": _("Evidence"),
    },
)
