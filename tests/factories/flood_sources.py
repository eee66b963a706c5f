"""Answers of flood sources, in their real layouts, with invented values and stations."""

from __future__ import annotations

import base64
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network import Kind, Sensor

#: A network that says where its sensors are read.
SOURCES_TOML = """
name = "Beispiel"
step = "15min"
rain_forecast = "radar"

[source.bund]
adapter = "pegelonline"

[source.verband]
adapter = "kiwis"
base = "https://daten.example.org/KiWIS/KiWIS/"

[source.radar]
adapter = "radolan"
product = "RV"
around = 1

[source.eigene]
adapter = "ttn"
application = "beispiel-tal"
key_env = "STEIGER_SOURCE_KEY_TAL"

[[sensor]]
id = "unten"
kind = "water_level"
unit = "m"
target = true
source = { source = "bund", key = "593647aa-9fea-43ec-a7d6-6476a76ae868/W", unit = "cm" }

[[sensor]]
id = "regen"
kind = "rain"
unit = "mm"
lat = 51.2
lon = 7.1
source = { source = "verband", key = "4711010" }
"""
UUID = "00000000-1111-4222-8333-beispiel0001"


def sensor(name: str = "beispiel", kind: Kind = Kind.WATER_LEVEL, **fields: Any) -> Sensor:
    """A sensor of the invented river Beispiel, in the valley of the Wupper."""
    units = {
        Kind.WATER_LEVEL: ("m", "cm"),
        Kind.RAIN: ("mm", "mm"),
        Kind.DISCHARGE: ("m3/s", "m³/s"),
        Kind.TEMPERATURE: ("°C", "°C"),
    }
    unit, source_unit = units[kind]
    place = {"lat": 51.26, "lon": 7.15}
    known = {"unit": unit, "source_unit": source_unit, "name": "Beispielpegel"}
    return Sensor(id=name, kind=kind, **(known | place | fields))


def encoded(content: object) -> bytes:
    """JSON in UTF-8."""
    return json.dumps(content, ensure_ascii=False).encode()


def quarters(count: int, start: str = "2031-07-14T00:00:00", zone: str = "+02:00") -> list[str]:
    """Time stamps every quarter of an hour."""
    first = np.datetime64(start, "s")
    return [f"{first + np.timedelta64(900 * i, 's')}{zone}" for i in range(count)]


def pegelonline_measurements(count: int = 8) -> bytes:
    """`measurements.json`."""
    return encoded([{"timestamp": t, "value": 120.0 + i} for i, t in enumerate(quarters(count))])


def pegelonline_stations() -> bytes:
    """`stations.json` with time series and characteristic values."""
    level = {
        "shortname": "W",
        "longname": "WASSERSTAND ROHDATEN",
        "unit": "cm",
        "equidistance": 15,
        "gaugeZero": {"unit": "m. ü. NHN", "value": 150.25, "validFrom": "2019-11-01"},
        "characteristicValues": [
            {"shortname": "M_II", "longname": "MARKE 2", "unit": "cm", "value": 380.0},
            {"shortname": "M_I", "longname": "MARKE 1", "unit": "cm", "value": 250.0},
            {"shortname": "MHW", "longname": "MITTLERES HOCHWASSER", "unit": "cm", "value": 300.0},
        ],
    }
    flow = {"shortname": "Q", "longname": "ABFLUSS", "unit": "m³/s", "equidistance": 15}
    chloride = {"shortname": "CL", "longname": "CHLORID", "unit": "mg/l", "equidistance": 60}
    over_sea = {"shortname": "W", "longname": "WASSERSTAND", "unit": "m+NHN", "equidistance": 1}
    station = {
        "uuid": UUID,
        "number": "0000001",
        "shortname": "BEISPIELSTADT",
        "longname": "BEISPIELSTADT",
        "km": 12.5,
        "agency": "BEISPIELAMT",
        "longitude": 7.15,
        "latitude": 51.26,
        "water": {"shortname": "BEISPIEL", "longname": "BEISPIEL"},
        "timeseries": [level, flow, chloride],
    }
    bare = {
        "uuid": UUID.replace("0001", "0002"),
        "number": "0000002",
        "shortname": "BEISPIELDORF",
        "longname": "BEISPIELDORF",
        "water": {"shortname": "BEISPIEL", "longname": "BEISPIEL"},
        "timeseries": [level | {"characteristicValues": None, "gaugeZero": None}, over_sea],
    }
    return encoded([station, bare])


