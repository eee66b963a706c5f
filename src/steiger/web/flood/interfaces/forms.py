"""Forms of this room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.flood.domain.texts import level_name, levels, name_of
from steiger.web.flood.models import Network, Sensor, Storm


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

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gauge, level = self.fields["gauge"], self.fields["level"]
        assert isinstance(gauge, forms.ModelChoiceField)  # noqa: S101 - declared above
        assert isinstance(level, forms.ChoiceField)  # noqa: S101 - declared above
        gauge.queryset = network.sensors.filter(target=True)
        gauge.label_from_instance = name_of  # type: ignore[method-assign]
        level.choices = [(str(n), level_name(n)) for n in range(1, len(levels()))]
        for name, field in self.fields.items():
            described = [f"id_{name}_helptext"] if field.help_text else []
            if self.is_bound and name in self.errors:
                described.append(f"id_{name}_error")
                field.widget.attrs["aria-invalid"] = "true"
            if described:
                field.widget.attrs["aria-describedby"] = " ".join(described)

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
