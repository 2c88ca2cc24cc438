"""Chooses the encoder that the settings ask for, and prepares the default model once.

A model that cannot be had is no reason not to start: search is then by words only, and says why.
A full disk is one, for nothing else would work either.
"""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path

from search.encoder import Encoder, OnnxEncoder, SentenceTransformersEncoder
from search.errors import ModelUnavailable
from search.model import NAME, is_prepared
from web.problems import DiskFull
from web.progress import Progress
from web.settings import Settings

SPACE = 700 * 2**20
"""Bytes that preparing the default model needs for a short time (measured: 480 MB)."""


@dataclass(frozen=True, slots=True)
class EncoderState:
    """The encoder in use with the model's name, or None and the reason in Chinese."""

    encoder: Encoder | None
    name: str | None = None
    reason: str | None = None

    @property
    def lexical_only(self) -> bool:
        """Whether search goes by words only."""
        return self.encoder is None

    @property
    def fingerprint(self) -> str | None:
        """Which weights are in use."""
        return self.encoder.fingerprint if self.encoder else None


def open_encoder(settings: Settings, progress: Progress) -> EncoderState:
    """Return the encoder; what fails is kept as the reason.

    Raises:
        DiskFull: there is no space to prepare the default model.
    """
    wanted = settings.embedding_model
    if wanted.lower() == "none":
        return EncoderState(None, reason="设置 KG_EMBEDDING_MODEL=none，只按词语检索。")
    try:
        if not wanted:
            if not is_prepared(settings.model_folder):
                prepare_model(settings.model_folder, progress)
            return EncoderState(OnnxEncoder(settings.model_folder, settings.threads), NAME)
        with progress.step(f"载入向量模型 {wanted}"):
            if (Path(wanted) / "manifest.json").is_file():
                return EncoderState(OnnxEncoder(Path(wanted), settings.threads), wanted)
            return EncoderState(SentenceTransformersEncoder(wanted), wanted)
    except ModelUnavailable as error:
        return EncoderState(None, reason=str(error))


def prepare_model(folder: Path, progress: Progress) -> None:
    """Run `python -m search.model` in a process of its own: its memory goes with it.

    Raises:
        ModelUnavailable: it failed, with its last words. DiskFull: for want of space.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left_behind in folder.parent.glob(".model-*"):  # of a process that was killed
        shutil.rmtree(left_behind, ignore_errors=True)
    if shutil.disk_usage(folder.parent).free < SPACE:
        raise DiskFull(folder)
    command = [sys.executable, "-m", "search.model", str(folder)]
    with (
        progress.step("准备向量模型（只做一次）") as advance,
        subprocess.Popen(  # noqa: S603 - our own module
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        ) as process,
    ):
        if process.stdout is None or process.stderr is None:  # pragma: no cover - they are pipes
            raise ModelUnavailable("向量模型的准备进程没有输出。")
        try:
            for line in process.stdout:
                _step, _tab, share = line.rpartition("\t")
                advance(round(100 * float(share)), 100)
            words = process.stderr.read().strip()
        except BaseException:
            process.send_signal(signal.SIGINT)  # so that it removes what is half made
            raise
    if process.returncode:
        if os.strerror(ENOSPC) in words:
            raise DiskFull(folder)
        last = words.splitlines()[-1] if words else f"退出码 {process.returncode}"
        raise ModelUnavailable(f"向量模型没有准备好：{last}")
