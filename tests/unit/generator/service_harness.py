"""A generator service over a real socket, with models, motions and dances in a store."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from eightcount.generator.v1 import generator_pb2, generator_pb2_grpc
from eightcount_common.errors import EightcountError
from eightcount_common.motion import MotionSequence
from eightcount_common.rpc import translate_errors
from eightcount_common.rpc.wire import encode_chunk, encode_header, write_delimited
from eightcount_common.storage.folder import FolderStore
from eightcount_generator.body.dance import Dance
from eightcount_generator.model_file import ModelMetadata, embed_metadata
from eightcount_generator.service import codec
from tests.unit.generator.stub_family import StubFamily, model_bytes

Stub = generator_pb2_grpc.GeneratorServiceStub
Request = generator_pb2.GenerateRequest


@dataclass
class House:
    """A running service, its store, and its stub family of models."""

    stub: Stub
    store: FolderStore
    family: StubFamily

    def keep_model(self, name: str, created_at: str = "2026-01-01", styles: Sequence[str] = ("sway",)) -> None:
        label = ModelMetadata(name, "1", "sways", tuple(styles), created_at, f"# {name}\n")
        self.put(f"dances/models/{name}/model.safetensors", embed_metadata(model_bytes(styles=styles), label))

    def put(self, key: str, data: bytes) -> str:
        self.store.put(key, io.BytesIO(data))
        return self.store.uri(key)

    def motion(self, name: str, motion: MotionSequence) -> str:
        file = io.BytesIO()
        write_delimited(file, encode_header(motion))
        for number, chunk in enumerate(motion.chunks(50)):
            write_delimited(file, encode_chunk(chunk, first_frame=50 * number))
        return self.put(f"motions/{name}", file.getvalue())

    def dance(self, whole: Dance, *, name: str = "d1", announced: int = -1) -> str:
        file = io.BytesIO()
        label = ModelMetadata("mine", "1", "sways", (), "", "")
        write_delimited(file, codec.encode_header(label, frames=len(whole) if announced < 0 else announced))
        for first in range(0, len(whole), 30):
            write_delimited(file, codec.encode_chunk(whole.frames(first, first + 30), first_frame=first))
        return self.put(f"dances/{name}/dance.bin", file.getvalue())


async def generate(house: House, request: Request) -> list[generator_pb2.GenerateResponse]:
    with translate_errors():
        return [response async for response in house.stub.Generate(request, timeout=60)]


async def refuse_generate(house: House, request: Request) -> EightcountError:
    with pytest.raises(EightcountError) as caught:
        await generate(house, request)
    return caught.value
