"""Networks, their sensors, and what these measured lately."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Network(models.Model):
    """A river with its sensors. Holds no personal data.

    ``clock`` is the time of the latest step whose values are known. For a simulated network it is
    the model's own time, which runs faster than ours; nothing else in the product advances it than
    ``domain.cycle``.
    """

    class Stage(models.TextChoices):
        """How far the network has been prepared."""

        PLANNED = "planned", pgettext_lazy("network", "being set up")
        RECORDED = "recorded", _("measurements are there, the model is learning")
        READY = "ready", _("forecasts by the trained model")

    key = models.SlugField(max_length=64, unique=True)
    name_de = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    note_de = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    river_de = models.CharField(max_length=120, blank=True)
    river_en = models.CharField(max_length=120, blank=True)
    folder = models.CharField(max_length=120, help_text="Name below flood/ in the data folder.")
    simulated = models.BooleanField(default=False)
    licence = models.CharField(max_length=120, blank=True)
    licence_url = models.URLField(blank=True)
    attribution_de = models.CharField(max_length=255, blank=True)
    attribution_en = models.CharField(max_length=255, blank=True)
    course = models.JSONField(default=list, help_text="Lines of [longitude, latitude] in degrees.")
    step_s = models.PositiveIntegerField(default=3600, help_text="Seconds of one step.")
    stage = models.CharField(max_length=16, choices=Stage.choices, default=Stage.PLANNED)
    clock = models.DateTimeField(null=True, blank=True)
    paused = models.BooleanField(default=False)
    pace_s = models.FloatField(default=20.0, help_text="Seconds of ours per step when calm.")
    storm_pace_s = models.FloatField(default=4.0, help_text="The same while a storm passes.")
    last_cycle_at = models.DateTimeField(null=True, blank=True)
    cycle_ms = models.PositiveIntegerField(default=0, help_text="How long the last cycle took.")
    simulation = models.JSONField(default=dict, help_text="State of the simulator after `clock`.")
    rain_outlook = models.JSONField(default=dict, help_text="Expected rain: times, low, mid, high.")
    preparing_run = models.UUIDField(null=True, blank=True, help_text="Run that prepares it.")
    learning_run = models.UUIDField(
        null=True, blank=True, help_text="Run that learns a new model, until it is stopped."
    )
    sources = models.JSONField(
        default=dict, help_text="Name → what network.toml says under [source.NAME]."
    )
    rain_forecast = models.CharField(
        max_length=40, blank=True, help_text="Name of the source that forecasts rain."
    )
    collected_at = models.DateTimeField(
        null=True, blank=True, help_text="When the sources were asked last."
    )
    rain_problem = models.CharField(
        max_length=500, blank=True, help_text="Why no rain forecast came."
    )
    trouble = models.CharField(max_length=255, blank=True, help_text="Why the last cycle failed.")
    without_files = models.BooleanField(
        default=False, help_text="Its folder was missing at its last turn."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-simulated", "key"]

    def __str__(self) -> str:
        return self.name_de

    @cached_property
    def english_names(self) -> dict[str, str]:
        """German name of a sensor → its English one, where that is another."""
        names = self.sensors.values_list("name_de", "name_en")
        return {german: english for german, english in names if english and english != german}


class Sensor(models.Model):
    """One series of measurements. The columns under "summary" repeat the last cycle's findings."""

    class State(models.TextChoices):
        """What is to be thought of the latest values."""

        OK = "ok", _("in order")
        DOUBTFUL = "doubtful", _("doubtful")
        MISSING = "missing", _("missing")

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="sensors")
    key = models.SlugField(max_length=64)
    source_id = models.CharField(max_length=120, help_text="Id in the network's folder.")
    order = models.PositiveSmallIntegerField(default=0, help_text="Downstream from the source.")
    name_de = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    unit = models.CharField(max_length=16)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    upstream = models.JSONField(default=list, help_text="Keys of the sensors above.")
    catchment_km2 = models.FloatField(null=True, blank=True)
    gauge_zero_m = models.FloatField(null=True, blank=True)
    warning_levels = models.JSONField(default=list, help_text="Ascending, in the unit.")
    target = models.BooleanField(default=False, help_text="A gauge that is forecast.")
    total_s = models.PositiveIntegerField(
        default=0, help_text="Seconds over which a value is summed; 0 for one step."
    )
    feed = models.JSONField(default=dict, help_text="Where it is read: source, key, unit.")
    heard_at = models.DateTimeField(null=True, blank=True, help_text="When its source answered.")
    hearing = models.JSONField(
        default=dict, help_text="What came when its source was asked last: kind, problem, counts."
    )
    tried = models.JSONField(default=dict, help_text="What came when staff tried its source.")

    # Summary
    state = models.CharField(max_length=16, choices=State.choices, default=State.OK)
    flags = models.JSONField(default=list, help_text="key, since, text_de, text_en of each.")
    last_time = models.DateTimeField(null=True, blank=True)
    last_value = models.FloatField(null=True, blank=True)
    trend = models.FloatField(null=True, blank=True, help_text="Change per hour, in the unit.")
    share_30d = models.FloatField(null=True, blank=True, help_text="Share of usable values.")

    class Meta:
        ordering = ["network", "order", "key"]
        constraints = [models.UniqueConstraint(fields=["network", "key"], name="flood_sensor_once")]

    def __str__(self) -> str:
        return self.name_de


class Step(models.Model):
    """All values of one network at one time; also of past floods that visitors may look back on."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="steps")
    time = models.DateTimeField()
    values = models.JSONField(default=dict, help_text="Sensor's id → value, or null if missing.")
    flags = models.JSONField(default=dict, help_text="Sensor's id → keys of flags, if any.")
    arrived = models.JSONField(
        default=dict, help_text="Sensor's id → when its value came, if later than the step."
    )

    class Meta:
        ordering = ["time"]
        constraints = [models.UniqueConstraint(fields=["network", "time"], name="flood_step_once")]

    def __str__(self) -> str:
        return f"{self.network_id} {self.time:%Y-%m-%d %H:%M}"
