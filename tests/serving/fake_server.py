"""A stand-in for vLLM that a supervisor runs: /health, /metrics, and endings on demand.

    python fake_server.py PORT PIDS [--first-dies] [--stubborn] [--never-healthy] [--exit-at-once]

Appends its process id, and that of a child of its own, to the file PIDS. `GET /crash` ends it,
`GET /work` counts as a request that was served, `GET /busy` and `/free` begin and end one that
lasts, `GET /deaf` makes it stop answering.
"""

import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

port, pids = int(sys.argv[1]), Path(sys.argv[2])
options = set(sys.argv[3:])
work = {"running": 0, "tokens": 0, "deaf": False}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if work["deaf"]:
            time.sleep(60)
        match self.path:
            case "/crash":
                os._exit(7)
            case "/work":
                work["tokens"] += 5
            case "/busy":
                work["running"] = 1
            case "/free":
                work["running"] = 0
            case "/deaf":
                work["deaf"] = True
        sick = self.path == "/health" and "--never-healthy" in options
        body = (
            f'vllm:num_requests_running{{engine="0"}} {work["running"]}.0\n'
            f'vllm:generation_tokens_total{{engine="0"}} {work["tokens"]}.0\n'
        ).encode()
        self.send_response(503 if sick else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


starts = pids.read_text().count("\n") if pids.exists() else 0
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
with pids.open("a") as stream:
    stream.write(f"{os.getpid()} {child.pid}\n")
print("fake server: start", starts + 1, flush=True)
if "--exit-at-once" in options or ("--second-dies" in options and starts == 1):
    sys.exit("fake server: the model is broken")
signal.signal(signal.SIGTERM, signal.SIG_IGN if "--stubborn" in options else lambda *_: os._exit(0))
ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
