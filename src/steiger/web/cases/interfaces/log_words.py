"""What this room's entries of the audit log mean."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from steiger.web.accounts.interfaces.log_words import register, words_for
from steiger.web.cases.interfaces.words import FIELD_WORDS
from steiger.web.cases.models import Case, ConsentEvent


def _person(number: Any) -> str:
    return str(_("Person %(n)s") % {"n": number})


def _fields(value: Any) -> str:
    """Names of fields; at a merger also whose value was kept."""
    if not isinstance(value, dict):
        return str(FIELD_WORDS.get(value, value))
    return ", ".join(f"{_fields(name)} ({SIDES.get(side, side)})" for name, side in value.items())


SIDES = {"kept": _("of the case that is kept"), "other": _("of the other case")}

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
    changes={
        "cases.firm": words_for(
            {"fields": _("Fields"), "form": _("Form")},
            {"fields": _fields, "form": {"json": "JSON", "csv": "CSV", "pdf": "PDF"}},
        ),
        "cases.case": words_for(
            {
                "adviser": pgettext_lazy("case", "Adviser"),
                "closing": _("Why it is closed"),
                "confidential": _("Confidential"),
                "fields": _("Fields"),
                "merged": _("Merged"),
            },
            {"closing": dict(Case.Closing.choices), "fields": _fields, "adviser": _person},
        ),
        "cases.caseentry": words_for({"for_firm": _("The firm sees it")}),
        "cases.contact": words_for(dict(ConsentEvent.Purpose.choices)),
    },
)
