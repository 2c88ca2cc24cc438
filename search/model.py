"""Prepares the default embedding model once: packaged weights -> ONNX (int8) + tokenizer.

Run as `python -m search.model FOLDER`, so that the memory it needs goes with the process.
"""

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from search.errors import ModelUnavailable
from search.weights import SHA256, Pieces, WeightFile, weight_file

FORMAT = 1
"""Raised when the way of preparing changes, so that old folders are prepared anew."""
NAME = "multilingual-e5-small-int8"
FILES = ("model.onnx", "tokenizer.json")
Progress = Callable[[str, float], None]
_KEPT = (
    (0x20, 0x7E), (0x370, 0x3FF), (0x2000, 0x2BFF), (0x3000, 0x303F), (0x4E00, 0x9FFF),
    (0xFF00, 0xFFEF),
)  # fmt: skip
_KEPT_SINGLE = frozenset("▁°±²³µ·×")


def _kept(piece: str) -> bool:
    """Chinese, Latin, Greek, punctuation: the catalogue has no other script."""
    return all(
        ch in _KEPT_SINGLE or any(low <= ord(ch) <= high for low, high in _KEPT) for ch in piece
    )


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_prepared(folder: Path) -> bool:
    """Say whether the folder holds a whole model of the present format, by its hashes."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if (manifest["format"], manifest["source"]) != (FORMAT, SHA256):
            return False
        return all(file_sha256(folder / name) == manifest["sha256"][name] for name in FILES)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def prepare(folder: Path, progress: Progress = lambda _step, _share: None) -> None:
    """Write the model into `folder` (replacing what is there), all or nothing.

    Takes about 20 s and 1.2 GB of memory on two cores.

    Raises:
        ModelUnavailable: the packaged weights are missing or damaged, or the disk is full.
    """
    progress("核对权重文件", 0.0)
    source = weight_file()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".model-") as scratch:
            _build(WeightFile(source), Path(scratch), progress)
            shutil.rmtree(folder, ignore_errors=True)
            Path(scratch).chmod(0o755)
            Path(scratch).replace(folder)
            Path(scratch).mkdir()  # for the context manager to remove
    except OSError as error:
        raise ModelUnavailable(f"无法把向量模型写入 {folder}：{error.strerror}。") from error
    progress("完成", 1.0)


def _build(weights: WeightFile, folder: Path, progress: Progress) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    pieces = weights.pieces
    kept = [i for i, text in enumerate(pieces.texts) if i < 4 or _kept(text)]
    progress("写分词器", 0.1)
    _tokenizer(pieces, kept).save(str(folder / "tokenizer.json"))
    progress("还原权重", 0.2)
    model = _graph(weights, kept)
    full = folder / "full.onnx"
    onnx.save(model, str(full))
    del model
    progress("量化为 int8", 0.5)
    quantize_dynamic(
        str(full),
        str(folder / "model.onnx"),
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gather"],
    )
    full.unlink()
    progress("登记校验值", 0.95)
    manifest = {
        "format": FORMAT,
        "name": NAME,
        "source": SHA256,
        "sha256": {name: file_sha256(folder / name) for name in FILES},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), "utf-8")


def _tokenizer(pieces: Pieces, kept: list[int]) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = [(pieces.texts[i], pieces.scores[i]) for i in kept]
    unigram = models.Unigram(vocabulary, unk_id=kept.index(pieces.unknown), byte_fallback=False)
    tokenizer = Tokenizer(unigram)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(
        replacement="▁", prepend_scheme="always", split=True
    )
    begin, end = kept.index(pieces.begin), kept.index(pieces.end)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", begin), ("</s>", end)],
    )
    tokenizer.enable_truncation(512)
    return tokenizer


class _GraphBuilder:
    """Collects ONNX nodes and constants; each call names its own output."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        from onnx import helper

        output = output or f"{operator}_{len(self.nodes)}"
        node = helper.make_node(operator, list(inputs), [output], name=output, **attributes)
        self.nodes.append(node)
        return output


