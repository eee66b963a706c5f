"""Hostile model files with a harmless payload: where they are loaded naively, a file `ran` appears.

Each case says how a careless reader would open it, so that a test can prove, in a subprocess, that
the payload would have run. Nothing here is executed when the files are made.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import pickle
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass

PAYLOAD = "open('ran','w').close()"
#: A module that a payload may import from the folder that it runs in.
MODULE = f"{PAYLOAD}\n"
#: Stands for torch where torch is not installed.
TORCH_HUB = f"def load(*a, **k):\n    {PAYLOAD}\n"


@dataclass(frozen=True)
class Hostile:
    """One hostile file.

    Attributes:
        loader: Python that a careless reader would run; reads from `path`. Empty: there is nothing
            to run, the harm lies elsewhere (a bomb, a path).
    """

    name: str
    file: str
    content: bytes
    loader: str = "import pickle; pickle.load(open(path, 'rb'))"


def dumps(module: str, name: str, *arguments: object, protocol: int = 2) -> bytes:
    """A pickle that calls `module.name(*arguments)`, without importing it."""
    body = pickle.dumps(arguments, protocol)
    head = body[:2] if protocol >= 2 else b""
    rest = body[len(head) : -1]
    if protocol >= 4:
        # The frame would announce a wrong length.
        return head + _name4(module, name) + rest[9:] + b"R."
    return head + f"c{module}\n{name}\n".encode() + rest + b"R."


def _text(text: str) -> bytes:
    raw = text.encode()
    return b"\x8c" + bytes([len(raw)]) + raw


def _name4(module: str, name: str) -> bytes:
    return _text(module) + _text(name) + b"\x93"


EVIL = dumps("builtins", "exec", PAYLOAD)


def _through_memo() -> bytes:
    """The name stands in the memo in pieces and is fetched from there."""
    return (
        b"\x80\x04" + _text("os") + b"\x940" + _text("system") + b"\x940"
        + b"h\x00h\x01\x93" + _text("touch ran") + b"\x85R."
    )  # fmt: skip


def _getattr_chain() -> bytes:
    """getattr(os, 'system') without ever naming os.system."""
    return (
        b"\x80\x04" + _name4("builtins", "getattr")
        + _name4("importlib", "import_module") + _text("os") + b"\x85R"
        + _text("system") + b"\x86R" + _text("touch ran") + b"\x85R."
    )  # fmt: skip


def _build_state() -> bytes:
    """An allowed class is given an evil attribute by BUILD."""
    return (
        b"\x80\x02csklearn.dummy\nDummyClassifier\n)\x81}(X\x07\x00\x00\x00predict"
        b"cos\nsystem\nub0" + EVIL[2:]
    )  # fmt: skip


def _inst() -> bytes:
    return b"(S'touch ran'\nios\nsystem\n."


def _obj() -> bytes:
    return b"\x80\x02(cos\nsystem\nX\x09\x00\x00\x00touch rano."


def _old_names() -> bytes:
    return b"c__builtin__\neval\n(V" + PAYLOAD.encode() + b"\ntR."


def _partial() -> bytes:
    return (
        b"\x80\x04" + _name4("functools", "partial") + _name4("os", "system")
        + _text("touch ran") + b"\x86R)R."
    )  # fmt: skip


def _reconstructor() -> bytes:
    """A base class with a constructor of its own, through an allowed function."""
    popen = b"csubprocess\nPopen\n"
    return b"ccopy_reg\n_reconstructor\n(" + popen + popen + b"V/usr/bin/touch\ntR."


def _new_with_init() -> bytes:
    return dumps("subprocess", "check_call", ["touch", "ran"], protocol=4)


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def tarred(*members: tuple[str, bytes]) -> bytes:
    """A tar with these members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def torch_zip(data: bytes, *more: tuple[str, bytes], folder: str = "archive") -> bytes:
    """torch's container around a pickle."""
    notes = (("byteorder", b"little"), ("version", b"3\n"))
    members = [("data.pkl", data), *notes, *more]
    return zipped(*[(f"{folder}/{name}", content) for name, content in members])


