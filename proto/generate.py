"""Compile `proto/eightcount/**.proto` into `proto/gen`: messages, gRPC stubs and their type stubs.

The only call of the protobuf compiler in the repository; `make` and the wheel's build hook run it. The sources are
copied beside the generated modules, so that the installed package contains them: a foreign client compiles its own
stubs with `-I` and the folder that the package is installed in.
"""

from __future__ import annotations

import shutil
import sys
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

HERE = Path(__file__).resolve().parent
OUTPUT = HERE / "gen"


def generate(output: Path = OUTPUT) -> None:
    """Write the generated packages below `output`; nothing is done when they are newer than every source.

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
    for source in sources:
        shutil.copyfile(source, output / source.relative_to(HERE))
    for package in {parent for path in sources for parent in path.relative_to(HERE).parents} - {Path()}:
        (output / package / "__init__.py").touch()
        (output / package / "py.typed").touch()
    stamp.touch()


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT)