def _graph(weights: WeightFile, kept: list[int]) -> Any:
    """Build BERT with post-layer-norm, exact GELU, mean pooling and unit length.

    Inputs `input_ids`, `attention_mask` int64 (batch, length); output `embedding` float32
    (batch, hidden).
    """
    import onnx
    from onnx import TensorProto, helper

    shape, g = weights.shape, _GraphBuilder()
    hidden = shape.hidden
    g.constant("word", weights.matrix("emb.word", hidden, kept))
    positions = weights.vector("emb.pos").reshape(shape.positions, hidden)
    g.constant("pos", positions + weights.vector("emb.type").reshape(-1, hidden)[0])
    for name, value in (("zero", 0), ("one", 1), ("two", 2)):
        g.constant(name, np.array([value], np.int64))
    g.constant("unit", np.array(1.0, np.float32))
    g.constant("closed", np.array(-1e9, np.float32))
    g.constant("split", np.array([0, 0, shape.heads, hidden // shape.heads], np.int64))
    g.constant("joined", np.array([0, 0, hidden], np.int64))
    g.constant("scale", np.array(1 / np.sqrt(hidden // shape.heads), np.float32))
    length = g.add("Slice", g.add("Shape", "input_ids"), "one", "two")
    x = g.add("Gather", "word", "input_ids")
    x = g.add("Add", x, g.add("Slice", "pos", "zero", length, "zero"))
    x = _norm(g, weights, x, "emb.ln", "emb.ln.w", "emb.ln.b")
    mask = g.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    open_ = g.add("Unsqueeze", g.add("Unsqueeze", mask, "one"), "one")
    bias = g.add("Mul", g.add("Sub", "unit", open_), "closed")
    for layer in range(shape.layers):
        x = _layer(g, weights, x, bias, f"l{layer}.")
    counted = g.add("Mul", x, g.add("Unsqueeze", mask, "two"))
    total = g.add("ReduceSum", counted, "one", keepdims=0)
    mean = g.add("Div", total, g.add("ReduceSum", mask, "one", keepdims=1))
    g.add("LpNormalization", mean, output="embedding", axis=-1, p=2)
    tokens = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    result = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", hidden])
    graph = helper.make_graph(g.nodes, NAME, tokens, [result], g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    return model


def _norm(g: _GraphBuilder, weights: WeightFile, x: str, name: str, w: str, b: str) -> str:
    scale = g.constant(f"{name}.scale", weights.vector(w))
    shift = g.constant(f"{name}.shift", weights.vector(b))
    return g.add(
        "LayerNormalization", x, scale, shift, axis=-1, epsilon=float(weights.shape.epsilon)
    )


def _layer(g: _GraphBuilder, weights: WeightFile, x: str, bias: str, at: str) -> str:
    hidden = weights.shape.hidden

    def linear(x: str, name: str, inputs: int = hidden) -> str:
        matrix = g.constant(f"{at}{name}.w", weights.matrix(f"{at}{name}.w", inputs).T)
        shift = g.constant(f"{at}{name}.b", weights.vector(f"{at}{name}.b"))
        return g.add("Add", g.add("MatMul", x, matrix), shift)

    def heads(x: str, order: list[int]) -> str:
        return g.add("Transpose", g.add("Reshape", x, "split"), perm=order)

    query = heads(g.add("Mul", linear(x, "q"), "scale"), [0, 2, 1, 3])
    key = heads(linear(x, "k"), [0, 2, 3, 1])
    value = heads(linear(x, "v"), [0, 2, 1, 3])
    weight = g.add("Softmax", g.add("Add", g.add("MatMul", query, key), bias), axis=-1)
    seen = g.add("Transpose", g.add("MatMul", weight, value), perm=[0, 2, 1, 3])
    seen = linear(g.add("Reshape", seen, "joined"), "ao")
    x = _norm(g, weights, g.add("Add", seen, x), f"{at}aln", f"{at}aln.w", f"{at}aln.b")
    inner = linear(g.add("Gelu", linear(x, "fi")), "fo", weights.shape.inner)
    return _norm(g, weights, g.add("Add", inner, x), f"{at}oln", f"{at}oln.w", f"{at}oln.b")


def main() -> int:
    """Prepare the model, writing `STEP\\tSHARE` lines for whoever shows progress."""

    def report(step: str, share: float) -> None:
        sys.stdout.write(f"{step}\t{share}\n")
        sys.stdout.flush()

    try:
        prepare(Path(sys.argv[1]), report)
    except ModelUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
