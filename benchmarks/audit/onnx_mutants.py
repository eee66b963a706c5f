"""Honest ONNX models, mutants of them, and files built to do harm: see `opening_models.py`."""

# ruff: noqa: E501 - one file a line reads as a table

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
from opening_mutants import HUGE, TWO, Case, changed_bytes


def _model(
    nodes: list[Any],
    *,
    initial: dict[str, np.ndarray[Any, Any]] | None = None,
    outputs: tuple[tuple[str, int], ...] = (("y", 1),),
    inputs: tuple[str, ...] = (),
    functions: list[Any] | None = None,
) -> Any:
    from onnx import TensorProto, helper, numpy_helper

    put_in = [
        helper.make_tensor_value_info(n, TensorProto.FLOAT, [None, 1 if inputs else 4])
        for n in inputs or ("x",)
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        put_in,
        [
            _dictionaries(n) if kind < 0 else helper.make_tensor_value_info(n, kind, None)
            for n, kind in outputs
        ],
        [numpy_helper.from_array(v, n) for n, v in (initial or {}).items()],
    )
    operators = [helper.make_opsetid(*one) for one in (("", 18), ("ai.onnx.ml", 3), ("own", 1))]
    return helper.make_model(
        graph, opset_imports=operators, ir_version=9, functions=functions or []
    )


