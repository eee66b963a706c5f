"""Clean model files pass; damaged, changed and oversized ones are never called safe."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from factories.hostile_models import (
    bomb,
    dumps,
    onnx,
    safetensors,
    tarred,
    torch_state,
    torch_zip,
    zipped,
)
from steiger.engines.audit.scan import Limits, ScanError, ScanResult, scan_file, scan_stream
from steiger.engines.audit.scan.allowed import allow_list
from steiger.engines.audit.scan.guards import GUARDS

#: Written by benchmarks/audit/clean_models.py with scikit-learn 1.9.1, LightGBM 4.7, torch 2.13,
#: and by foreign_clean_models.py beside it.
CLEAN: dict[str, bytes] = {}
for _name in ("clean_models.zip", "foreign_clean_models.zip"):
    with zipfile.ZipFile(Path(__file__).with_name(_name)) as _archive:
        CLEAN |= {name: _archive.read(name) for name in _archive.namelist()}


def scan(name: str, content: bytes, limits: Limits | None = None) -> ScanResult:
    return scan_stream(io.BytesIO(content), name, limits)


@pytest.mark.parametrize("name", sorted(CLEAN))
def test_clean_file_is_safe(name: str) -> None:
    result = scan(name, CLEAN[name])
    assert (result.verdict, result.reasons) == ("safe", ())


@pytest.mark.parametrize("kind", [".pkl", ".joblib", ".pt", ".npy", ".npz", ".skops"])
def test_file_that_is_cut_off_is_never_safe(kind: str) -> None:
    for name, content in CLEAN.items():
        if name.endswith(kind):
            for part in (0.1, 0.5, 0.9, 0.999):
                assert scan(name, content[: int(len(content) * part)]).verdict != "safe", name


@pytest.mark.parametrize("kind", [".pkl", ".joblib", ".pt", ".npy", ".npz", ".skops"])
def test_file_with_bytes_behind_its_end_is_not_safe(kind: str) -> None:
    for name, content in CLEAN.items():
        if name.endswith(kind):
            assert scan(name, content + b"\0").verdict == "not_safe", name


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_changed_file_gets_an_answer_and_no_traceback(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(CLEAN)))
    content = bytearray(CLEAN[name])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    assert scan(name, bytes(content)).verdict in ("safe", "not_safe", "unknown")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["a.pkl", "a", "a.pt", "a.npy", "a.onnx", "a.txt"]))
def test_any_bytes_get_an_answer(content: bytes, name: str) -> None:
    result = scan(name, content)
    assert (result.verdict == "safe") == (result.reasons == ())


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
        | st.tuples(inner, inner)
        | st.frozensets(st.integers(), max_size=3)
    ),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(PLAIN, st.integers(0, 5))
@example("über", 0)
@example(b"PK\x05\x06", 0)
def test_plain_data_is_safe_in_every_protocol(value: object, protocol: int) -> None:
    content = pickle.dumps(value, protocol)
    result = scan("data.pkl", content)
    # Whoever looks from the end would find a zip in it.
    is_zip_too = b"PK\x05\x06" in content
    assert result.verdict == ("not_safe" if is_zip_too else "safe"), result.reasons


NAMES = st.text("abcdefgos._", min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(NAMES, NAMES, st.sampled_from([2, 4]))
def test_any_name_that_is_not_on_the_list_is_not_safe(
    module: str, name: str, protocol: int
) -> None:
    result = scan("model.pkl", dumps(module, name, "x", protocol=protocol))
    assert result.verdict == "not_safe"


@pytest.mark.parametrize(("module", "name"), sorted(allow_list()))
def test_allowed_name_is_called_only_where_the_list_says_so(module: str, name: str) -> None:
    result = scan("model.pkl", dumps(module, name, b"x" * 3))
    callable_ = allow_list()[module, name].use == "call" and (module, name) not in GUARDS
    if callable_:
        assert result.verdict == "safe"
    elif allow_list()[module, name].use != "call":
        assert {reason.code for reason in result.reasons} == {"call"}


def test_every_guard_belongs_to_a_name_that_may_be_called() -> None:
    assert all(allow_list()[key].use == "call" for key in GUARDS)


@pytest.mark.parametrize(
    ("call", "verdict"),
    [
        (("_codecs", "encode", "ab", "latin1"), "safe"),
        (("_codecs", "encode", "ab", "zip"), "not_safe"),
        (("builtins", "bytearray", b"ab"), "safe"),
        (("builtins", "bytearray", 10**12), "not_safe"),
        (("collections", "defaultdict", "x"), "not_safe"),
        (("numpy._core.multiarray", "_reconstruct", 1, 2, 3), "not_safe"),
        (("numpy._core.multiarray", "scalar", "O", b"x"), "not_safe"),
        (("torch._utils", "_rebuild_tensor_v2", "x", 0, (1,), (1,), False, {}), "not_safe"),
        (("sklearn.metrics._dist_metrics", "newObj", "x"), "not_safe"),
    ],
)
def test_guard_decides_by_the_values(call: tuple[object, ...], verdict: str) -> None:
    module, name, *arguments = call
    result = scan("model.pkl", dumps(str(module), str(name), *arguments))
    assert result.verdict == verdict


def test_torch_container_written_by_hand_is_safe() -> None:
    assert scan("state.pt", torch_state()).verdict == "safe"


def test_torch_container_with_too_few_bytes_is_not_safe() -> None:
    with zipfile.ZipFile(io.BytesIO(torch_state())) as archive:
        data = archive.read("archive/data.pkl")
    short = torch_zip(data, ("data/0", b"\0" * 12))
    foreign = torch_zip(data, ("data/0", b"\0" * 16), ("data/1", b"\0"))
    for content in (short, foreign):
        assert {r.code for r in scan("state.pt", content).reasons} == {"mismatch"}


def test_safetensors() -> None:
    tensor = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}
    header = {"__metadata__": {"format": "pt"}, "weight": tensor}
    assert scan("m.safetensors", safetensors(header, bytes(16))).verdict == "safe"
    for wrong in (
        safetensors(header, bytes(17)),
        safetensors({"weight": {**tensor, "dtype": "F64"}}, bytes(16)),
        safetensors({"weight": {**tensor, "shape": [-2, -2]}}, bytes(16)),
        safetensors({"__metadata__": {"a": 1}, "weight": tensor}, bytes(16)),
    ):
        assert {r.code for r in scan("m.safetensors", wrong).reasons} == {"broken"}
    assert scan("m.safetensors", struct.pack("<Q", 1 << 60) + b"{}").verdict != "safe"


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (onnx(), set()),
        (onnx(domain="ai.onnx.ml"), set()),
        (onnx(domain="com.microsoft"), {"contrib_operator"}),
        (onnx(domain="mine"), {"custom_operator"}),
        (onnx(place="weights.bin"), {"external_file"}),
        (onnx(place="a/../../b"), {"external_path"}),
        (onnx(place="C:\\weights.bin"), {"external_path"}),
    ],
)
def test_onnx(content: bytes, codes: set[str]) -> None:
    assert {reason.code for reason in scan("m.onnx", content).reasons} == codes


@pytest.mark.parametrize(
    ("name", "content", "codes"),
    [
        ("m.h5", b"\x89HDF\r\n\x1a\n" + bytes(50), {"hdf5"}),
        ("m.bin", b"something else \x01\x02", {"format"}),
        ("m.pkl", b"", {"empty"}),
        ("m.npz", CLEAN["array.npy"], {"wrong_extension"}),
        ("m.zip", zipped(("a.npy", CLEAN["array.npy"])), set()),
        ("m.tar", tarred(("a.npy", CLEAN["array.npy"])), set()),
        (
            "m.zip",
            zipped(("A.npy", CLEAN["array.npy"]), ("a.npy", b"")),
            {"duplicate_name", "empty"},
        ),
    ],
)
def test_other_forms(name: str, content: bytes, codes: set[str]) -> None:
    assert {reason.code for reason in scan(name, content).reasons} == codes


def test_limits_end_in_unknown_not_in_safe() -> None:
    assert scan("d.pkl", pickle.dumps(list(range(100))), Limits(operations=50)).verdict == "unknown"
    assert scan("w.npz", CLEAN["arrays.npz"], Limits(unpacked=100)).verdict == "unknown"
    assert scan("w.npz", CLEAN["arrays.npz"], Limits(members=1)).verdict == "unknown"
    assert scan("w.npz", CLEAN["arrays.npz"], Limits(file=10)).verdict == "unknown"
    nested = CLEAN["array.npy"]
    for _ in range(6):
        nested = zipped(("a.zip", nested)) if nested[:2] == b"PK" else zipped(("a.npy", nested))
    assert "too_deep" in {reason.code for reason in scan("a.zip", nested).reasons}
    assert {reason.code for reason in scan("a.zip", bomb()).reasons} >= {"bomb"}


def test_long_chain_of_values_does_not_end_the_scan() -> None:
    """A tuple of tuples, 2**200 paths deep, whose hash never ends, and 100,000 nested lists."""
    doubled = b"\x80\x02N" + b"2\x86" * 200 + b"."
    assert {reason.code for reason in scan("a.pkl", doubled).reasons} == {"bomb"}
    assert scan("a.pkl", b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".").verdict == "safe"


def test_result_is_bound_to_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(CLEAN["array.npy"])
    result = scan_file(path).as_dict()
    assert result["sha256"] == __import__("hashlib").sha256(CLEAN["array.npy"]).hexdigest()
    assert (result["verdict"], result["kind"], result["size"]) == (
        "safe",
        "npy",
        path.stat().st_size,
    )


def test_missing_file_and_folder_are_one_clear_error(tmp_path: Path) -> None:
    for path in (tmp_path / "no.pkl", tmp_path):
        with pytest.raises(ScanError, match="Name one model file"):
            scan_file(path)
