"""The HTTP API with scripted results, for the tests of the command line."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ALIGNMENT = {"verdict": "aligned", "offset_seconds": 1.5, "clock_ratio": 1.0, "speed_ratio": 1.0, "confidence": 0.9,
             "reason": "OK", "method": "audio", "message": ""}  # fmt: skip
REPORT = {"score": 91.0, "alignment": ALIGNMENT, "moments": [], "feedback": [], "warnings": []}


RESULT = {
    "model": "starter/3f2a9c41d0be", "styles": ["ballet", "hip_hop"], "verdict": "style", "style": "hip_hop",
    "probabilities": {"ballet": 0.1, "hip_hop": 0.85, "not_a_dance": 0.05}, "message": "This is hip hop.",
    "novelty": 0.4, "track_id": 1,
    "windows": [
        {"start_s": 0.0, "end_s": 2.0, "probabilities": {"ballet": 0.1, "hip_hop": 0.9, "not_a_dance": 0.0},
         "verdict": "style", "style": "hip_hop"},
        {"start_s": 1.0, "end_s": 3.0, "probabilities": {"ballet": 0.2, "hip_hop": 0.8, "not_a_dance": 0.0},
         "verdict": "style", "style": "hip_hop"},
        {"start_s": 4.0, "end_s": 6.0, "probabilities": None, "verdict": "not_seen", "style": ""},
    ],
}  # fmt: skip


MODELS = [
    {"name": "starter", "version": "3f2a9c41d0be", "family": "pose", "styles": ["ballet", "hip_hop"], "shipped": True,
     "balanced_accuracy": 0.872},
    {"name": "few-shot", "version": "", "family": "few-shot", "styles": [], "shipped": False,
     "balanced_accuracy": None},
]  # fmt: skip
ADDED = {
    "model": MODELS[1] | {"styles": ["our_solo"]},
    "rejected": [{"label": "b.mp4", "reason": "TOO_SHORT", "message": "it is too short"}],
}


TRAINED = {
    "model": MODELS[0] | {"name": "our-studio", "shipped": False}, "items_used": 2, "kept_apart": ["performer"],
    "rejected": [{"label": "house/short.mp4", "reason": "TOO_SHORT", "message": "it is too short"}],
}  # fmt: skip


DANCE = {
    "model": "mine/0a1b", "frames": 900, "seconds": 30.0, "seed": 7, "formats": ["mp4"],
    "borrowed": [
        {"first_frame": 0, "frames": 300, "recording": "salsa/a.mp4", "recording_frame": 12},
        {"first_frame": 300, "frames": 600, "recording": "salsa/b.mp4", "recording_frame": 0},
    ],
}  # fmt: skip
DANCE_TRAINED = {
    "model": {"name": "ours", "version": "0a1b", "family": "graph", "styles": ["salsa"], "shipped": False,
              "takes_key_poses": False, "card": "# ours"},
    "items_used": 2,
    "rejected": [{"label": "salsa/short.mp4", "reason": "TOO_SHORT", "message": "it is too short"}],
}  # fmt: skip


class FakeApi:
    """Serves on a free port. `status` is how work ends; None lets it run until it is cancelled.

    `problems` answer uploads that contain their key, `known` are the SHA-256 of recordings that need not be sent.
    """

    def __init__(self, *, status="succeeded", error=None, alignment=ALIGNMENT, upload_problem=None):
        self.status = status
        self.error = error
        self.alignment = alignment
        self.upload_problem = upload_problem
        self.uploads = []
        self.requests = []
        self.following = threading.Event()
        self.cancelled = threading.Event()
        self.deleted = []
        self.asked = []
        self.known = set()
        self.problems = {}
        handler = type("Handler", (_Handler,), {"api": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.cancelled.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def state(self, status):
        steps = [{"name": "extract", "state": "done", "done": 10, "total": 10, "seconds": 1.0}]
        return {"id": "c1", "status": status, "steps": steps, "error": self.error}


class _Handler(BaseHTTPRequestHandler):
    api: FakeApi

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or self._chunks()
        if self.path == "/v1/videos/known":
            self.api.asked.append(json.loads(body))
            known = self.api.asked[-1]["sha256"] in self.api.known
            self._answer(*((201, {"id": "known"}) if known else (404, {"reason": "MOTION_NOT_FOUND", "detail": "no"})))
        elif self.path == "/v1/skeletons":
            self.api.uploads.append(body)
            if b"HIERARCHY" in body:
                self._answer(201, {"id": f"s{len(self.api.uploads)}"})
            else:
                problem = {"reason": "SKELETON_UNKNOWN", "detail": "the skeleton is not known", "status": 400}
                self._answer(400, problem)
        elif self.path == "/v1/motions":
            self.api.uploads.append(body)
            self._answer(201, {"id": f"m{len(self.api.uploads)}"})
        elif self.path == "/v1/videos":
            problem = self.api.upload_problem or next((p for k, p in self.api.problems.items() if k in body), None)
            if problem:
                self._answer(*problem)
                return
            self.api.uploads.append(body)
            self._answer(201, {"id": f"v{len(self.api.uploads)}"})
        elif self.path == "/v1/alignments":
            self.api.requests.append(json.loads(body))
            self._answer(200, self.api.alignment)
        else:
            self.api.requests.append(json.loads(body))
            self._answer(202, self.api.state("queued"))

    def do_DELETE(self):
        self.api.cancelled.set()
        self.api.deleted.append(self.path)
        self._answer(202, {})

    def do_GET(self):
        if self.path.endswith("/events"):
            self._follow()
        elif self.path.endswith("report.json"):
            self._answer(200, REPORT)
        elif self.path.endswith("result.json"):
            results = {"style-additions": ADDED, "style-trainings": TRAINED, "dances/": DANCE,
                       "dance-trainings": DANCE_TRAINED}  # fmt: skip
            self._answer(200, next((value for name, value in results.items() if name in self.path), RESULT))
        elif self.path.endswith("confusion.png"):
            self._answer(404, {"reason": "OBJECT_NOT_FOUND", "detail": "there is none"})
        elif self.path == "/v1/style-models":
            self._answer(200, {"models": MODELS})
        elif self.path == "/v1/style-models/starter":
            self._answer(200, MODELS[0] | {"card": "# Starter"})
        else:
            self._send(200, b"content of " + self.path.encode())

    def _follow(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self._event("progress", "running")
        self.api.following.set()
        if self.api.status is None:
            self.api.cancelled.wait(30)
        self._event("end", self.api.status or "cancelled")

    def _event(self, name, status):
        self.wfile.write(f"event: {name}\ndata: {json.dumps(self.api.state(status))}\n\n".encode())
        self.wfile.flush()

    def _chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        return body

    def _answer(self, status, body):
        self._send(status, json.dumps(body).encode())

    def _send(self, status, data):
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass
