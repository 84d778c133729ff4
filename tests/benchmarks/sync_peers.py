"""Runs the peers on pairs of WAV files; a process of its own, in the peers' environment.

Reads JSON lines {"a", "b"} and writes JSON lines {"<peer>": {"offset", "seconds"}}; an offset of null is a refusal or a
failure. The decoding of the files counts, the start of the process and of the libraries does not.
"""

import contextlib
import io
import json
import sys
import time
from typing import Any

import numpy as np
from scipy.io import wavfile


def read(path: str) -> Any:
    """Samples at 8 kHz in [-1, 1]."""
    _, samples = wavfile.read(path)
    return samples.astype(np.float32) / 32768.0


def offset_finder(a: str, b: str) -> float:
    """audio-offset-finder: MFCC correlation."""
    from audio_offset_finder.audio_offset_finder import find_offset_between_buffers

    result = find_offset_between_buffers(read(a), read(b), 8000)
    return float(result["time_offset"])


def audalign_correlation(a: str, b: str) -> float:
    """audalign: correlation of the samples."""
    import audalign

    recognizer = audalign.CorrelationRecognizer()
    recognizer.config.num_processors = 1
    return _audalign(audalign, recognizer, a, b)


def audalign_fingerprint(a: str, b: str) -> float:
    """audalign: spectral landmarks."""
    import audalign

    recognizer = audalign.FingerprintRecognizer()
    recognizer.config.num_processors = 1
    return _audalign(audalign, recognizer, a, b)


def _audalign(audalign: Any, recognizer: Any, a: str, b: str) -> float:
    result = audalign.align_files(a, b, recognizer=recognizer)
    starts = {name: value for name, value in result.items() if str(name).endswith(".wav")}
    return float(starts["b.wav"] - starts["a.wav"])


PEERS = {
    "audio-offset-finder": offset_finder,
    "audalign correlation": audalign_correlation,
    "audalign fingerprint": audalign_fingerprint,
}


def main() -> None:
    out = sys.stdout
    for line in sys.stdin:
        pair = json.loads(line)
        answer: dict[str, Any] = {}
        for name, run in PEERS.items():
            started = time.perf_counter()
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    offset: float | None = run(pair["a"], pair["b"])
            except Exception as error:  # noqa: BLE001 - a peer's failure is a result
                offset = None
                print(name, repr(error), file=sys.stderr)
            answer[name] = {"offset": offset, "seconds": time.perf_counter() - started}
        print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main()
