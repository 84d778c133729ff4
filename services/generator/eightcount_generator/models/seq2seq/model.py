"""Trained models of the family, and their files: safetensors, which contain numbers and no code."""

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
from eightcount_generator.models.corpus import Corpus, Normaliser
from eightcount_generator.models.encoding import WIDTH
from eightcount_generator.models.file_metadata import decode_metadata, encode_metadata
from eightcount_generator.models.music_features import FEATURE_COUNT
from eightcount_generator.models.seq2seq.frame_rate import FRAME_STEP, halve_frame_rate
from eightcount_generator.models.seq2seq.network import Seq2SeqNetwork
from eightcount_generator.models.seq2seq.scheduled_sampling import FORCED_STEPS
from eightcount_generator.models.seq2seq.sizes import NetworkSizes

FAMILY = "seq2seq"
_VERSION = 1
_MAX_SIZE = 65536
_WEIGHTS = "network."
_NORMALISER = ("mean", "deviation", "lively")
_OPENINGS_SAMPLED, _OPENINGS_PER_STYLE = 256, 16

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Openings:
    """Poses that a dance can start from.

    Attributes:
        poses: [N, FORCED_STEPS, WIDTH] normalised, 15 per second; they precede the first pose of the dance.
        style: [N] index of the style.
    """

    poses: FloatArray
    style: NDArray[np.intp]

    @classmethod
    def sample(cls, corpus: Corpus, random: np.random.Generator) -> Openings:
        """Sample openings from the recordings, at most `_OPENINGS_PER_STYLE` of each style."""
        found = corpus.sample_openings(_OPENINGS_SAMPLED, random)
        earlier = [int((found.style[:number] == style).sum()) for number, style in enumerate(found.style)]
        kept = np.array(earlier) < _OPENINGS_PER_STYLE
        return cls(halve_frame_rate(found.frames[kept, : FRAME_STEP * FORCED_STEPS]), found.style[kept])

    def merge(self, others: Openings) -> Openings:
        """Return these openings and others."""
        return Openings(np.concatenate([self.poses, others.poses]), np.concatenate([self.style, others.style]))


@dataclass(frozen=True, slots=True)
class Seq2SeqModel:
    """A trained network, and everything that it needs to generate a dance.

    Attributes:
        network: in evaluation mode.
        styles: by index; "" for recordings without a style.
        scale: normaliser of the poses.
        openings: one or more.
    """

    network: Seq2SeqNetwork
    styles: tuple[str, ...]
    scale: Normaliser
    openings: Openings


def model_bytes(model: Seq2SeqModel) -> bytes:
    """Return the model as the content of a file, weights in 16 bits."""
    tensors = {f"{_WEIGHTS}{name}": value.half() for name, value in model.network.state_dict().items()}
    tensors |= {name: torch.from_numpy(getattr(model.scale, name)) for name in _NORMALISER}
    tensors["openings"] = torch.from_numpy(model.openings.poses).half()
    tensors["opening_styles"] = torch.from_numpy(model.openings.style.astype(np.int32))
    metadata = encode_metadata(FAMILY, _VERSION, styles=model.styles, sizes=asdict(model.network.sizes))
    return save({name: value.contiguous() for name, value in tensors.items()}, metadata)


def read_model(data: bytes) -> Seq2SeqModel:
    """Read a model from the content of a file.

    Raises:
        InvalidInputError: INVALID_MODEL; the file is damaged, no model, or of another version.
    """
    try:
        metadata = decode_metadata(data, family=FAMILY, version=_VERSION)
        tensors = load(data)
        if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
            raise ValueError("values are not finite")
        styles = tuple(map(str, metadata["styles"]))
        scale = Normaliser(*(tensors[name].float().numpy() for name in _NORMALISER))
        openings = Openings(tensors["openings"].float().numpy(), tensors["opening_styles"].numpy().astype(np.intp))
        _check(scale, openings, styles)
        return Seq2SeqModel(
            _build_network(_parse_sizes(metadata["sizes"]), len(styles), tensors), styles, scale, openings
        )
    except (SafetensorError, AttributeError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InvalidInputError(
            f"the file is not a model of the family {FAMILY}, or it is damaged: {error}", reason="INVALID_MODEL"
        ) from error


def _parse_sizes(metadata: dict[str, Any]) -> NetworkSizes:
    sizes = NetworkSizes(**metadata)
    if max(asdict(sizes).values()) > _MAX_SIZE:
        raise ValueError(f"sizes of {sizes}")
    return sizes


def _build_network(sizes: NetworkSizes, styles: int, tensors: dict[str, Tensor]) -> Seq2SeqNetwork:
    """Build the network without allocating the claimed sizes before the file is known to contain them."""
    with torch.device("meta"):
        network = Seq2SeqNetwork(sizes, features=FEATURE_COUNT, pose=WIDTH, styles=styles)
    weights = {
        name.removeprefix(_WEIGHTS): tensor.float() for name, tensor in tensors.items() if name.startswith(_WEIGHTS)
    }
    network.load_state_dict(weights, assign=True)
    network.eval().requires_grad_(requires_grad=False)
    return network


def _check(scale: Normaliser, openings: Openings, styles: tuple[str, ...]) -> None:
    count = len(openings.style)
    shapes = (
        scale.mean.shape == scale.deviation.shape == (WIDTH,), scale.lively.ndim == 1,
        openings.poses.shape == (count, FORCED_STEPS, WIDTH), openings.style.shape == (count,),
    )  # fmt: skip
    if not all(shapes) or not count or not styles:
        raise ValueError("shapes do not agree")
    if openings.style.min() < 0 or openings.style.max() >= len(styles) or not (scale.deviation > 0).all():
        raise ValueError("values are out of range")