def honest_onnx() -> dict[str, Any]:
    """Models as converters write them: linear, net, trees, pipeline, recurrent, convolution."""
    from onnx import helper

    def node(name: str, put_in: list[str], out: list[str], **more: Any) -> Any:
        return helper.make_node(name, put_in, out, **more)

    rng = np.random.default_rng(1)

    def real(*shape: int) -> np.ndarray[Any, Any]:
        return rng.normal(size=shape).astype(np.float32)

    ml = {"domain": "ai.onnx.ml"}
    tree: dict[str, Any] = {
        "nodes_treeids": [0, 0, 0, 1, 1, 1],
        "nodes_nodeids": [0, 1, 2, 0, 1, 2],
        "nodes_featureids": [0, 0, 0, 1, 0, 0],
        "nodes_values": [0.1, 0.0, 0.0, -0.2, 0.0, 0.0],
        "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"] * 2,
        "nodes_truenodeids": [1, 0, 0, 1, 0, 0],
        "nodes_falsenodeids": [2, 0, 0, 2, 0, 0],
    }
    leaves = [0, 0, 1, 1], [1, 2, 1, 2], [0, 0, 0, 0], [0.3, 0.7, 0.4, 0.6]
    classes = dict(zip(("treeids", "nodeids", "ids", "weights"), leaves, strict=True))
    forest = node(
        "TreeEnsembleClassifier", ["x"], ["label", "y"], classlabels_int64s=[0, 1], **ml,
        post_transform="LOGISTIC", **tree, **{f"class_{k}": v for k, v in classes.items()},
    )  # fmt: skip
    zipped = node("ZipMap", ["p"], ["y"], classlabels_int64s=[0, 1], **ml)
    line = {"coefficients": [0.5, 1.0, -1.0, 0.2, -0.5, -1.0, 1.0, -0.2], "intercepts": [0.1, -0.1]}
    shape = {"shape": np.array([-1, 1, 4], np.int64), "one": np.array([0], np.int64)}
    svm = node(
        "SVMClassifier", ["x"], ["label", "y"], **ml, classlabels_ints=[0, 1],
        coefficients=[0.5, -0.5], kernel_params=[0.2, 0.0, 3.0], kernel_type="RBF",
        rho=[0.1], support_vectors=[0.1] * 8, vectors_per_class=[1, 1],
        prob_a=[-1.0], prob_b=[0.0],
    )  # fmt: skip
    return {
        "net": _model(
            [
                node("Gemm", ["x", "w", "b"], ["h"]), node("Relu", ["h"], ["r"]),
                node("Dropout", ["r"], ["d"]), node("MatMul", ["d", "v"], ["z"]),
                node("BatchNormalization", ["z", "m", "m", "m", "s"], ["n"]),
                node("Softmax", ["n"], ["y"], axis=1),
            ],
            initial={"w": real(4, 8), "b": real(8), "v": real(8, 2), "m": real(2), "s": abs(real(2))},
        ),
        "forest": _model([forest], outputs=(("label", 7), ("y", 1))),
        "forest of values": _model([node(
            "TreeEnsembleRegressor", ["x"], ["y"], n_targets=1, **ml, **tree,
            **{f"target_{k}": v for k, v in classes.items()},
        )]),
        "pipeline": _model(
            [
                node("Imputer", ["x"], ["i"], imputed_value_floats=[0.0], replaced_value_float=-9.0, **ml),
                node("Scaler", ["i"], ["s"], offset=[0.0] * 4, scale=[1.0] * 4, **ml),
                node("ArrayFeatureExtractor", ["s", "cols"], ["a"], **ml),
                node("LinearClassifier", ["a"], ["label", "q"], classlabels_ints=[0, 1], **line, **ml),
                node("Normalizer", ["q"], ["y"], norm="L1", **ml),
            ],
            initial={"cols": np.arange(4, dtype=np.int64)},
            outputs=(("label", 7), ("y", 1)),
        ),
        "support vectors": _model([svm], outputs=(("label", 7), ("y", 1))),
        "dictionaries": _model(
            [node("MatMul", ["x", "w"], ["z"]), node("Softmax", ["z"], ["p"]), zipped],
            initial={"w": real(4, 2)},
            outputs=(("y", -1),),
        ),
        "recurrent": _model(
            [
                node("Reshape", ["x", "shape"], ["u"]), node("Transpose", ["u"], ["t"], perm=[1, 0, 2]),
                node("LSTM", ["t", "w", "r"], ["", "h"], hidden_size=3),
                node("Squeeze", ["h", "one"], ["e"]), node("MatMul", ["e", "v"], ["z"]),
                node("Softmax", ["z"], ["y"]),
            ],
            initial={"w": real(1, 12, 4), "r": real(1, 12, 3), "v": real(3, 2), **shape},
        ),
        "convolution": _model(
            [
                node("Reshape", ["x", "image"], ["u"]),
                node("Conv", ["u", "k"], ["c"], kernel_shape=[2, 2], pads=[1, 1, 1, 1]),
                node("MaxPool", ["c"], ["p", "places"], kernel_shape=[2, 2], strides=[1, 1]),
                node("MaxUnpool", ["p", "places"], ["o"], kernel_shape=[2, 2], strides=[1, 1]),
                node("Flatten", ["o"], ["f"]), node("MatMul", ["f", "v"], ["z"]),
                node("Softmax", ["z"], ["y"]),
            ],
            initial={"k": real(2, 1, 2, 2), "v": real(18, 2), "image": np.array([-1, 1, 2, 2], np.int64)},
        ),
        "attention": _model(
            [
                node("Reshape", ["x", "shape"], ["u"]),
                node("Einsum", ["u", "u"], ["s"], equation="bij,bkj->bik"),
                node("Expand", ["s", "wide"], ["e"]), node("Gather", ["e", "one"], ["g"], axis=2),
                node("Slice", ["g", "one", "end"], ["l"]), node("TopK", ["l", "end"], ["t", "ti"]),
                node("ReduceMean", ["x", "end"], ["a"], keepdims=1), node("Sigmoid", ["a"], ["b"]),
                node("Concat", ["b", "b"], ["y0"], axis=1), node("Pad", ["y0", "pads"], ["y"]),
            ],
            initial={
                **shape, "wide": np.array([1, 1, 5], np.int64), "end": np.array([1], np.int64),
                "pads": np.zeros(4, np.int64),
            },
        ),
    }  # fmt: skip


