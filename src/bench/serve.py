"""The measurements of src/bench/serve."""

import json
import os
import socket
import socketserver
import statistics
import subprocess
import sys
import tempfile
import threading
import time

FLEETAUTH, ROUNDS = sys.argv[1], int(sys.argv[2])


class Fixed(socketserver.StreamRequestHandler):
    """Sends the same response to every request, about as large as one with a token."""

    BODY = json.dumps({"access_token": "x" * 900}).encode()
    ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)

    def handle(self):
        while self.rfile.readline(65536):
            while self.rfile.readline(65536) not in (b"\r\n", b""):
                pass
            self.wfile.write(self.ANSWER)


class Threads(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


def timed(words):
    start = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def per_second(path, seconds=3):
    request = b"GET /token HTTP/1.1\r\nHost: fleetauth\r\n\r\n"
    count = 0
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            connection.sendall(request)
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += connection.recv(65536)
            head, _, body = answer.partition(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            while len(body) < length:
                body += connection.recv(65536)
            count += 1
    return count / seconds


def await_(what, condition):
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            sys.exit("timed out waiting for " + what)
        time.sleep(0.05)


def memory(process):
    with open(f"/proc/{process}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def main(folder):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FLEETAUTH")}
    environment.update(FLEETAUTH_HOME=folder + "/home", FLEETAUTH_KEY_FILE=folder + "/key", FLEETAUTH_NO_INPUT="1")

    def run(*words, **more):
        subprocess.run([FLEETAUTH, *words], check=True, stdout=subprocess.DEVNULL, env=environment, **more)

    started = []
    try:
        run("key", "new-file", folder + "/key", stderr=subprocess.DEVNULL)
        sandbox = subprocess.Popen([FLEETAUTH, "sandbox"], stdout=subprocess.PIPE, text=True, env=environment)
        started.append(sandbox)
        told = {}
        for line in sandbox.stdout:
            name, _, value = line.strip().partition("  ")
            told[name] = value.strip()
            if line.startswith("End it"):
                break
        environment["FLEETAUTH_CLIENT_SECRET"] = told["client secret"]
        run("login", "--issuer", told["issuer"], "--client-id", told["client id"],
            "--type", "partner")
        path, fixed = folder + "/token.sock", folder + "/fixed.sock"
        server = subprocess.Popen([FLEETAUTH, "serve", "--socket", path], stderr=subprocess.DEVNULL, env=environment)
        started.append(server)
        await_("the server", lambda: os.path.exists(path))
        threading.Thread(target=Threads(fixed, Fixed).serve_forever, daemon=True).start()

        def curl(at):
            return ["curl", "-sSf", "--unix-socket", at, "http://fleetauth/token"]

        kinds = {"curl at fleetauth serve": curl(path), "curl at a fixed response": curl(fixed)}
        oidc = os.environ.get("OIDC_ACCOUNT")
        if oidc:
            kinds["oidc-token " + oidc] = ["oidc-token", oidc]
        times = {kind: [] for kind in kinds}
        per_second(path)  # Warm-up: the JVM of a new server is still compiling.
        for _ in range(ROUNDS):
            for kind, words in kinds.items():
                times[kind].append(timed(words))
        medians = {kind: statistics.median(values) * 1000 for kind, values in times.items()}
        ours = medians["curl at fleetauth serve"]
        for kind, median in medians.items():
            print(f"{kind:26} {median:6.1f} ms   fleetauth takes {ours / median:.2f} times as long")
        print(f"{'requests per second':26} {per_second(path):6.0f}      with a fixed response {per_second(fixed):.0f}")
        print(f"{'memory of the server':26} {memory(server.pid):6.0f} MiB")
    finally:
        for process in started:
            process.terminate()


with tempfile.TemporaryDirectory() as folder:
    main(folder)
