"""The words to which a contact person agrees; they are kept with her consent."""

from django.utils.translation import gettext as _


def consent_words(organisation: str) -> str:
    """What is agreed to, in the reader's language."""
    return _(
        "I agree that my name, my function and what I tick below stand on the entry of "
        "“%(name)s” on the Landkarte, for everybody to read. I can change or withdraw this at any "
        "time with this link; then it disappears at once."
    ) % {"name": organisation}