def torch_state() -> bytes:
    """A clean state in torch's container, in its exact layout: one tensor of four numbers."""
    kind = b"storagectorch\nFloatStorage\n"
    storage = b"(X\x07\x00\x00\x00" + kind + b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x04tQ"
    tensor = (
        b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\x00K\x04\x85K\x01\x85\x89"
        b"ccollections\nOrderedDict\n)RtR"
    )
    data = b"\x80\x02ccollections\nOrderedDict\n)RX\x06\x00\x00\x00weight" + tensor + b"s."
    return torch_zip(data, ("data/0", struct.pack("<4f", 1, 2, 3, 4)))


def torch_legacy(evil: bytes) -> bytes:
    """torch's older container around a pickle."""
    head = (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})
    return b"".join(pickle.dumps(part, 2) for part in head) + evil + pickle.dumps([], 2)


def npy_objects(evil: bytes) -> bytes:
    """A numpy array of objects."""
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + evil


def bomb() -> bytes:
    """50 MB of nothing in 50 kB."""
    return zipped(("data.bin", bytes(50_000_000)), method=zipfile.ZIP_DEFLATED)


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def onnx(*, domain: str = "", place: str = "") -> bytes:
    """An ONNX model of one node and one constant, written field by field."""
    node = _field(1, b"x") + _field(2, b"y") + _field(4, b"Relu") + _field(7, domain.encode())
    tensor = b"\x08\x01\x10\x01" + _field(8, b"w")
    if place:
        entry = _field(1, b"location") + _field(2, place.encode())
        tensor += _field(13, entry) + _varint(14 << 3) + b"\x01"
    else:
        tensor += _field(9, b"\0\0\0\0")
    graph = _field(1, node) + _field(2, b"g") + _field(5, tensor)
    return b"\x08\x08" + _field(7, graph) + _field(8, _field(1, b"") + b"\x10\x13")


def safetensors(header: dict[str, object], data: bytes) -> bytes:
    """A safetensors file."""
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def _pickle_and_zip() -> bytes:
    """A pickle with an innocent zip behind it: zip readers look from the end."""
    return EVIL + zipped(("readme.txt", b"nothing"))


def _differing_names() -> bytes:
    """The directory calls the member otherwise than the member itself."""
    content = bytearray(zipped(("aaaa.pkl", EVIL)))
    content[30:34] = b"bbbb"
    return bytes(content)


def _wrong_checksum() -> bytes:
    content = bytearray(torch_zip(EVIL))
    place = content.index(b"PK\x01\x02")
    content[place + 16] ^= 0xFF
    return bytes(content)


def _encrypted() -> bytes:
    content = bytearray(zipped(("model.pkl", EVIL)))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def skops(module: str, name: str, loader: str) -> bytes:
    """A skops file that holds one thing."""
    node = {"__class__": name, "__module__": module, "__loader__": loader, "__id__": 1}
    node |= {"content": [] if loader == "ListNode" else None}
    return zipped(("schema.json", json.dumps({**node, "protocol": 2}).encode()))


def _joblib_hidden() -> bytes:
    """A clean object for joblib; for pickle.load the padding of its array is a program."""
    import numpy as np

    array = pickle.dumps(np.dtype("u1"), 2)[2:-1]
    padding = EVIL[2:]
    keys = [
        (b"subclass", b"cnumpy\nndarray\n"), (b"shape", b"K\x00\x85"),
        (b"dtype", array), (b"numpy_array_alignment_bytes", b"K\x10"),
    ]  # fmt: skip
    state = b"".join(b"X" + struct.pack("<I", len(key)) + key + value for key, value in keys)
    # The length of the padding is at the same time the operation `(`, which does nothing by itself.
    padding = padding[:-1].ljust(0x28 - 1, b"N") + b"."
    return (
        b"\x80\x02cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(" + state + b"ub"
        + b"\x28" + padding + b"."
    )  # fmt: skip


def tar_and_pickle() -> bytes:
    """A tar whose first name is a program for pickle.load."""
    return tarred(("cposix\nsystem\n(S'touch ran'\ntR.", b"\x93NUMPY"))


