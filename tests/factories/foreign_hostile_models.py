"""Hostile model files as outsiders would write them: further kinds beside `hostile_models.py`.

Each is refused by the scan; where a careless reader would run the payload, the case says how.
"""

from __future__ import annotations

import io
import json
import marshal
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Mapping

from factories.hostile_models import (
    EVIL,
    LOAD_ZIP,
    PAYLOAD,
    Hostile,
    dumps,
    npy_objects,
    onnx,
    safetensors,
    tarred,
    torch_state,
    torch_zip,
    zipped,
)


def _text(text: str) -> bytes:
    return b"X" + struct.pack("<I", len(text.encode())) + text.encode()


def _call(name: str, *arguments: bytes) -> bytes:
    """Operations that call `module:name` with values that are operations themselves."""
    module, _, word = name.partition(":")
    return f"c{module}\n{word}\n(".encode() + b"".join(arguments) + b"tR"


def _program(operations: bytes) -> bytes:
    return b"\x80\x02" + operations + b"."


def _attribute_getter() -> bytes:
    """operator.attrgetter('system')(os)('touch ran')."""
    module = _call("importlib:import_module", _text("os"))
    return _program(
        _call("operator:attrgetter", _text("system")) + module + b"\x85R"
        + _text("touch ran") + b"\x85R"
    )  # fmt: skip


def _method_caller() -> bytes:
    """operator.methodcaller('system', 'touch ran')(os)."""
    module = _call("importlib:import_module", _text("os"))
    return _program(
        _call("operator:methodcaller", _text("system"), _text("touch ran")) + module + b"\x85R"
    )


def _byte_code() -> bytes:
    """A function made of marshalled byte code."""
    code = marshal.dumps(compile(PAYLOAD, "x", "exec"))
    loaded = _call("marshal:loads", b"B" + struct.pack("<I", len(code)) + code)
    return b"\x80\x03" + _call("types:FunctionType", loaded, b"}") + b")R."


def _logging() -> bytes:
    """A logging configuration whose factory is called."""
    built = (
        b"}(" + _text("version") + b"K\x01" + _text("formatters")
        + b"}" + _text("a") + b"}(" + _text("()") + _text("os.system")
        + _text("command") + _text("touch ran") + b"us" + b"u"
    )  # fmt: skip
    return _program(_call("logging.config:dictConfig", built))


def _map() -> bytes:
    """list(map(exec, [payload])): nothing calls exec by itself."""
    mapped = _call("builtins:map", b"cbuiltins\nexec\n", b"]" + _text(PAYLOAD) + b"a")
    return _program(_call("builtins:list", mapped))


def _memo_of_memo() -> bytes:
    """A name put together of two texts that lie deep in the memo, under odd numbers."""
    return (
        b"\x80\x04" + _text("builtins") + b"r\x10\x27\x00\x000" + _text("exec") + b"q\xff0"
        + b"j\x10\x27\x00\x00h\xff\x93" + _text(PAYLOAD) + b"\x85R."
    )  # fmt: skip


def _build_on_dict() -> bytes:
    """BUILD on a plain dictionary, and on a class."""
    return _program(b"}" + b"}" + _text("a") + b"K\x01sb")


def _build_on_class() -> bytes:
    return _program(b"csklearn.dummy\nDummyClassifier\n}" + _text("predict") + b"cos\nsystem\nsb")


def _dtype(letter: str, state: bytes) -> bytes:
    return b"cnumpy\ndtype\n(" + _text(letter) + b"\x89\x88tR(" + state + b"tb"


def _pointers() -> bytes:
    """Bytes of the file are declared to be pointers to objects, behind a type that denies it."""
    fields = b"}" + _text("a") + _dtype("O8", b"K\x03X\x01\x00\x00\x00|NNNJ\xff\xff\xff\xffJ"
        b"\xff\xff\xff\xffK\x3f") + b"K\x00\x86s"  # fmt: skip
    state = b"K\x03" + _text("|") + b"N" + _text("a") + b"\x85" + fields + b"K\x08K\x01K\x00"
    return _array(_dtype("V8", state), b"AAAAAAAA")


def _beyond() -> bytes:
    """A field that begins behind the end of its element: reads foreign memory."""
    field = b"}" + _text("a") + _dtype("u8", b"K\x03" + _text("<") + b"NNNJ\xff\xff\xff\xffJ"
        b"\xff\xff\xff\xffK\x00") + b"M\xe8\x03\x86s"  # fmt: skip
    state = b"K\x03" + _text("|") + b"N" + _text("a") + b"\x85" + field + b"K\x08K\x01K\x00"
    return _array(_dtype("V8", state), b"AAAAAAAA")


def _changed_in_use() -> bytes:
    """A type becomes one of objects after an array of plain bytes was made with it."""
    plain = b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x3f"
    fields = b"}" + _text("a") + _dtype("O8", b"K\x03" + _text("|") + plain) + b"K\x00\x86s"
    state = b"K\x03" + _text("|") + b"N" + _text("a") + b"\x85" + fields + b"K\x08K\x01K\x3f"
    array = _call(
        "numpy.core.numeric:_frombuffer", b"C\x08AAAAAAAA", b"h\x07", b"K\x01\x85", _text("C")
    )
    made = b"cnumpy\ndtype\n(" + _text("V8") + b"\x89\x88tRq\x07"
    return b"\x80\x04]" + made + b"0" + array + b"ah\x07(" + state + b"tb0."


def _unending_hash() -> bytes:
    """A key that is a tuple of tuples, doubled 60 times: its hash takes years."""
    return _program(b"}N" + b"2\x86" * 60 + b"Ns")


def _array(dtype: bytes, raw: bytes) -> bytes:
    made = _call(
        "numpy.core.multiarray:_reconstruct", b"cnumpy\nndarray\n", b"K\x00\x85", b"C\x01b"
    )
    state = b"(K\x01K\x01\x85" + dtype + b"\x89C" + bytes([len(raw)]) + raw + b"tb"
    return b"\x80\x04" + made + state + b"."


def _joblib_two_widths() -> bytes:
    """A type whose state says another width than its name: joblib steps over more than a scan."""
    swallowed = EVIL[2:-1] + b"0N."
    rest = len(swallowed)
    inner = b"\x00" + b"z" + b"B" + struct.pack("<I", rest)
    # What joblib takes for the one element begins at "z"; what a scan takes for it ends there.
    width = len(inner) - 1
    dtype = _dtype("S1", b"K\x03" + _text("|") + b"NNNK" + bytes([width]) + b"K\x01K\x00")
    keys = (
        (_text("subclass"), b"cnumpy\nndarray\n"), (_text("shape"), b"K\x01\x85"),
        (_text("order"), _text("C")), (_text("dtype"), dtype), (_text("allow_mmap"), b"\x89"),
        (_text("numpy_array_alignment_bytes"), b"K\x10"),
    )  # fmt: skip
    state = b"".join(key + value for key, value in keys)
    head = b"\x80\x03cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(" + state + b"ub"
    return head + inner + swallowed + b"."


def _endless() -> bytes:
    """A set of a range of a billion numbers: takes all memory on loading."""
    return _program(_call("builtins:set", _call("builtins:range", b"\x8a\x05\x00\xe4\x0bT\x02")))


def _endless_masked() -> bytes:
    return _program(
        _call(
            "numpy.ma.core:_mareconstruct", b"cnumpy.ma\nMaskedArray\n", b"cnumpy\nndarray\n",
            b"\x8a\x05\x00\xe4\x0bT\x02\x85", _text("b"),
        )
    )  # fmt: skip


def deflate64() -> bytes:
    """A zip whose member says that it is packed by a method that few readers know."""
    content = bytearray(zipped(("model.pkl", EVIL)))
    content[8:10] = b"\x09\x00"
    place = content.index(b"PK\x01\x02")
    content[place + 10 : place + 12] = b"\x09\x00"
    return bytes(content)


def _twice() -> bytes:
    """Two members of one name: the first clean, the second not."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}, 2))
        archive.writestr("archive/data.pkL", EVIL)
    return buffer.getvalue().replace(b"data.pkL", b"data.pkl")


def two_directories() -> bytes:
    """The directory at the end and its 64-bit form lead to different members."""
    hidden = zipped(("model.pkl", EVIL))
    outer = bytearray(zipped(("w.safetensors", _bytes_tensor(hidden))))
    end = outer.rindex(b"PK\x05\x06")
    count, size, offset = struct.unpack("<HII", outer[end + 10 : end + 20])
    place = outer.index(hidden)
    inner = hidden.rindex(b"PK\x05\x06")
    inner_size, inner_offset = struct.unpack("<II", hidden[inner + 12 : inner + 20])
    wide = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    narrow = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, inner_size, place + inner_offset, 0)
    return bytes(outer[:end]) + wide + locator + narrow


def _renamed_by_extra() -> bytes:
    """A field of Unicode calls a member otherwise than the directory does."""
    import zlib

    name, other = b"data.txt", b"evil.pkl"
    extra = b"\x01" + struct.pack("<I", zlib.crc32(name)) + other
    info = zipfile.ZipInfo(name.decode())
    info.extra = struct.pack("<HH", 0x7075, len(extra)) + extra
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, b"some words")
    return buffer.getvalue()


def linked_tar() -> bytes:
    """A tar with a link out of its folder."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        link = tarfile.TarInfo("weights")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(link)
    return buffer.getvalue()