def _structured(model: Any, dice: random.Random) -> Any:  # noqa: C901, PLR0912 - a choice of ways
    """A change that a parser accepts: names, attributes, shapes, types, places, order."""
    from onnx import ModelProto

    copy = ModelProto()
    copy.CopyFrom(model)
    graph = copy.graph
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        way = dice.randrange(12)
        node = dice.choice(graph.node)
        if (way <= 2 or way >= 9) and node.attribute:
            _attribute(dice.choice(node.attribute), dice)
        elif way == 3 and graph.initializer:
            one = dice.choice(graph.initializer)
            if one.dims and dice.random() < 0.7:
                one.dims[dice.randrange(len(one.dims))] = dice.choice((*HUGE, 1, 3, 5, 100_000))
            else:
                one.data_type = dice.randrange(0, 24)
        elif way == 4 and graph.initializer:
            one = dice.choice(graph.initializer)
            one.raw_data = changed_bytes(one.raw_data or b"\0" * 8, dice)
        elif way == 5:
            names = [n for other in graph.node for n in (*other.input, *other.output)]
            places = node.input if dice.random() < 0.7 else node.output
            if places:
                places[dice.randrange(len(places))] = dice.choice(names)
        elif way == 6:
            node.op_type = dice.choice(OPERATORS)
        elif way == 7:
            kind = dice.choice((*graph.input, *graph.output)).type.tensor_type
            kind.elem_type = dice.randrange(0, 24)
            if kind.shape.dim and dice.random() < 0.7:
                dice.choice(kind.shape.dim).dim_value = dice.choice((*HUGE, 3, 5))
        elif way == 8:
            dice.choice(copy.opset_import).version = dice.choice((*HUGE, 1, 6, 7, 11, 24, 99))
            if dice.random() < 0.3:
                copy.ir_version = dice.choice((*HUGE, 1, 3, 99))
    return copy


def _attribute(one: Any, dice: random.Random) -> None:
    numbers = (*HUGE, 1, 2, 3, 7, 1000, -2)
    if one.ints:
        for _ in range(dice.choice((1, 1, 3))):
            one.ints[dice.randrange(len(one.ints))] = dice.choice(numbers)
        if dice.random() < 0.2:
            del one.ints[dice.randrange(len(one.ints)) :]
    elif one.floats:
        one.floats[dice.randrange(len(one.floats))] = dice.choice((float("nan"), 1e38, -1e38, 0.0))
        if dice.random() < 0.4:
            del one.floats[dice.randrange(len(one.floats)) :]
    elif one.strings:
        one.strings[dice.randrange(len(one.strings))] = dice.choice(
            (b"", b"BRANCH_EQ", b"LEAF", b"BRANCH_LEQ", b"\xff" * 9)
        )
    elif one.s:
        one.s = dice.choice((b"", b"NONE", b"SOFTMAX", b"PROBIT", b"POLY", b"ab,bc->" + b"z" * 60))
    else:
        one.i, one.f = dice.choice(numbers), 1e38


OPERATORS = (
    "ConstantOfShape", "Expand", "Tile", "Range", "Gather", "GatherND", "ScatterND", "Scatter",
    "MaxUnpool", "Resize", "Pad", "OneHot", "Reshape", "Slice", "Split", "Transpose", "Where",
    "NonZero", "Unique", "Compress", "CumSum", "Det", "DFT", "STFT", "GRU", "RNN", "LSTM", "Conv",
    "ConvTranspose", "Identity", "Cast", "Concat", "SequenceAt", "SplitToSequence", "GridSample",
    "RoiAlign", "NonMaxSuppression", "TfIdfVectorizer", "StringNormalizer", "Multinomial", "Scan",
    "QLinearMatMul", "DynamicQuantizeLinear", "EyeLike", "Trilu", "HammingWindow", "ImageDecoder",
)  # fmt: skip


def built_onnx() -> Iterator[Case]:
    """Files that parse and then grow, loop, nest or reach out."""
    yield from _enormous()
    yield from _unfolding()
    yield from _looping()
    yield from _reaching()
    yield from _odd()


def given(name: str, nodes: list[Any], **more: Any) -> Case:
    """A file of these nodes."""
    return Case(name, _model(nodes, **more).SerializeToString())