LOAD_JOBLIB = (
    "import pickle, zlib, gzip, bz2\n"
    "raw = open(path, 'rb').read()\n"
    "for f in (zlib.decompress, gzip.decompress, bz2.decompress):\n"
    "    try:\n        raw = f(raw)\n        break\n    except Exception: pass\n"
    "pickle.loads(raw)"
)
LOAD_ZIP = (
    "import pickle, zipfile\n"
    "z = zipfile.ZipFile(path)\n"
    "for n in z.namelist():\n"
    "    if n.endswith('.pkl'): pickle.loads(z.read(n))"
)
LOAD_NPY = "import numpy; numpy.load(path, allow_pickle=True)"
LOAD_NPZ = "import numpy; [v for v in numpy.load(path, allow_pickle=True).values()]"
LOAD_SEVERAL = (
    "import pickle\n"
    "f = open(path, 'rb')\n"
    "while f.peek(1): pickle.load(f)"
)  # fmt: skip
LOAD_TAR_ZIP = (
    "import io, pickle, tarfile, zipfile\n"
    "t = tarfile.open(path)\n"
    "z = zipfile.ZipFile(io.BytesIO(t.extractfile('a.zip').read()))\n"
    "pickle.loads(z.read('m.pkl'))"
)


def _calls() -> list[Hostile]:
    """Functions that run what they are handed."""
    calls = {
        "os.system": ("posix", "system", "touch ran"),
        "eval": ("builtins", "eval", PAYLOAD),
        "exec": ("builtins", "exec", PAYLOAD),
        "importlib.import_module": ("importlib", "import_module", "steiger_payload"),
        "torch.hub.load": ("torch.hub", "load", "owner/repository", "model"),
        "code.interact": ("code", "interact", "", None, None),
        "runpy.run_path": ("runpy", "run_path", "steiger_payload.py"),
        "timeit.main": ("timeit", "main", ["-n", "1", "-r", "1", PAYLOAD]),
        "cProfile.run": ("cProfile", "run", PAYLOAD),
        "pdb.run": ("bdb", "Bdb.run", None),
        "numpy.testing.runstring": ("numpy.testing._private.utils", "runstring", PAYLOAD, {}),
        "subprocess.Popen": ("subprocess", "Popen", ["touch", "ran"]),
        "pydoc.pipepager": ("pydoc", "pipepager", "", "touch ran"),
        "pickle.loads": ("_pickle", "loads", EVIL),
        "pip.main": ("pip._internal.cli.main", "main", ["--version"]),
        "idlelib": ("idlelib.pyshell", "ModifiedInterpreter.runcode", None),
        "torch.load": ("torch.storage", "_load_from_bytes", EVIL),
        "shutil.rmtree": ("shutil", "rmtree", "steiger-no-such-folder"),
    }
    silent = {"pdb.run", "pip.main", "idlelib", "torch.load", "shutil.rmtree"}
    return [
        Hostile(
            f"call {name}",
            "model.pkl",
            dumps(*call),
            "" if name in silent else Hostile.loader,
        )
        for name, call in calls.items()
    ]


def _tricks() -> list[Hostile]:
    """Ways to hide a call in a single pickle."""
    cut = EVIL[:-1]
    return [
        Hostile("name from the memo", "model.pkl", _through_memo()),
        Hostile("getattr chain", "model.pkl", _getattr_chain()),
        Hostile("functools.partial", "model.pkl", _partial()),
        Hostile("operator.attrgetter", "model.pkl", dumps("operator", "attrgetter", "a.b"), ""),
        Hostile("state of an allowed class", "model.pkl", _build_state(), ""),
        Hostile("INST", "model.pkl", _inst()),
        Hostile("OBJ", "model.pkl", _obj()),
        Hostile("names of Python 2", "model.pkl", _old_names()),
        Hostile("base with a constructor", "model.pkl", _reconstructor(), ""),
        Hostile("protocol 4", "model.pkl", _new_with_init()),
        Hostile("extension registry", "model.pkl", b"\x80\x02\x82\x01)R.", ""),
        Hostile("cut off after the call", "model.pkl", cut),
        Hostile("broken after the call", "model.pkl", cut + b"\xff\xff"),
        Hostile("second pickle", "model.pkl", pickle.dumps([1]) + EVIL, LOAD_SEVERAL),
        Hostile("data after STOP", "model.pkl", pickle.dumps([1]) + b"MZ\x90\x00hidden", ""),
        Hostile("persistent id", "model.pkl", b"\x80\x02X\x01\x00\x00\x00aQ.", ""),
    ]


