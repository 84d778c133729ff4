"""What was taught, and its file: safetensors, which hold numbers and run nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from eightcount_common.errors import InvalidInputError
from eightcount_generator.makers.corpus import Corpus, Scale
from eightcount_generator.makers.encoding import WIDTH
from eightcount_generator.makers.hearing import HEARD
from eightcount_generator.makers.model_facts import read_facts, written_facts
from eightcount_generator.makers.seq2seq.curriculum import GIVEN_STEPS
from eightcount_generator.makers.seq2seq.frame_rate import EVERY, halved
from eightcount_generator.makers.seq2seq.network import Dancer
from eightcount_generator.makers.seq2seq.sizes import Sizes

FAMILY = "seq2seq"
_VERSION = 1
_LARGEST_SIZE = 65536
_WEIGHTS = "network."
_SCALE = ("mean", "deviation", "lively")
_OPENINGS_DRAWN, _OPENINGS_OF_A_STYLE = 256, 16

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Openings:
    """How a dance can begin.

    Attributes:
        poses: [N, GIVEN_STEPS, WIDTH] normalised, 15 a second; they come before the first pose of the dance.
        style: [N] number of the style.
    """

    poses: FloatArray
    style: NDArray[np.intp]

    @classmethod
    def of(cls, corpus: Corpus, random: np.random.Generator) -> Openings:
        """From anywhere in the recordings, of no style more than `_OPENINGS_OF_A_STYLE`."""
        found = corpus.openings(_OPENINGS_DRAWN, random)
        earlier = [int((found.style[:number] == style).sum()) for number, style in enumerate(found.style)]
        kept = np.array(earlier) < _OPENINGS_OF_A_STYLE
        return cls(halved(found.frames[kept, : EVERY * GIVEN_STEPS]), found.style[kept])

    def with_others(self, others: Openings) -> Openings:
        """Those, and others."""
        return Openings(np.concatenate([self.poses, others.poses]), np.concatenate([self.style, others.style]))


@dataclass(frozen=True, slots=True)
class Model:
    """A taught network, and what it takes to dance with it.

    Attributes:
        network: set to judge.
        styles: by their numbers; "" among them where a recording had none.
        scale: of its poses.
        openings: one or more.
    """

    network: Dancer
    styles: tuple[str, ...]
    scale: Scale
    openings: Openings


def model_bytes(model: Model) -> bytes:
    """The model as the content of a file, weights in 16 bits."""
    tensors = {f"{_WEIGHTS}{name}": value.half() for name, value in model.network.state_dict().items()}
    tensors |= {name: torch.from_numpy(getattr(model.scale, name)) for name in _SCALE}
    tensors["openings"] = torch.from_numpy(model.openings.poses).half()
    tensors["opening_styles"] = torch.from_numpy(model.openings.style.astype(np.int32))
    facts = written_facts(FAMILY, _VERSION, styles=model.styles, sizes=asdict(model.network.sizes))
    return save({name: value.contiguous() for name, value in tensors.items()}, facts)


def read_model(data: bytes) -> Model:
    """The model from its file.

    Raises:
        InvalidInputError: INVALID_MODEL; it is none, it is damaged, or of another version.
    """
    try:
        facts = read_facts(data, family=FAMILY, version=_VERSION)
        tensors = load(data)
        if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
            raise ValueError("values are not finite")
        styles = tuple(map(str, facts["styles"]))
        scale = Scale(*(tensors[name].float().numpy() for name in _SCALE))
        openings = Openings(tensors["openings"].float().numpy(), tensors["opening_styles"].numpy().astype(np.intp))
        _check(scale, openings, styles)
        return Model(_network(_sizes(facts["sizes"]), len(styles), tensors), styles, scale, openings)
    except (SafetensorError, AttributeError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InvalidInputError(
            f"the file is not a model of the family {FAMILY}, or it is damaged: {error}", reason="INVALID_MODEL"
        ) from error


def _sizes(facts: dict[str, Any]) -> Sizes:
    sizes = Sizes(**facts)
    if max(asdict(sizes).values()) > _LARGEST_SIZE:
        raise ValueError(f"sizes of {sizes}")
    return sizes


def _network(sizes: Sizes, styles: int, tensors: dict[str, Tensor]) -> Dancer:
    """Nothing of the size that the file claims is made before the file is known to hold as much."""
    with torch.device("meta"):
        network = Dancer(sizes, heard=HEARD, pose=WIDTH, styles=styles)
    weights = {
        name.removeprefix(_WEIGHTS): tensor.float() for name, tensor in tensors.items() if name.startswith(_WEIGHTS)
    }
    network.load_state_dict(weights, assign=True)
    network.eval().requires_grad_(requires_grad=False)
    return network


def _check(scale: Scale, openings: Openings, styles: tuple[str, ...]) -> None:
    count = len(openings.style)
    shapes = (
        scale.mean.shape == scale.deviation.shape == (WIDTH,), scale.lively.ndim == 1,
        openings.poses.shape == (count, GIVEN_STEPS, WIDTH), openings.style.shape == (count,),
    )  # fmt: skip
    if not all(shapes) or not count or not styles:
        raise ValueError("shapes do not agree")
    if openings.style.min() < 0 or openings.style.max() >= len(styles) or not (scale.deviation > 0).all():
        raise ValueError("values are out of range")