def _enormous() -> Iterator[Case]:
    """One operator that asks for very much."""
    from onnx import helper

    node = helper.make_node
    sizes = (10**8, 10**9, 10**10, 2**40, 2**62)
    for size in sizes:
        far = {"n": np.array([size], np.int64)}
        top = [node("ReduceSum", ["big"], ["t"], keepdims=0), node("Add", ["x", "t"], ["y"])]
        yield given(
            f"ConstantOfShape {size}", [node("ConstantOfShape", ["n"], ["big"]), *top], initial=far
        )
        halves = {
            "n": np.array([int(size**0.5) + 1] * 2, np.int64),
            "u": np.ones((1, 1), np.float32),
        }
        yield given(f"Expand {size}", [node("Expand", ["u", "n"], ["big"]), *top], initial=halves)
        yield given(f"Tile {size}", [node("Tile", ["u", "n"], ["big"]), *top], initial=halves)
        at_run = [node("Add", ["n", "zero"], ["m"]), node("Shape", ["x"], ["sh"]),
            node("Sub", ["sh", "sh"], ["d"]), node("ReduceSum", ["d"], ["zero"], keepdims=0)]  # fmt: skip
        run = [*at_run[1:], at_run[0], node("ConstantOfShape", ["m"], ["big"]), *top]
        yield given(f"ConstantOfShape at run {size}", run, initial=far)
        ends = {
            "a": np.array(0, np.float32),
            "b": np.array(size, np.float32),
            "c": np.array(1, np.float32),
        }
        yield given(f"Range {size}", [node("Range", ["a", "b", "c"], ["big"]), *top], initial=ends)
        yield given(
            f"OneHot {size}",
            [node("OneHot", ["axis", "n", "v"], ["big"]), *top],
            initial={**far, "axis": np.array([1], np.int64), "v": np.array([0, 1], np.float32)},
        )
        yield given(
            f"Pad {size}",
            [node("Pad", ["x", "p"], ["big"]), *top],
            initial={"p": np.array([0, 0, 0, min(size, 2**60)], np.int64)},
        )
        yield given(
            f"Resize {size}", [node("Reshape", ["x", "s4"], ["r"]), node("Resize", ["r", "", "", "z"], ["big"]), *top],
            initial={"s4": np.array([-1, 1, 2, 2], np.int64), "z": np.array([20, 1, int(size**0.5), int(size**0.5)], np.int64)},
        )  # fmt: skip
        yield given(
            f"EyeLike {size}",
            [node("ConstantOfShape", ["n"], ["z"]), node("EyeLike", ["z"], ["big"]), *top],
            initial=halves,
        )
        for what in ("HannWindow",):
            yield given(
                f"{what} {size}",
                [node(what, ["n"], ["big"]), *top],
                initial={"n": np.array(size, np.int64)},
            )


def _unfolding() -> Iterator[Case]:
    """Many steps, each of which doubles."""
    from onnx import helper

    node = helper.make_node
    for depth in (20, 26, 30, 40, 200):
        doubling = [node("Concat", [f"a{i}", f"a{i}"], [f"a{i + 1}"], axis=1) for i in range(depth)]
        end = node("ReduceMean", [f"a{depth}"], ["y"])
        yield given(f"doubled {depth} times", [node("Identity", ["x"], ["a0"]), *doubling, end])
        constant = [node("Concat", [f"a{i}", f"a{i}"], [f"a{i + 1}"], axis=0) for i in range(depth)]
        yield given(
            f"constants doubled {depth} times",
            [*constant, node("ReduceMean", [f"a{depth}"], ["m"]), node("Add", ["x", "m"], ["y"])],
            initial={"a0": np.ones((1, 1), np.float32)},
        )
        outer = [node("MatMul", [f"a{i}", f"a{i}"], [f"a{i + 1}"]) for i in range(depth)]
        yield given(
            f"chain {depth}",
            [
                node("Einsum", ["x", "x"], ["a0"], equation="bi,bj->ij"),
                *outer,
                node("ReduceMean", [f"a{depth}"], ["y"]),
            ],
        )
        functions = [
            helper.make_function(
                "own", f"F{i}", ["p"], ["q"],
                [node(f"F{i - 1}", ["p"], ["r"], domain="own"), node(f"F{i - 1}", ["r"], ["q"], domain="own")]
                if i else [node("Relu", ["p"], ["q"])],
                [helper.make_opsetid("", 18), helper.make_opsetid("own", 1)],
            )
            for i in range(min(depth, 30))
        ]  # fmt: skip
        yield given(
            f"functions of functions {depth}",
            [node(functions[-1].name, ["x"], ["y"], domain="own")],
            functions=functions,
        )
    itself = helper.make_function(
        "own",
        "F",
        ["p"],
        ["q"],
        [node("F", ["p"], ["q"], domain="own")],
        [helper.make_opsetid("own", 1)],
    )
    yield given("a function of itself", [node("F", ["x"], ["y"], domain="own")], functions=[itself])