def _disguises() -> list[Hostile]:
    """Pickles under another name, packed, nested."""
    tar_zip = tarred(("a.zip", zipped(("m.pkl", EVIL))))
    return [
        Hostile("pickle as .safetensors", "model.safetensors", EVIL),
        Hostile("pickle as .txt", "notes.txt", EVIL),
        Hostile("pickle of protocol 0 as .json", "config.json", _old_names()),
        Hostile("pickle as .png", "logo.png", EVIL),
        Hostile("joblib, zlib", "model.joblib", zlib.compress(EVIL), LOAD_JOBLIB),
        Hostile("joblib, gzip", "model.joblib", gzip.compress(EVIL), LOAD_JOBLIB),
        Hostile("joblib, bzip2", "model.joblib", bz2.compress(EVIL), LOAD_JOBLIB),
        Hostile("joblib, in the padding", "model.joblib", _joblib_hidden(), ""),
        Hostile("zipped pickle", "models.zip", zipped(("m.pkl", EVIL)), LOAD_ZIP),
        Hostile("pickle in zip in tar", "models.tar", tar_zip, LOAD_TAR_ZIP),
        Hostile("torch container", "model.pt", torch_zip(EVIL), LOAD_ZIP),
        Hostile("torch container, wrong checksum", "model.pt", _wrong_checksum(), ""),
        Hostile("torch, old form", "model.pt", torch_legacy(EVIL), LOAD_SEVERAL),
        Hostile("TorchScript", "model.pt", torch_zip(pickle.dumps(1, 2), ("code/a.py", b"x")), ""),
        Hostile("object array", "weights.npy", npy_objects(EVIL), LOAD_NPY),
        Hostile("object array in npz", "w.npz", zipped(("a.npy", npy_objects(EVIL))), LOAD_NPZ),
        Hostile("skops: function", "m.skops", skops("os", "system", "FunctionNode"), ""),
        Hostile("skops: type", "m.skops", skops("subprocess", "Popen", "ObjectNode"), ""),
        Hostile("tar and pickle", "model.bin", tar_and_pickle()),
        Hostile("7z", "model.7z", b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(40), ""),
    ]


def _containers() -> list[Hostile]:
    """Archives and models that lie about themselves."""
    lambda_layer = (
        ("config.json", b'{"class_name": "Lambda"}'),
        ("metadata.json", b"{}"),
        ("model.weights.h5", b"\x89HDF\r\n\x1a\n"),
    )
    overlapping = {
        "a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
        "b": {"dtype": "U8", "shape": [4], "data_offsets": [2, 6]},
    }
    return [
        Hostile("zip bomb", "model.zip", bomb(), ""),
        Hostile("gzip bomb", "model.pkl.gz", gzip.compress(bytes(50_000_000)), ""),
        Hostile("path out of the folder", "model.zip", zipped(("../../x.npy", b"")), ""),
        Hostile("absolute path", "model.zip", zipped(("/etc/cron.d/x", b"")), ""),
        Hostile("pickle before a zip", "model.pt", _pickle_and_zip()),
        Hostile("zip after bytes", "model.zip", b"PK\x03\x04" + zipped(("a.txt", b"a")), ""),
        Hostile("differing names", "model.zip", _differing_names(), ""),
        Hostile("encrypted", "model.zip", _encrypted(), ""),
        Hostile("ONNX: foreign operator", "m.onnx", onnx(domain="evil.ops"), ""),
        Hostile("ONNX: data outside", "m.onnx", onnx(place="../../etc/passwd"), ""),
        Hostile("Keras: Lambda", "m.keras", zipped(*lambda_layer), ""),
        Hostile("safetensors: overlap", "m.safetensors", safetensors(overlapping, b"123456"), ""),
    ]


def hostile_files() -> list[Hostile]:
    """Every case."""
    return [*_calls(), *_tricks(), *_disguises(), *_containers()]
