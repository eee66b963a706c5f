"""What staff fill in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.writing.parse import ChapterError, parse
from steiger.web.reports.domain.templates import templates
from steiger.web.reports.interfaces.words import language
from steiger.web.reports.models import Chapter, Report


class _Described(forms.Form):
    """Fields name their hints and errors to screen readers."""

    def describe(self) -> None:
        """Tie hints and errors to their fields."""
        for name, field in self.fields.items():
            described = [f"id_{name}_helptext"] if field.help_text else []
            if self.is_bound and name in self.errors:
                described.append(f"id_{name}_error")
                field.widget.attrs["aria-invalid"] = "true"
            if described:
                field.widget.attrs["aria-describedby"] = " ".join(described)


def period_choices(today: date) -> list[tuple[str, str]]:
    """Half-years and years of this and the two years before, the latest complete one first."""
    words = language()
    keys = []
    for year in (today.year, today.year - 1, today.year - 2):
        keys += [f"{year}-H2", f"{year}-H1", f"{year}"]
    periods = [period for key in keys if (period := Period.of(key)).first <= today]
    # What is over is what one reports on.
    ordered = sorted(periods, key=lambda p: p.last >= today)
    return [(period.key, period.label(words)) for period in ordered]


class NewReportForm(_Described):
    """Template and period of a new report."""

    template = forms.ChoiceField(label=_("Template"))
    period = forms.ChoiceField(
        label=_("Period"), help_text=_("It is compared with the same period of the year before.")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        english = (get_language() or "de").startswith("en")
        self.fields["template"].choices = [  # type: ignore[attr-defined]
            (t.key, t.name_en if english else t.name_de) for t in templates()
        ]
        self.fields["period"].choices = period_choices(today)  # type: ignore[attr-defined]
        self.describe()


class TitleForm(_Described):
    """The report's title."""

    title_de = forms.CharField(label=_("Title, German"), max_length=200)
    title_en = forms.CharField(label=_("Title, English"), max_length=200, required=False)


class NewChapterForm(_Described):
    """A new chapter begins with its title."""

    title_de = forms.CharField(
        label=_("Title of the new chapter, German"),
        max_length=200,
        error_messages={"required": _("Give the chapter a title.")},
    )


class ChapterForm(forms.ModelForm):
    """A chapter's words."""

    class Meta:
        model = Chapter
        fields = ["title_de", "text_de", "title_en", "text_en"]
        labels = {
            "title_de": _("Title, German"),
            "title_en": _("Title, English"),
            "text_de": _("Text, German"),
            "text_en": _("Text, English"),
        }
        error_messages = {"title_de": {"required": _("Give the chapter a title.")}}
        widgets = {
            "text_de": forms.Textarea(attrs={"rows": 22, "lang": "de", "spellcheck": "true"}),
            "text_en": forms.Textarea(attrs={"rows": 12, "lang": "en", "spellcheck": "true"}),
        }

    def _text(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        try:
            parse(text)
        except ChapterError as error:
            raise forms.ValidationError(
                [
                    _("Line %(line)s: %(text)s") % {"line": line, "text": words}
                    for line, words in error.told(language())
                ]
            ) from None
        return text

    def clean_text_de(self) -> str:
        """The text can be read."""
        return self._text("text_de")

    def clean_text_en(self) -> str:
        """The text can be read."""
        return self._text("text_en")


class HandInForm(_Described):
    """Handing in; a correction says why, and a period that is not over must be seen."""

    early = forms.BooleanField(
        label=_("Hand in before the period is over"),
        error_messages={
            "required": _(
                "The period is not over. Wait until then, or tick that you hand in before."
            )
        },
    )

    reason = forms.CharField(
        label=_("Reason for the correction"),
        help_text=_("It stands in the report, for everybody to read."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why the report is corrected.")},
    )

    def __init__(self, *args: Any, report: Report, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not report.editions.all():
            del self.fields["reason"]
        if report.runs_on(today):
            self.fields["early"].help_text = _(
                "The period runs until %(day)s. The edition says that it counts until today."
            ) % {"day": date_format(report.period.last, "DATE_FORMAT")}
        else:
            del self.fields["early"]
        self.describe()
