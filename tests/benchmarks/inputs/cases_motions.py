"""Shared cases: BVH files of other programs."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from eightcount_client.errors import EightcountError
from tests.benchmarks.inputs.base import SharedCase, expect, expect_warning
from tests.benchmarks.inputs.motions import dance_for
from tests.benchmarks.inputs.product import Product

_LIMBS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")


def judge_extra_row(product: Product, folder: Path) -> str:
    """The file is read with 40 or 41 frames, and the difference is named."""
    motion = product.read_motion(folder / "rokoko_41_of_40_frames.bvh")
    frames = len(motion.arrays["timestamps"])
    expect(frames in (40, 41), f"{frames} frames were read")
    expect(bool(np.isfinite(motion.arrays["world"]).all()), "joints are not known")
    expect_warning(motion.warnings, "FRAMES_MISCOUNTED")
    return f"{frames} frames, {', '.join(motion.warnings)}"


def _judge_names(file: str, expected: tuple[str, ...], sides: tuple[str, str]) -> Callable[[Product, Path], str]:
    """Check which joints stand for the limbs."""

    def judge(product: Product, folder: Path) -> str:
        parts = product.client.skeletons.upload(folder / file).parts
        for side, word in zip(("left", "right"), sides, strict=True):
            for part, name in zip(_LIMBS, expected, strict=True):
                given, wanted = parts.get(f"{side}_{part}"), name.replace("*", word)
                expect(given == wanted, f"the {side} {part} is {given}, not {wanted}")
        product.read_motion(folder / file)
        return ", ".join(parts[f"left_{part}"] for part in _LIMBS)

    return judge


def judge_japanese(product: Product, folder: Path) -> str:
    """A dance for the character has every name byte for byte; a refusal must say that it is about the encoding."""
    source = folder / "japanese_cp932.bvh"
    try:
        skeleton = product.client.skeletons.upload(source)
    except EightcountError as error:
        expect("encod" in str(error), f"refused without its reason: {error}")
        return f"refused: {error.reason}"
    with tempfile.TemporaryDirectory() as name:
        written = dance_for(product, Path(name), skeleton.id).read_bytes()
    names = [re.findall(rb"(?:ROOT|JOINT) ([^\r\n]*)", data) for data in (source.read_bytes(), written)]
    expect(names[0] == names[1], "names differ from those that went in")
    return f"{len(names[0])} names byte for byte, shown as {skeleton.parts['left_shoulder']} and the like"


MOTIONS_CASES = (
    SharedCase("rokoko_41_of_40_frames.bvh", judge_extra_row),
    SharedCase(
        "optitrack_names.bvh",
        _judge_names("optitrack_names.bvh", ("*UArm", "*FArm", "*Hand", "*Thigh", "*Shin", "*Foot"), ("L", "R")),
    ),
    SharedCase(
        "rigify_full.bvh",
        _judge_names(
            "rigify_full.bvh",
            ("DEF-upper_arm.*", "DEF-forearm.*", "DEF-hand.*", "DEF-thigh.*", "DEF-shin.*", "DEF-foot.*"),
            ("L", "R"),
        ),
    ),
    SharedCase("japanese_cp932.bvh", judge_japanese),
)