def booster_and_zip() -> bytes:
    """A LightGBM text of more than a megabyte with a zip behind it."""
    text = b"tree\nversion=v4\n" + b"feature_names=a b c\n" * 60_000
    return text + zipped(("model.pkl", EVIL))


def _bytes_tensor(content: bytes) -> bytes:
    """safetensors whose only tensor is these bytes."""
    size = len(content)
    header = {"w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}
    return safetensors(dict(header), content)


def _in_tensor() -> bytes:
    """safetensors whose tensor is a whole zip with a pickle; zip readers look from the end."""
    return _bytes_tensor(zipped(("model.pkl", EVIL)))


def keras(layer: Mapping[str, object]) -> bytes:
    """A .keras archive with this one layer."""
    config = {
        "module": "keras", "class_name": "Sequential", "registered_name": None,
        "config": {"name": "sequential", "layers": [layer]},
    }  # fmt: skip
    return zipped(
        ("config.json", json.dumps(config).encode()),
        ("metadata.json", b'{"keras_version": "3.8.0"}'),
        ("model.weights.h5", b"\x89HDF\r\n\x1a\n" + bytes(64)),
    )


def _h5(layer: str) -> bytes:
    """Begins like HDF5 and holds Keras' description of a model, as `model.save` writes it."""
    config = json.dumps(
        {"class_name": "Sequential", "config": {"layers": [{"class_name": layer, "config": {}}]}}
    )
    return b"\x89HDF\r\n\x1a\n" + bytes(88) + b"model_config\0" + config.encode() + bytes(200)


def _tensorflow(operator: str) -> bytes:
    """A SavedModel's graph with one node."""
    node = b"\x0a\x04node\x12" + bytes([len(operator)]) + operator.encode()
    graph = b"\x0a" + bytes([len(node)]) + node
    inner = b"\x12" + bytes([len(graph)]) + graph
    return b"\x08\x01\x12" + bytes([len(inner)]) + inner


def _compiled() -> bytes:
    code = marshal.dumps(compile(PAYLOAD, "x", "exec"))
    return b"\xcb\x0d\x0d\x0a" + bytes(12) + code


def _field(number: int, content: bytes) -> bytes:
    size, head = len(content), bytearray()
    key = number << 3 | 2
    for whole in (key, size):
        value = whole
        while value > 0x7F:
            head.append(value & 0x7F | 0x80)
            value >>= 7
        head.append(value)
    return bytes(head) + content


def onnx_default_outside() -> bytes:
    """The default of an attribute of a model's own function lies outside the folder."""
    entry = _field(1, b"location") + _field(2, b"../../secret")
    tensor = b"\x08\x01\x10\x01" + _field(13, entry) + b"\x70\x01"
    attribute = _field(1, b"value") + _field(5, tensor) + b"\xa0\x01\x04"
    function = _field(1, b"F") + _field(10, b"own") + _field(11, attribute)
    return onnx() + _field(25, function)


LOAD_JOBLIB = "import joblib; joblib.load(path)"
SILENT = ""


def _calls() -> list[Hostile]:
    calls: dict[str, tuple[object, ...]] = {
        "runpy.run_module": ("runpy", "run_module", "steiger_payload"),
        "_pickle.Unpickler": ("_pickle", "Unpickler", "x"),
        "ctypes.CDLL": ("ctypes", "CDLL", "libc.so.6"),
        "ctypes.PyDLL.system": ("ctypes", "PyDLL", "./evil.so"),
        "webbrowser.open": ("webbrowser", "open", "file:///etc/passwd"),
        "pip.main": ("pip", "main", ["install", "evil"]),
        "ensurepip": ("ensurepip", "_run_pip", ["--version"]),
        "builtins.__import__": ("builtins", "__import__", "steiger_payload"),
        "builtins.open": ("builtins", "open", "ran", "w"),
        "io.FileIO": ("_io", "FileIO", "ran", "w"),
        "pathlib.Path.touch": ("pathlib", "Path.touch", "x"),
        "numpy.load": ("numpy", "load", "x.npy"),
        "numpy.fromfile": ("numpy", "fromfile", "/etc/passwd"),
        "numpy.f2py.crackfortran": ("numpy.f2py.crackfortran", "myeval", PAYLOAD),
        "joblib.load": ("joblib.numpy_pickle", "load", "x.pkl"),
        "sklearn joblib parallel": ("joblib._utils", "eval_expr", "1+1"),
        "torch container reduce": ("torch.serialization", "load", "x.pt"),
        "torch._dynamo": ("torch._dynamo.guards", "GuardBuilder.get", PAYLOAD),
        "torch.utils.collect_env.run": ("torch.utils.collect_env", "run", "touch ran"),
        "pty.spawn": ("pty", "spawn", "true"),
        "asyncio subprocess": ("asyncio.unix_events", "_UnixSubprocessTransport._start", "x"),
        "multiprocessing": ("multiprocessing.util", "spawnv_passfds", b"/bin/true", [], []),
        "smtplib": ("smtplib", "SMTP", "localhost"),
        "socket": ("socket", "create_connection", ("localhost", 9)),
        "urllib": ("urllib.request", "urlopen", "http://localhost"),
        "site": ("site", "execsitecustomize", "x"),
        "distutils spawn": ("distutils.file_util", "write_file", "ran", ["x"]),
        "doctest.debug_script": ("doctest", "debug_script", PAYLOAD),
        "profile.run": ("profile", "run", PAYLOAD),
        "trace": ("trace", "Trace.run", PAYLOAD),
        "lib2to3": ("lib2to3.pgen2.grammar", "Grammar.loads", EVIL),
        "copyreg.add_extension": ("copyreg", "add_extension", "os", "system", 7),
        "gc.get_objects": ("gc", "get_objects"),
        "dill": ("dill._dill", "_create_function", "x"),
        "cloudpickle": ("cloudpickle.cloudpickle", "_builtin_type", "CodeType"),
    }
    runs = {"runpy.run_module", "builtins.__import__", "builtins.open", "io.FileIO", "profile.run"}
    return [
        Hostile(
            f"outsider: {name}",
            "model.pkl",
            dumps(str(call[0]), str(call[1]), *call[2:]),
            Hostile.loader if name in runs else SILENT,
        )
        for name, call in calls.items()
    ]


def _tricks() -> list[Hostile]:
    found = [
        Hostile("attrgetter chain", "model.pkl", _attribute_getter()),
        Hostile("methodcaller", "model.pkl", _method_caller()),
        Hostile("marshal", "model.pkl", _byte_code()),
        Hostile("logging.config", "model.pkl", _logging()),
        Hostile("map", "model.pkl", _map()),
        Hostile("long memo", "model.pkl", _memo_of_memo()),
        Hostile("BUILD on a dictionary", "model.pkl", _build_on_dict(), SILENT),
        Hostile("BUILD on a class", "model.pkl", _build_on_class(), SILENT),
        Hostile("bytes as pointers", "model.pkl", _pointers(), SILENT),
        Hostile("field behind its element", "model.pkl", _beyond(), SILENT),
        Hostile("type changed in use", "model.pkl", _changed_in_use(), SILENT),
        Hostile("unending hash", "model.pkl", _unending_hash(), SILENT),
        Hostile("joblib: two widths", "model.joblib", _joblib_two_widths(), LOAD_JOBLIB),
        Hostile("endless set", "model.pkl", _endless(), SILENT),
        Hostile("endless masked array", "model.pkl", _endless_masked(), SILENT),
        Hostile("EXT2", "model.pkl", b"\x80\x02\x83\x01\x01)R.", SILENT),
        Hostile("EXT4", "model.pkl", b"\x80\x02\x84\x01\x01\x01\x00)R.", SILENT),
        Hostile("cut off in an operation", "model.pkl", EVIL[: len(EVIL) // 2], SILENT),
    ]
    for protocol in range(6):
        content = dumps("builtins", "exec", PAYLOAD, protocol=protocol)
        found.append(Hostile(f"exec, protocol {protocol}", "model.sav", content))
    return found


def _containers() -> list[Hostile]:
    registered: dict[str, object] = {
        "module": "os",
        "class_name": "system",
        "config": {},
        "registered_name": None,
    }
    function = {"module": "builtins", "class_name": "function", "config": "exec"}
    inner = {"module": "keras.layers", "class_name": "Lambda", "config": {"function": "x"}}
    nested = {"class_name": "TimeDistributed", "module": "keras.layers", "config": {"layer": inner}}
    evil_object = npy_objects(EVIL)
    long_header = struct.pack("<Q", 1 << 40) + b'{"w": {}}'
    return [
        Hostile("npz: object array, packed", "w.npz",
                zipped(("a.npy", evil_object), method=zipfile.ZIP_DEFLATED), SILENT),
        Hostile("npz: member without ending", "w.npz", zipped(("a", EVIL)), SILENT),
        Hostile("torch container in a zip", "m.zip", zipped(("m.pt", torch_zip(EVIL))), SILENT),
        Hostile("torch container, second pickle", "m.pt",
                torch_zip(pickle.dumps({}, 2), ("more.pkl", EVIL)), LOAD_ZIP),
        Hostile("torch container, other folder", "m.pt",
                zipped(("a/data.pkl", pickle.dumps({}, 2)), ("b/data.pkl", EVIL)), LOAD_ZIP),
        Hostile("torch container as tar", "m.pt", tarred(("pickle", EVIL)), SILENT),
        Hostile("zip: deflate64", "m.zip", deflate64(), SILENT),
        Hostile("zip: same name twice", "m.pt", _twice(), SILENT),
        Hostile("zip: two directories", "m.zip", two_directories(), SILENT),
        Hostile("zip: renamed by an extra field", "m.zip", _renamed_by_extra(), SILENT),
        Hostile("zip: bytes behind", "m.pt", torch_state() + b"#!/bin/sh", SILENT),
        Hostile("tar: link", "m.tar", linked_tar(), SILENT),
        Hostile("tar: path", "m.tar", tarred(("../../x.npy", b"x")), SILENT),
        Hostile("LightGBM and zip", "booster.txt", booster_and_zip(), LOAD_ZIP),
        Hostile("safetensors and zip", "m.safetensors", _in_tensor(), LOAD_ZIP),
        Hostile("safetensors: long header", "m.safetensors", long_header, SILENT),
        Hostile("safetensors: cut off", "m.safetensors", struct.pack("<Q", 90) + b'{"w', SILENT),
        Hostile("keras: module", "m.keras", keras(registered), SILENT),
        Hostile("keras: function", "m.keras", keras(function), SILENT),
        Hostile("keras: nested Lambda", "m.keras", keras(nested), SILENT),
        Hostile("keras: Lambda in HDF5", "m.h5", _h5("Lambda"), SILENT),
        Hostile("keras: Lambda in HDF5, escaped", "m.h5",
                _h5("Lambda").replace(b'"Lambda"', b'"\\u004cambda"'), SILENT),
        Hostile("TensorFlow: WriteFile", "saved_model.pb", _tensorflow("WriteFile"), SILENT),
        Hostile("TensorFlow: PyFunc", "saved_model.pb", _tensorflow("PyFunc"), SILENT),
        Hostile("byte code", "model.bin", _compiled(), SILENT),
        Hostile("program", "model.bin", b"\x7fELF\x02\x01\x01" + bytes(60), SILENT),
        Hostile("script", "model", b"#!/bin/sh\ntouch ran\n", SILENT),
        Hostile("YAML with a tag of Python", "m.yaml",
                b"a: !!python/object/apply:os.system ['touch ran']\n", SILENT),
        Hostile("ONNX: default outside", "m.onnx", onnx_default_outside(), SILENT),
        Hostile("ONNX: Python", "m.onnx",
                onnx(domain="com.microsoft").replace(b"Relu", b"PyOp"), SILENT),
        Hostile("ONNX: drive", "m.onnx", onnx(place="C:/Windows/x"), SILENT),
        Hostile("ONNX: cut off", "m.onnx", onnx()[:-3], SILENT),
        Hostile("npy as .onnx", "m.onnx", evil_object, SILENT),
        Hostile("pickle as .skops", "m.skops", EVIL),
        Hostile("pickle as .npy", "m.npy", EVIL),
        Hostile("pickle as .h5", "m.h5", EVIL),
        Hostile("npy header with code", "m.npy",
                b"\x93NUMPY\x01\x00\x2e\x00" + b"{'descr': __import__('os').system('x')}".ljust(46),
                SILENT),
    ]  # fmt: skip


def foreign_hostile_files() -> list[Hostile]:
    """Every case."""
    return [*_calls(), *_tricks(), *_containers()]
