"""From an empty network to forecasts: the long work of the first start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from steiger.engines.flood.forecasting import (
    ForecastError,
    Model,
    process_pool,
    save_model,
    train,
)
from steiger.engines.flood.models import ModelSettings
from steiger.engines.flood.network import NetworkError, read_observations
from steiger.engines.flood.simulation import ValleyState, advance, begin
from steiger.web.accounts.domain.audit import SYSTEM, record
from steiger.web.background.domain.policies import GiveUpError
from steiger.web.flood.domain import forecasting, taking_over
from steiger.web.flood.domain.cycle import write_forecast
from steiger.web.flood.domain.folders import engine_network, folder_of
from steiger.web.flood.domain.observing import moment_of, observations, window
from steiger.web.flood.domain.setting_up import (
    FLOOD_BEGINS,
    FLOOD_ENDS,
    LEARNS_UNTIL,
    record_past,
)
from steiger.web.flood.domain.valleys import placed_valley, simulated_valley
from steiger.web.flood.models import Forecast, Network, TrainedModel

Say = Callable[[int, int, str], None]
LEADS = tuple(timedelta(hours=hours) for hours in (1, 2, 3, 6, 9, 12, 18, 24))
#: Between these times a forecast is looked back on every hour, before and after every third hour.
CLOSE_FROM, CLOSE_UNTIL = (
    datetime(2021, 7, 13, 12, tzinfo=UTC),
    datetime(2021, 7, 15, 18, tzinfo=UTC),
)
#: Parts of the whole work, in percent.
PAST_DONE, TRAINED = 5, 75
# Kept in the language of the code and translated when somebody looks.
COMPUTING = gettext_noop("The past is being computed.")
READING = gettext_noop("The values that were handed in are being read.")
LEARNING = gettext_noop("The model is learning from the past.")
LOOKING_BACK = gettext_noop("Forecasts of the past flood are being made.")
DONE = gettext_noop("Everything is ready.")


class StoppedError(Exception):
    """Nobody wants the result any more."""


def prepare(network_pk: int, *, run: str, say: Say) -> str:
    """Do what a network still lacks; returns its stage. Work that is there is not done again.

    Raises:
        GiveUpError: the files that were handed in do not allow it.
    """
    network = Network.objects.get(pk=network_pk)
    Network.objects.filter(pk=network_pk).update(preparing_run=run)
    if not network.simulated:
        try:
            return prepare_real(network, say=say)
        except (NetworkError, ForecastError) as error:
            raise GiveUpError(str(error)) from error
    say(0, 100, COMPUTING)
    record_past(network)
    say(PAST_DONE, 100, LEARNING)
    if forecasting.active_model(network) is None:
        learn(network, say)
    say(TRAINED, 100, LOOKING_BACK)
    look_back(network, say)
    say(100, 100, DONE)
    network.refresh_from_db()
    return network.stage


def prepare_real(network: Network, *, say: Say) -> str:
    """Bring a network that was handed in into operation; returns its stage."""
    say(0, 100, READING)
    taking_over.begin_operation(network)
    say(PAST_DONE, 100, LEARNING)
    if forecasting.active_model(network) is None:
        # The plain rule forecasts until the model is there, which may take long.
        taking_over.forecast_now(network)
        learn(network, say)
    else:
        Network.objects.filter(pk=network.pk).update(stage=Network.Stage.READY)
    taking_over.forecast_now(network)
    say(100, 100, DONE)
    network.refresh_from_db()
    return network.stage


def learn_anew(
    network_pk: int, profile: str, *, wanted: Callable[[], bool], say: Say
) -> TrainedModel | None:
    """Learn a new model from all that is known by now, and use it; None if it was stopped.

    A simulated network still learns nothing of the flood on which it is judged.
    """
    network = Network.objects.get(pk=network_pk)

    def told(done: int, total: int, text: str) -> None:
        if not wanted():
            raise StoppedError
        say(done, total, text)

    try:
        told(PAST_DONE, 100, LEARNING)
        row = learn(network, told, profile)
        say(TRAINED, 100, LOOKING_BACK if network.simulated else LEARNING)
        if network.simulated:
            look_back(network, told)
        else:
            taking_over.forecast_now(network)
    except StoppedError:
        return None
    say(100, 100, DONE)
    return row


def learn(
    network: Network, say: Say, profile: str = TrainedModel.Profile.LIGHT.value
) -> TrainedModel:
    """Train a model on what lies before the flood on which it is judged.

    That of a real network learns from all that was handed in.
    """
    engine = engine_network(network)
    until = LEARNS_UNTIL if network.simulated else None
    seen = read_observations(folder_of(network), engine, end=until)

    def progress(done: int, total: int) -> None:
        say(PAST_DONE + (TRAINED - PAST_DONE) * done // total, 100, LEARNING)

    work = folder_of(network) / "models" / "work"
    # A process of its own, so that the worker stays small and answers to its signals.
    with process_pool(1) as pool:
        model = train(
            engine,
            seen,
            ModelSettings(leads=taking_over.leads_of(network, LEADS), profile=profile),
            executor=pool,
            progress=progress,
            work=work,
        )
    return put_into_operation(network, model, moment_of(seen.times[-1]), profile)


def put_into_operation(
    network: Network, model: Model, until: datetime, profile: str
) -> TrainedModel:
    """Keep a model that has learned ``until`` then, and use it from the next cycle on."""
    name = f"models/{model.digest[:16]}"
    save_model(model, folder_of(network) / name)
    with transaction.atomic():
        network.models.filter(active=True).update(active=False)
        row = TrainedModel.objects.create(
            network=network,
            digest=model.digest,
            folder=name,
            trained_until=until,
            profile=profile,
            reads=forecasting.reads_of(model),
            lead_minutes=[
                int(lead / timedelta(minutes=1)) for lead in taking_over.leads_of(network, LEADS)
            ],
        )
        Network.objects.filter(pk=network.pk).update(stage=Network.Stage.READY)
        record(
            by=SYSTEM,
            act="flood.network.train",
            on=network,
            changes={"model": ["", model.digest[:16]]},
        )
    return row


def look_back(network: Network, say: Say) -> int:
    """Make the forecasts of the past flood that are missing; returns how many."""
    engine, valley = engine_network(network), simulated_valley()
    model = forecasting.active_model(network)
    made = network.forecasts.filter(purpose=Forecast.Purpose.HINDCAST)
    # Those of an earlier model are made anew, so that the look back shows the one in operation.
    mine = made.filter(model_digest=model.digest if model else "")
    known = set(mine.values_list("issue_time", flat=True))
    times = [time for time in issue_times() if time not in known]
    state: ValleyState | None = None
    for number, at in enumerate(times):
        state = _moved_to(at, state)
        first = at - forecasting.WINDOW
        seen = observations(engine, window(network, engine, first, at), at)
        rain = forecasting.rain_ahead(valley, state)
        document = forecasting.issue(network, engine, seen, at, rain)
        inputs = forecasting.inputs_of(seen, state)
        with transaction.atomic():
            write_forecast(network, Forecast.Purpose.HINDCAST, document, inputs)
        say(TRAINED + (100 - TRAINED) * (number + 1) // len(times), 100, LOOKING_BACK)
    return len(times)


def _moved_to(at: datetime, state: ValleyState | None) -> ValleyState:
    """The valley at an hour of its past."""
    valley = simulated_valley()
    if state is None:
        return begin(valley, at, seed=placed_valley().seed)
    hours = round((at - state.time) / timedelta(hours=1))
    return advance(valley, state, hours)[0]


def issue_times() -> list[datetime]:
    """When forecasts of the past flood are made."""
    times, at = [], FLOOD_BEGINS
    while at <= FLOOD_ENDS:
        times.append(at)
        close = CLOSE_FROM <= at < CLOSE_UNTIL
        at += timedelta(hours=1 if close else 3)
    return times
