"""What this room's entries of the audit log, and of each chain, mean."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from steiger.web.accounts.interfaces.log_words import register

ACTS = {
    "audit.describe": _("Examination begun"),
    "audit.change": _("Description of the system changed"),
    "need.answer": _("Questions on the protection need answered"),
    "rating.write": _("Indicators rated"),
    "evidence.add": _("Evidence added"),
    "evidence.remove": _("Evidence taken back"),
    "evidence.refuse": _("File refused"),
    "evidence.link": _("Evidence put to indicators"),
    "tests.start": _("Tests started"),
    "tests.stop": _("Tests stopped"),
    "tests.fail": _("Tests failed"),
    "tests.end": _("Tests done, results kept"),
    "audit.submit": _("Examination handed in"),
    "audit.drop": _("Examination taken back"),
    "examiner.assign": _("Examiner took a part, independence declared"),
    "examiner.release": _("Part in an examination given back"),
    "examiner.finish": _("Examiner finished"),
    "audit.state": _("Applicant's statement given"),
    "audit.decide": _("Examination decided"),
    "certificate.issue": _("Certificate signed"),
    "certificate.state": _("Status of a certificate changed"),
    "certificate.survey": _("Surveillance done"),
    "complaint.make": _("Complaint about a certificate"),
    "complaint.answer": _("Complaint answered"),
    "audit.erase": _("Examination erased after its time"),
    "audit.empty": _("Words of an examination erased after their time"),
}

register(
    acts={f"audits.{act}": words for act, words in ACTS.items()}
    | {
        "audits.examiner.profile": _("Examiner's organisation given"),
        "audits.key.rotate": _("Signing key changed"),
    },
    objects={
        "audits.audit": _("Examination"),
        "audits.key": _("Signing key"),
        "audits.examinerprofile": pgettext_lazy("audit", "Examiner"),
    },
)
