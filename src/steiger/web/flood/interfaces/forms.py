"""Forms of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.flood.domain.drafts import Draft, keep_draft
from steiger.web.flood.domain.queries import warned_gauges
from steiger.web.flood.domain.texts import level_name, levels, name_of
from steiger.web.flood.models import Network, Sensor, Storm

#: The level that is chosen first.
USUAL_LEVEL = 2
MOST_NETWORK_MB, MOST_VALUES_MB = 20, 200


def describe(form: forms.Form) -> None:
    """Tie each field to its hint and its errors, for those who hear the page."""
    for name, field in form.fields.items():
        described = [f"id_{name}_helptext"] if field.help_text else []
        if form.is_bound and name in form.errors:
            described.append(f"id_{name}_error")
            field.widget.attrs["aria-invalid"] = "true"
        if described:
            field.widget.attrs["aria-describedby"] = " ".join(described)


class StormForm(forms.Form):
    """How strong a storm shall be."""

    strength = forms.ChoiceField(
        label=gettext_lazy("How much rain?"),
        choices=Storm.Strength.choices,
        initial=Storm.Strength.HEAVY,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how much rain falls.")},
    )


class SubscribeForm(forms.Form):
    """Which gauge, from which level on, and where the mail goes."""

    gauge = forms.ModelChoiceField(
        label=gettext_lazy("Gauge"),
        queryset=Sensor.objects.none(),
        empty_label=gettext_lazy("Please choose"),
        error_messages={
            "required": gettext_lazy("Choose the gauge that is nearest to you upstream."),
            "invalid_choice": gettext_lazy("This gauge does not exist. Choose one from the list."),
        },
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("From which level on?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose from which level on you want mail.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Best one that several people of your firm read."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Give the address to which the warnings go."),
            "invalid": gettext_lazy("An e-mail address looks like this: name@example.org."),
        },
    )
    # People never see this field; whoever fills it in is a machine.
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, network: Network, start: Mapping[str, str]) -> None:
        """Only gauges with warning levels can be chosen.

        Args:
            data: what was sent; None for a fresh form.
            network: whose gauges.
            start: ``gauge`` (its key) and ``level`` that are chosen first; empty for the usual.
        """
        super().__init__(data)
        gauge, level = self.fields["gauge"], self.fields["level"]
        assert isinstance(gauge, forms.ModelChoiceField)  # noqa: S101 - declared above
        assert isinstance(level, forms.ChoiceField)  # noqa: S101 - declared above
        warned = warned_gauges(network)
        gauge.queryset = warned
        gauge.label_from_instance = name_of  # type: ignore[method-assign]
        most = max((len(one.warning_levels) for one in warned), default=0)
        wanted = next((one for one in warned if one.key == start["gauge"]), None)
        usual = min(USUAL_LEVEL, len(wanted.warning_levels) if wanted else most)
        self.has_gauges = most > 0
        self.initial = {"gauge": wanted, "level": start["level"] or usual}
        level.choices = [(str(n), level_name(n)) for n in range(1, min(most + 1, len(levels())))]
        describe(self)

    def clean(self) -> dict[str, Any]:
        """A gauge may have fewer levels than the region knows."""
        values = super().clean() or {}
        gauge, level = values.get("gauge"), values.get("level")
        if gauge and level and level > len(gauge.warning_levels):
            self.add_error("level", _("This gauge has no such level. Choose a lower one."))
        return values

    @property
    def is_machine(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.data.get("website"))


class NetworkForm(forms.Form):
    """The files of a real network, and what is to be said of it."""

    network = forms.FileField(
        label=gettext_lazy("Description: network.toml"),
        help_text=gettext_lazy("Name, time step, and every sensor with kind, unit and place."),
        error_messages={"required": gettext_lazy("Choose the file network.toml.")},
    )
    values = forms.FileField(
        label=gettext_lazy("Measurements: observations.parquet, at most 200 MB"),
        help_text=gettext_lazy("One column “time” with time zone, one column for each sensor."),
        error_messages={"required": gettext_lazy("Choose the file observations.parquet.")},
    )
    key = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=40,
        help_text=gettext_lazy(
            "Part of the address, for example “wupper”. That of a network that "
            "is there gives it the newer files."
        ),
        error_messages={
            "required": gettext_lazy("Give a short name, for example “wupper”."),
            "invalid": gettext_lazy("A short name has letters, digits and hyphens only."),
        },
    )
    attribution = forms.CharField(
        label=gettext_lazy("Whose measurements are these?"),
        max_length=255,
        help_text=gettext_lazy("Stands below map and charts."),
        error_messages={
            "required": gettext_lazy("Name whoever measures, as they wish to be named.")
        },
    )
    licence = forms.CharField(
        label=gettext_lazy("Licence (if there is one)"), max_length=120, required=False
    )
    licence_url = forms.URLField(
        label=gettext_lazy("Address of the licence"),
        max_length=200,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": gettext_lazy("An address begins with https://.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self)

    def clean_network(self) -> Any:
        """A description is some kilobytes long."""
        return self._small_enough("network", MOST_NETWORK_MB)

    def clean_values(self) -> Any:
        """Twenty years of a hundred sensors are some 50 MB."""
        return self._small_enough("values", MOST_VALUES_MB)

    def _small_enough(self, name: str, most_mb: int) -> Any:
        file = self.cleaned_data[name]
        if file.size > most_mb * 1_000_000:
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB. Choose a smaller one.") % {"most": most_mb}
            )
        return file

    def clean_key(self) -> str:
        """Only a real network gets newer files."""
        key: str = self.cleaned_data["key"].lower()
        if Network.objects.filter(key=key, simulated=True).exists():
            raise forms.ValidationError(
                _("A simulated network has this short name. Choose another one.")
            )
        return key

    def keep(self) -> Draft:
        """Keep what was handed in; call it only of a valid form."""
        data = self.cleaned_data
        return keep_draft(
            network_file=data["network"].chunks(),
            values_file=data["values"].chunks(),
            key=data["key"],
            attribution=data["attribution"],
            licence=data["licence"],
            licence_url=data["licence_url"],
        )
