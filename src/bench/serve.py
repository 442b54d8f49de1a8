"""The measurements of src/bench/serve."""

import http.server
import json
import os
import shutil
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


def timed(words, variables):
    start = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=variables)
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


class Provider(http.server.BaseHTTPRequestHandler):
    """As much of a provider as oidc-agent needs for an account: it keeps the token then, and measuring begins after that.

    The sandbox is none for it: it sends an id and a secret by HTTP Basic without the encoding of RFC 6749 2.3.1.
    """

    def answer(self, document):
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        issuer = "http://127.0.0.1:%d" % self.server.server_port
        self.answer({"issuer": issuer, "token_endpoint": issuer + "/token", "authorization_endpoint": issuer + "/authorize",
                     "scopes_supported": ["openid", "offline_access"], "response_types_supported": ["code"],
                     "grant_types_supported": ["refresh_token"]})

    def do_POST(self):
        self.answer({"access_token": "x" * 900, "token_type": "Bearer", "expires_in": 28800, "refresh_token": "r",
                     "scope": "openid offline_access"})

    def log_message(self, *arguments):
        pass


def oidc_agent(folder, started):
    """The variables of an oidc-agent with an account named "bench"; None where it is not installed."""
    if not all(map(shutil.which, ("oidc-agent", "oidc-gen", "oidc-token"))):
        return None
    provider = http.server.HTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    os.mkdir(folder + "/.oidc-agent")
    variables = {**os.environ, "HOME": folder, "OIDC_SOCK": folder + "/oidc.sock", "OIDC_REFRESH_TOKEN": "r"}
    started.append(subprocess.Popen(["oidc-agent", "--console", "--socket-path=" + variables["OIDC_SOCK"]],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=variables))
    await_("oidc-agent", lambda: os.path.exists(variables["OIDC_SOCK"]))
    subprocess.run(["oidc-gen", "bench", "--manual", "--issuer=http://127.0.0.1:%d" % provider.server_port,
                    "--client-id=bench", "--client-secret=secret", "--scope=openid offline_access",
                    "--redirect-uri=http://localhost:4242", "--rt-env", "--flow=refresh", "--no-save", "--prompt=none",
                    "--confirm-default"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=variables)
    return variables


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
            if line.startswith("Press Ctrl-C"):
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

        kinds = {"curl at fleetauth serve": (curl(path), None), "curl at a fixed response": (curl(fixed), None)}
        agent = oidc_agent(folder, started)
        if agent:
            kinds["oidc-token with its agent"] = (["oidc-token", "bench"], agent)
        times = {kind: [] for kind in kinds}
        per_second(path)  # Warm-up: the JVM of a new server is still compiling.
        for _ in range(ROUNDS):
            for kind, (words, variables) in kinds.items():
                times[kind].append(timed(words, variables))
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