def nrw_week(number: str = "9990000000100", count: int = 8) -> bytes:
    """`week.json` of one station; winter time all year, as the portal writes it."""
    times = quarters(count, "2031-07-14T01:00:00", ".000+01:00")
    rows = [[t, 60.0 - i] for i, t in enumerate(times)]
    block = {
        "station_name": "Beispielhausen",
        "station_no": number,
        "station_id": "999001",
        "ts_name": "Wasserstand.Internet.15",
        "ts_unitsymbol": "cm",
        "WTO_OBJECT": "Beispiel",
        "CATCHMENT_SIZE": "134,50 km²",
        "AdminStatus": " ",
        "rows": "999",
        "columns": "Timestamp,Value",
        "data": rows,
    }
    return encoded([block])


def nrw_stations() -> bytes:
    """`layers/10/index.json`, and one entry as only `stations.json` has it."""
    gauge = {
        "ts_id": 1,
        "timestamp": "2031-07-14T00:00:00.000+01:00",
        "ts_value": "60.00",
        "station_latitude": 51.26,
        "station_longitude": "7.15",
        "station_id": "999001",
        "station_no": "9990000000100",
        "site_no": "100",
        "station_name": "Beispielhausen",
        "ts_unitsymbol": "cm",
        "stationparameter_no": "S",
        "WTO_OBJECT": "Beispiel",
        "CATCHMENT_SIZE": "134,50 km²",
        "LANUV_Info_1": "100.0",
        "LANUV_Info_2": "150.0",
        "LANUV_Info_3": "",
    }
    metres = gauge | {
        "station_no": "104",
        "site_no": "104",
        "station_latitude": 5678901.0,
        "station_longitude": 2567890.0,
        "CATCHMENT_SIZE": "",
    }
    twin = gauge | {"station_no": "1234512345"}
    rain = gauge | {"station_no": "55", "stationparameter_no": "N"}
    climate = {k: v for k, v in rain.items() if k != "stationparameter_no"}
    climate |= {"object_type": "Klimastation", "station_no": "56"}
    return encoded([gauge, metres, twin, twin | {"station_id": "999002"}, rain, climate])


def nrw_download(*lines: str) -> bytes:
    """`messwerte.zip`: two stations, each block ended by a line without values."""
    if not lines:
        lines = (
            *(f"9990000000100;{t};{60 - i}.00" for i, t in enumerate(quarters(4, zone="+01:00"))),
            "9990000000100;;",
            *(f"9990000000200;{t};-12.50" for t in quarters(4, zone="+01:00")),
            "9990000000200;",
        )
    text = "station_no;time;value(cm)\r\n" + "".join(f"{line}\r\n" for line in lines)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("messwerte.txt", text)
    return file.getvalue()


def kiwis_values(key: str = "4711010", **more: Any) -> bytes:
    """`getTimeseriesValues`, with metadata."""
    times = quarters(5, zone=".000Z")
    rows: list[list[Any]] = [
        [times[0], 0.334, 200],
        [times[1], "0.335", "40"],
        [times[2], "", "255"],
        [times[3], None, -1],
        [times[4], 0.337, 120],
    ]
    block = {
        "ts_id": key,
        "rows": "5",
        "station_name": "Beispielbrücke",
        "station_latitude": "51.26",
        "station_longitude": "7.15",
        "ts_unitsymbol": "m",
        "columns": "Timestamp,Value,Quality Code",
        "data": rows,
    }
    return encoded([block | more])


def kiwis_list() -> bytes:
    """`getTimeseriesList` in the format “json”: a header and rows."""
    header = ["ts_id", "ts_name", "station_name", "ts_unitsymbol"]
    header += ["station_latitude", "station_longitude"]
    return encoded(
        [
            header,
            ["4711010", "15m.Cmd", "Beispielbrücke", "m", "51.26", "7.15"],
            ["4711011", "15m.Total", "Beispielturm", "mm", "", ""],
            ["4711012", "Raw", "Beispielbrücke", "µS/cm", "51.26", "7.15"],
        ]
    )


def sos_data(key: str = "77") -> bytes:
    """`getData?expanded=true`: milliseconds, a missing value as a text."""
    start = 1_941_753_600_000
    values: list[dict[str, Any]] = [
        {"timestamp": start + 900_000 * i, "value": 81.5 + i} for i in range(4)
    ]
    values.append({"timestamp": start + 900_000 * 4, "value": "NaN"})
    return encoded({key: {"values": values, "extra": {"referenceValues": {}}}})