def _looping() -> Iterator[Case]:
    """Loops, branches and scans."""
    from onnx import helper

    node = helper.make_node

    def body(nodes: list[Any], out: str, *more: Any) -> Any:
        return helper.make_graph(
            [node("Identity", ["go"], ["on"]), *nodes], "b",
            [helper.make_tensor_value_info("i", 7, []), helper.make_tensor_value_info("go", 9, []),
             helper.make_tensor_value_info("c", 1, None)],
            [helper.make_tensor_value_info("on", 9, []), helper.make_tensor_value_info(out, 1, None), *more],
        )  # fmt: skip

    for times in (10**6, 10**9, 2**62, None):
        first = "n" if times else ""
        far = {"n": np.array(times or 0, np.int64), "yes": np.array(True)}
        plain = body([node("Relu", ["c"], ["d"])], "d")
        yield given(
            f"Loop {times}", [node("Loop", [first, "yes", "x"], ["y"], body=plain)], initial=far
        )
        growing = body([node("Concat", ["c", "c"], ["d"], axis=1)], "d")
        yield given(
            f"growing Loop {times}",
            [
                node("Loop", [first, "yes", "x"], ["z"], body=growing),
                node("ReduceMean", ["z"], ["y"]),
            ],
            initial=far,
        )
        kept = body(
            [node("Relu", ["c"], ["d"]), node("Relu", ["c"], ["e"])],
            "d",
            helper.make_tensor_value_info("e", 1, None),
        )
        yield given(
            f"Loop that keeps all {times}",
            [node("Loop", [first, "yes", "x"], ["y", "all"], body=kept)],
            initial=far,
        )
        nested = body([node("Loop", ["n", "yes", "c"], ["d"], body=plain)], "d")
        yield given(
            f"Loop in a Loop {times}",
            [node("Loop", ["n", "yes", "x"], ["y"], body=nested)],
            initial=far,
        )
    for depth in (5, 15, 25):
        branch = helper.make_graph([node("Relu", ["x"], ["r"])], "b", [], [_any("r")])
        for at in range(depth):
            # Both branches: what is written grows with the depth only, what runs does not.
            inner = node("If", ["yes"], [f"r{at}"], then_branch=branch)
            branch = helper.make_graph([inner], "b", [], [_any(f"r{at}")])
        last = node("If", ["yes"], ["y"], then_branch=branch, else_branch=branch)
        yield given(f"If {depth} deep", [last], initial={"yes": np.array(True)})
    scanned = helper.make_graph(
        [node("Concat", ["s", "s"], ["s2"], axis=0), node("Identity", ["e"], ["o"])], "b",
        [_any("s"), _any("e")],
        [_any("s2"), _any("o")],
    )  # fmt: skip
    yield given(
        "growing Scan", [node("Scan", ["x", "x"], ["f", "y"], body=scanned, num_scan_inputs=1)]
    )


def _reaching() -> Iterator[Case]:
    """Data elsewhere, and operators of others."""
    from onnx import TensorProto, helper

    node = helper.make_node
    for place in (
        "/etc/passwd",
        "../../../etc/passwd",
        "data",
        "model.onnx",
        "/dev/zero",
        "/proc/self/mem",
        "/dev/stdin",
        "\0",
        "a" * 5000,
    ):
        for size in (None, 64, 2**40, -1):
            model = honest_onnx()["net"]
            one = model.graph.initializer[0]
            one.ClearField("raw_data")
            one.data_location = TensorProto.EXTERNAL
            parts = {
                "location": place,
                "offset": "0",
                **({} if size is None else {"length": str(size)}),
            }
            for key, value in parts.items():
                entry = one.external_data.add()
                entry.key, entry.value = key, value
            beside = (("data", np.ones(32, np.float32).tobytes()),) if place == "data" else ()
            yield Case(f"data in {place[:30]!r} ({size})", model.SerializeToString(), beside=beside)
    for domain, name in (
        ("com.microsoft", "EPContext"),
        ("com.microsoft", "CDist"),
        ("com.microsoft", "Attention"),
        ("com.microsoft", "QAttention"),
        ("com.microsoft", "SparseToDenseMatMul"),
        ("com.microsoft", "BeamSearch"),
        ("com.microsoft", "Tokenizer"),
        ("com.microsoft", "MurmurHash3"),
        ("pyop", "PyOp"),
        ("foreign", "Op"),
    ):
        for count in (1, 2, 3):
            model = _model([node(name, ["x"] * count, ["y"], domain=domain)])
            extra = model.opset_import.add()
            extra.domain, extra.version = domain, 1
            yield Case(f"{domain}:{name} of {count}", model.SerializeToString())


