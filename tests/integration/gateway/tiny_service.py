"""A service of a few lines for the tests of the supervisor: says its port, answers every HTTP request with 200.

Usage: tiny_service.py [deaf | broken | stuck | parent]
"""

import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def main(mode):
    if mode == "broken":
        sys.exit('{"level": "ERROR", "message": "pose weights are missing"}')
    if mode == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if mode == "stuck":
        threading.Event().wait()
    if mode == "parent":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(os.environ["CHILD_PID_FILE"]).write_text(str(child.pid))
    server = HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
    print(json.dumps({"port": server.server_port}), flush=True)
    print("a line of output", flush=True)
    server.serve_forever()


main(sys.argv[1] if len(sys.argv) > 1 else "")
