"""What this room's entries of the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import register

register(
    acts={
        "desk.circular.write": _("Circular begun"),
        "desk.circular.change": _("Circular changed"),
        "desk.circular.drop": _("Draft of a circular thrown away"),
        "desk.circular.expire": _("Old draft of a circular erased"),
        "desk.circular.try": _("Circular sent to oneself"),
        "desk.circular.send": _("Circular sent"),
        "desk.circular.stop": _("Circular stopped"),
        "desk.circular.resume": _("Circular gone on"),
        "desk.extract.take": _("Table taken along"),
        "desk.person.show": _("Data of a person looked up on request"),
        "desk.person.correct": _("Data of a person corrected on request"),
        "desk.person.erase": _("Data of a person erased on request"),
    },
    objects={
        "desk.circular": _("Circular"),
        "desk.extract": _("Table"),
        "desk.person": _("Person"),
    },
)
