"""Compiles `proto/eightcount/**.proto` into `proto/gen`: messages, gRPC stubs and their type stubs.

The only call of the protobuf compiler in the repository. Run by `make` and by the wheel's build hook.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

HERE = Path(__file__).resolve().parent
OUTPUT = HERE / "gen"


def generate(output: Path = OUTPUT) -> None:
    """Writes the generated packages below `output`; does nothing when they are newer than every source.

    Raises:
        RuntimeError: the compiler refused a source file.
    """
    sources = sorted((HERE / "eightcount").rglob("*.proto"))
    stamp = output / ".stamp"
    newest = max(path.stat().st_mtime for path in [*sources, Path(__file__)])
    if stamp.exists() and stamp.stat().st_mtime >= newest:
        return
    output.mkdir(parents=True, exist_ok=True)
    well_known = str(files("grpc_tools") / "_proto")
    arguments = ["protoc", f"-I{HERE}", f"-I{well_known}"]
    arguments += [f"--{kind}_out={output}" for kind in ("python", "mypy", "grpc_python", "mypy_grpc")]
    if protoc.main([*arguments, *map(str, sources)]) != 0:
        raise RuntimeError("protoc failed; its messages are above")
    for package in {parent for path in sources for parent in path.relative_to(HERE).parents} - {Path()}:
        (output / package / "__init__.py").touch()
        (output / package / "py.typed").touch()
    stamp.touch()


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT)