def sos_list() -> bytes:
    """`timeseries?expanded=true`."""
    station = {
        "type": "Feature",
        "properties": {"id": "5", "label": "Beispielsperre"},
        "geometry": {"type": "Point", "coordinates": [7.15, 51.26, "NaN"]},
    }
    level = {
        "id": "77",
        "label": "Wasserstand Einzelwert, Beispielsperre",
        "uom": "cm",
        "station": station,
        "referenceValues": [
            {"label": "Informationswert 2", "lastValue": {"timestamp": 0, "value": 210.0}},
            {"label": "Informationswert 1", "lastValue": {"timestamp": 0, "value": 125.0}},
            {"label": "Mittelwasser", "lastValue": {"timestamp": 0, "value": 50.0}},
        ],
    }
    acid = level | {"id": "78", "uom": "pH", "referenceValues": []}
    return encoded([level, acid])


def composite(
    cells: NDArray[np.uint16] | None = None,
    *,
    product: str = "RW",
    time: str = "140050",
    year: str = "31",
    version: int = 3,
    precision: int = -1,
    interval: int = 60,
    lead: int | None = None,
    shape: tuple[int, int] = (900, 900),
) -> bytes:
    """A RADOLAN composite; by default 0.7 mm everywhere and nothing in the westernmost columns."""
    if cells is None:
        cells = np.full(shape, 7, np.uint16)
        cells[:, :40] = 0x29C4
    rows, columns = cells.shape
    tokens = f"VS{version:2}SW   2.13.1PR E{precision:+03}INT{interval:4}GP{rows:4}x{columns:4}"
    if lead is not None:
        tokens += f"VV {lead:03}MF 00000008QN 016"
    radars = "<bsp,nrw> "
    tokens += f"MS{len(radars):3}{radars}"
    head = f"{product}{time}1000007{year}BY"
    size = len(head) + 7 + len(tokens) + 1 + cells.size * 2
    return f"{head}{size:7}{tokens}".encode() + b"\x03" + cells.astype("<u2").tobytes()


def archive(files: Mapping[str, bytes]) -> bytes:
    """A tar archive."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return file.getvalue()


class Field(SimpleNamespace):
    """A variable of a dataset: `dims` and `values`."""


class Dataset(dict[str, Field]):
    """What an opened GRIB file looks like."""

    @property
    def data_vars(self) -> list[str]:
        """Names of the fields."""
        return [name for name in self if name in {"tp", "clat", "clon"}]


def grib(hours: tuple[float, ...] = (0, 1, 2, 3), members: int = 3, **fields: Any) -> bytes:
    """Sums of rain as `FakeGrib` opens them: member m gets (m + 1) mm an hour, on four cells."""
    steps = np.array([int(3600 * hour) for hour in hours])
    numbers = np.arange(1, members + 1)
    place = np.array([1.0, 2.0, 3.0, 4.0])
    rain = numbers[:, None, None] * (steps / 3600)[None, :, None] * place
    arrays = {
        "tp": rain,
        "number": numbers,
        "step": steps,
        "time": np.array(np.datetime64("2031-07-14T00:00:00", "s").astype(np.int64)),
        "latitude": np.array([51.26, 51.26, 51.30, 51.30]),
        "longitude": np.array([7.15, 7.20, 7.15, 7.20]),
    } | fields
    file = io.BytesIO()
    np.savez(file, **{name: array for name, array in arrays.items() if array is not None})
    return grib_message(file.getvalue())


def grib_message(content: bytes) -> bytes:
    """What stands around the content of a message of GRIB 2."""
    length = 16 + len(content) + 4
    return b"GRIB\0\0\0\x02" + length.to_bytes(8, "big") + content + b"7777"


class FakeGrib:
    """Stands in for cfgrib: opens what `grib` wrote."""

    @staticmethod
    def open_datasets(path: str, backend_kwargs: object) -> list[Dataset]:
        """The one dataset in a file."""
        assert backend_kwargs == {"indexpath": ""}, "an index file would be left behind"
        content = np.load(io.BytesIO(Path(path).read_bytes()[16:-4]), allow_pickle=False)
        dims = {
            "tp": ("number", "step", "values"),
            "number": ("number",),
            "step": ("step",),
            "time": (),
        }
        dataset = Dataset()
        for name in content.files:
            values = content[name]
            if name == "step":
                values = values.astype("timedelta64[s]")
            if name == "time":
                values = values.astype("datetime64[s]")
            dataset[name] = Field(dims=dims.get(name, ("values",)), values=values)
        return [dataset]


def pi_json(**header: Any) -> bytes:
    """A PI-JSON document: winter time of Germany, one missing value, one doubtful one."""
    head = {
        "type": "instantaneous",
        "moduleInstanceId": "Beispiel",
        "locationId": "Beispielpegel 1",
        "parameterId": "H.obs",
        "timeStep": {"unit": "second", "multiplier": "900"},
        "startDate": {"date": "2031-07-14", "time": "00:00:00"},
        "endDate": {"date": "2031-07-14", "time": "00:30:00"},
        "missVal": "-999.0",
        "stationName": "Beispielpegel",
        "lat": "51.26",
        "lon": "7.15",
        "units": "m",
    } | header
    events = [
        {"date": "2031-07-14", "time": "00:00:00", "value": "1.25", "flag": "0"},
        {"date": "2031-07-14", "time": "00:15:00", "value": "-999", "flag": "9"},
        {"date": "2031-07-14", "time": "00:30:00", "value": "1.31", "flag": "3"},
    ]
    block = {"header": head, "events": events}
    return encoded({"version": "1.25", "timeZone": "1.0", "timeSeries": [block]})


def pi_xml() -> bytes:
    """The same as PI-XML."""
    return b"""<?xml version="1.0" encoding="UTF-8"?>
