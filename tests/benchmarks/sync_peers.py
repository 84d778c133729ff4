"""Run the peers on pairs of WAV files, in a separate process with the peers' environment.

Reads JSON lines {"a", "b"} and writes JSON lines {"<peer>": {"offset", "seconds"}}; an offset of null is a refusal or a
failure. Seconds are of processor time, child processes included. The decoding of the files counts, the start of the
process and of the libraries does not.
"""

import contextlib
import io
import json
import resource
import sys
from typing import Any

import numpy as np
from scipy.io import wavfile


def read(path: str) -> Any:
    """Read samples at 8 kHz, the rate that audio-offset-finder asks ffmpeg for; there may be no ffmpeg here."""
    import soxr

    rate, samples = wavfile.read(path)
    return soxr.resample(samples.astype(np.float32) / 32768.0, rate, 8000)


def offset_finder(a: str, b: str) -> float:
    """audio-offset-finder: MFCC correlation."""
    from audio_offset_finder.audio_offset_finder import find_offset_between_buffers

    return float(find_offset_between_buffers(read(a), read(b), 8000)["time_offset"])


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


def syncstart(a: str, b: str) -> float:
    """syncstart: correlation of the samples at their full rate.

    It wants ffmpeg to cut WAV files out of its inputs, and Tk to show them. Ours are WAV files and nothing is shown.
    """
    import matplotlib as mpl

    mpl.use = lambda _: None
    import syncstart

    syncstart.get_max_rate = lambda one, _: wavfile.read(one)[0]
    syncstart.get_sample = lambda path, _: wavfile.read(path)[1]
    sys.argv = ["syncstart"]
    file, offset = syncstart.file_offset(
        in1=a, in2=b, video=False, begin=0, take=60, normalize=False, denoise=False, lowpass=0, crop=False,
        show=False, quiet=True,
    )  # fmt: skip
    return float(offset if file == a else -offset)


PEERS = {
    "audio-offset-finder": offset_finder,
    "audalign correlation": audalign_correlation,
    "audalign fingerprint": audalign_fingerprint,
    "syncstart": syncstart,
}


def processor_seconds() -> float:
    """Return the processor seconds of this process and of its finished children."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def answer_of(run: Any, a: str, b: str) -> dict[str, float | None]:
    """Return a peer's offset and its processor seconds."""
    started = processor_seconds()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            offset: float | None = run(a, b)
    except Exception as error:  # noqa: BLE001 - a peer's failure is a result
        offset = None
        print(run.__name__, repr(error), file=sys.stderr)
    return {"offset": offset, "seconds": processor_seconds() - started}


def main() -> None:
    out, warm = sys.stdout, False
    for line in sys.stdin:
        pair = json.loads(line)
        if not warm:  # so that nobody pays for the import of libraries
            for run in PEERS.values():
                answer_of(run, pair["a"], pair["b"])
            warm = True
        answers = {name: answer_of(run, pair["a"], pair["b"]) for name, run in PEERS.items()}
        print(json.dumps(answers), file=out, flush=True)


if __name__ == "__main__":
    main()