def _odd() -> Iterator[Case]:
    """Patterns, texts, thin tensors, and bytes that no converter writes."""
    from onnx import helper, numpy_helper

    node = helper.make_node
    for pattern in ("(a+)+$", "(" * 500 + "a" + ")" * 500, "a{1000}{1000}", "(?:a{0,1000}){1000}"):
        words = {"w": np.array(["a" * 40 + "b"] * 4, dtype=object)}
        model = _model(
            [
                node("RegexFullMatch", ["w"], ["m"], pattern=pattern),
                node("Cast", ["m"], ["f"], to=1),
                node("Mul", ["x", "f"], ["y"]),
            ],
            initial=words,
        )
        model.opset_import[0].version = 20
        yield Case(f"pattern {pattern[:20]}", model.SerializeToString())
    text = {"w": np.array(["a" * 1000], dtype=object)}
    for depth in (10, 25, 40):
        model = _model(
            [
                *[
                    node("StringConcat", [f"w{i}" if i else "w"] * 2, [f"w{i + 1}"])
                    for i in range(depth)
                ],
                node("Equal", [f"w{depth}"] * 2, ["m"]),
                node("Cast", ["m"], ["f"], to=1),
                node("Mul", ["x", "f"], ["y"]),
            ],
            initial=text,
        )
        model.opset_import[0].version = 20
        yield Case(f"texts doubled {depth} times", model.SerializeToString())
    sparse = honest_onnx()["net"]
    thin = sparse.graph.sparse_initializer.add()
    thin.values.CopyFrom(numpy_helper.from_array(np.ones(2, np.float32), "w"))
    thin.indices.CopyFrom(numpy_helper.from_array(np.array([0, 2**40], np.int64), "wi"))
    thin.dims.extend([4, 8])
    del sparse.graph.initializer[0]
    yield Case("sparse, beyond its end", sparse.SerializeToString())
    thin.indices.CopyFrom(numpy_helper.from_array(np.array([-5, 3], np.int64), "wi"))
    yield Case("sparse, before its begin", sparse.SerializeToString())
    thin.dims[0] = 2**33
    yield Case("sparse and huge", sparse.SerializeToString())
    group = b"\x0b" * 100_000
    yield Case("many fields", b"\x08\x09" * 10_000_000)
    yield Case("nested groups", group)
    yield Case("nested messages", _nested(30_000))


def _dictionaries(name: str) -> Any:
    from onnx import TensorProto, helper

    number = helper.make_tensor_type_proto(TensorProto.FLOAT, [])
    each = helper.make_map_type_proto(TensorProto.INT64, number)
    return helper.make_value_info(name, helper.make_sequence_type_proto(each))


def _any(name: str) -> Any:
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, TensorProto.FLOAT, None)


def _nested(depth: int) -> bytes:
    """Graphs within attributes within nodes within graphs, written from within."""
    inner = b""
    for at in range(depth):
        key = (b"\x0a", b"\x2a", b"\x32")[at % 3]
        inner = key + _length(len(inner)) + inner
    return b"\x08\x09\x3a" + _length(len(inner)) + inner + b"\x42\x04\x0a\x00\x10\x12"


def _length(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def onnx_cases(count: int) -> Iterator[Case]:
    """The built ones, then mutants of the honest ones, `count` in all or more."""
    built = list(built_onnx())
    yield from built
    models = honest_onnx()
    names = sorted(models)
    for number in range(max(0, count - len(built))):
        dice = random.Random(number)
        name = names[number % len(names)]
        model = models[name]
        classes = () if name == "forest of values" else TWO
        if number % 3 == 0:
            yield Case(
                f"{name}, bytes {number}", changed_bytes(model.SerializeToString(), dice), classes
            )
        else:
            yield Case(
                f"{name}, parts {number}", _structured(model, dice).SerializeToString(), classes
            )