<TimeSeries xmlns="http://www.wldelft.nl/fews/PI" version="1.22">
  <timeZone>1.0</timeZone>
  <series>
    <header>
      <type>instantaneous</type>
      <moduleInstanceId>Beispiel</moduleInstanceId>
      <locationId>Beispielpegel 1</locationId>
      <parameterId>H.obs</parameterId>
      <timeStep unit="second" multiplier="900"/>
      <startDate date="2031-07-14" time="00:00:00"/>
      <endDate date="2031-07-14" time="00:30:00"/>
      <missVal>-999.0</missVal>
      <stationName>Beispielpegel</stationName>
      <lat>51.26</lat>
      <lon>7.15</lon>
      <units>m</units>
    </header>
    <event date="2031-07-14" time="00:00:00" value="1.25" flag="0"/>
    <event date="2031-07-14" time="00:15:00" value="-999" flag="9"/>
    <event date="2031-07-14" time="00:30:00" value="1.31" flag="3"/>
  </series>
</TimeSeries>
"""


def uplink(
    counter: int = 1,
    *,
    device: str = "beispiel-pegel-1",
    minute: int = 0,
    payload: Mapping[str, Any] | None = None,
    sent: str | None = "",
    **more: Any,
) -> dict[str, Any]:
    """One uplink as The Things Stack v3 sends it, heard by two gateways."""
    received = f"2031-07-14T00:{minute:02}:02.656299995Z"
    time = f"2031-07-14T00:{minute:02}:01.621391Z" if sent == "" else sent
    settings: dict[str, Any] = {"frequency": "867500000", "timestamp": 1010590159}
    if time is not None:
        settings["time"] = time
    message: dict[str, Any] = {
        "session_key_id": "AYBeispiel==",
        "f_port": 2,
        "frm_payload": base64.b64encode(bytes([0x01, 0x2C])).decode(),
        "rx_metadata": [
            {"gateway_ids": {"gateway_id": "beispiel-gw-1"}, "rssi": -42, "snr": 5.8},
            {"gateway_ids": {"gateway_id": "beispiel-gw-2"}, "rssi": -99, "snr": -3.2},
        ],
        "settings": settings,
        "received_at": received,
    }
    if counter:
        message["f_cnt"] = counter
    message["decoded_payload"] = payload or {"level_cm": 120.0 + counter, "inner": {"t": 9.5}}
    return {
        "end_device_ids": {
            "device_id": device,
            "application_ids": {"application_id": "beispiel-tal"},
            "dev_eui": "0000000000BE1501",
        },
        "correlation_ids": ["as:up:01BEISPIEL"],
        "received_at": f"2031-07-14T00:{minute:02}:02.869542824Z",
        "uplink_message": message,
    } | more


def stored(*uplinks: Mapping[str, Any]) -> bytes:
    """Uplinks as the network's storage sends them: one `{"result": …}` a line."""
    return b"".join(encoded({"result": one}) + b"\n" for one in uplinks)


def forecast() -> dict[str, Any]:
    """A `forecast.json` of one gauge and two leads."""
    leads = [
        {
            "lead_minutes": 60 * hour,
            "valid_time": f"2031-07-14T{hour:02}:00:00Z",
            **{f"q{q:02}": 1.0 + hour + q / 100 for q in (5, 10, 25, 50, 75, 90, 95)},
            "p_levels": [0.1],
        }
        for hour in (3, 6)
    ]
    gauge = {"id": "beispiel", "name": "Beispielpegel", "unit": "m", "leads": leads}
    return {
        "format": "steiger-flood-forecast/1",
        "issue_time": "2031-07-14T00:00:00Z",
        "gauges": [gauge],
    }
