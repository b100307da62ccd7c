"""gannet serve, by clients that behave and clients that do not: then it still serves, and nothing is lost."""
import concurrent.futures
import http.client
import io
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
import warnings
import zipfile

from program import GANNET, main


class Server:
    def __init__(self, folder, *options, **more):
        self.folder = pathlib.Path(folder)
        environment = dict(os.environ, GANNET_DATA=str(self.folder / "data"), GANNET_THREADS="1")
        self.process = subprocess.Popen([GANNET, "serve", "--port", "0", "--runs", "runs", "--threads", "1", *options],
                                        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
        self.first = self.process.stdout.readline()
        found = re.search(r"(https?)://127\.0\.0\.1:(\d+)/", self.first)
        if not found:
            raise AssertionError(self.first + self.process.stdout.read())
        self.scheme, self.port = found[1], int(found[2])
        self.tls = None  # a client's settings

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20), self.process.stdout.read()
        finally:
            self.process.kill()
            self.process.stdout.close()

    def ask(self, method, path, body=None, headers=None, timeout=60):
        connection = (http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout, context=self.tls) if self.tls else
                      http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout))
        headers = dict(headers or {})
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read(), response.headers
        finally:
            connection.close()

    def json(self, method, path, body=None, status=200, **more):
        got, content, _ = self.ask(method, path, body, **more)
        if got != status:
            raise AssertionError(f"{method} {path}: {got} {content[:500]}")
        return json.loads(content) if content else None

    def socket(self, plain=False):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        return self.tls.wrap_socket(connection, server_hostname="127.0.0.1") if self.tls and not plain else connection

    def raw(self, data, shut=False):
        """What the server answers to these bytes, until it closes."""
        with self.socket() as s:
            s.sendall(data)
            if shut:
                s.shutdown(socket.SHUT_WR)
            return read_all(s)

    def gauge(self, name):
        text = self.ask("GET", "/metrics")[1].decode()
        return float(re.search(rf"^gannet_{name} (\S+)$", text, re.M)[1])

    def memory(self):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024


def read_all(s):
    data = b""
    try:
        while piece := s.recv(65536):
            data += piece
    except ConnectionResetError:
        pass
    return data


def multipart(*files, name="file"):
    body = b"".join(b"--b\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n%s\r\n"
                    % (name.encode(), file.encode(), content) for file, content in files) + b"--b--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary=b"}


def wait_for(what, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        if value := what():
            return value
        time.sleep(0.05)
    raise AssertionError("it did not come about")


class ServeTest(unittest.TestCase):
    """One server and two short runs for all tests that leave it as it was."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="gannet-serve-")
        cls.folder = pathlib.Path(cls.temporary.name)
        environment = dict(os.environ, GANNET_THREADS="1")
        for arguments in (["--cfg", "dcgan", "--data", "shapes", "--image-size", "16", "--ngf", "4", "--ndf", "4", "--kimg", "0.3",
                           "--tick", "0.1", "--snap", "1", "--metrics", "none"],
                          ["--cfg", "vanilla", "--data", "ring-8", "--ngf", "16", "--ndf", "16", "--kimg", "1"]):
            subprocess.run([GANNET, "train", *arguments, "--threads", "1"], cwd=cls.folder, env=environment, check=True,
                           stdout=subprocess.DEVNULL)
        cls.images, cls.points = sorted(path.name for path in (cls.folder / "runs").iterdir())
        cls.server = Server(cls.folder, "--request-time", "3")

    @classmethod
    def tearDownClass(cls):
        status, output = cls.server.end()
        cls.temporary.cleanup()
        assert status == 0, output
        assert output.endswith("the server has ended\n"), output

    def tearDown(self):
        self.assertEqual(self.server.json("GET", "/api/v1/health")["status"], "ok")

    def sample(self, **more):
        return self.server.ask("POST", "/api/v1/generate", {"network": self.images} | more)

    def test_runs_and_their_files(self):
        runs = self.server.json("GET", "/api/v1/runs")
        self.assertEqual([run["id"] for run in runs], [self.points, self.images])
        self.assertLessEqual({run["state"] for run in runs}, {"finished", "alike"})  # they are short
        run = self.server.json("GET", f"/api/v1/runs/{self.images}")
        self.assertEqual(run["options"]["ngf"], 4)
        self.assertGreater(len(run["networks"]), 1)
        for url in [run["reals"], *[grid["url"] for grid in run["grids"]]]:
            status, content, headers = self.server.ask("GET", url)
            self.assertEqual((status, content), (200, (self.folder / "runs" / self.images / url.split("/")[-1]).read_bytes()))
            self.assertEqual(self.server.ask("GET", url, headers={"If-None-Match": headers["ETag"]})[0], 304)
        lines = (self.folder / "runs" / self.images / "stats.jsonl").read_text().splitlines()
        self.assertEqual(self.server.json("GET", f"/api/v1/runs/{self.images}/stats"), [json.loads(line) for line in lines])

    def test_samples_are_those_of_gannet_sample(self):
        out = self.folder / "out.npy"
        subprocess.run([GANNET, "sample", "--network", f"runs/{self.images}", "--seeds", "5,3,9,4,7", "--out", str(out)],
                       cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
        status, content, _ = self.sample(seeds=[5, 3, 9, 4, 7], format="npy")
        self.assertEqual((status, content[:128]), (200, out.read_bytes()[:128]))
        # But for the last bits: the server computes fewer samples at a time.
        self.assertLessEqual(max(abs(a - b) for a, b in zip(content[128:], out.read_bytes()[128:], strict=True)), 1)
        status, content, headers = self.sample(seeds=[5, 3, 9, 4], grid="2x2")
        self.assertEqual((status, content[:4], headers["Content-Type"]), (200, b"\x89PNG", "image/png"))
        status, content, _ = self.sample(seeds="0-4", format="npy")
        self.assertEqual(content[:6], b"\x93NUMPY")
        self.assertEqual(len(content), 128 + 5 * 16 * 16 * 3)
        points = self.server.json("POST", "/api/v1/generate", {"network": self.points, "seeds": [1, 2], "format": "json"})
        self.assertEqual([len(sample["points"]) for sample in points["samples"]], [2, 2])
        latents = [sample["latent"] for sample in points["samples"]]
        again = self.server.json("POST", "/api/v1/generate", {"network": self.points, "latents": latents, "format": "json"})
        self.assertEqual([s["points"] for s in again["samples"]], [s["points"] for s in points["samples"]])

    def test_networks_have_their_figures(self):
        networks = {network["id"]: network for network in self.server.json("GET", "/api/v1/networks")}
        zoo = (pathlib.Path(__file__).resolve().parent.parent.parent / "docs" / "zoo.md").read_text()  # states the same
        for name, metric, stated in (("zoo:clothes", "fd10k", "30.3 (0.65)"), ("zoo:faces", "kid", ".0020 (-.0001)"),
                                     ("zoo:faces-by-sentence", "kid", ".0064 (-.0001)"), ("zoo:enlarge", "psnr", "PSNR 30.59 dB")):
            figure = next(one for one in networks[name]["metrics"] if one["metric"] == metric)
            self.assertEqual(figure["protocol"]["split"], "test")
            self.assertNotIn("fake", figure["protocol"])
            self.assertIn(stated, zoo)
            self.assertAlmostEqual(figure["value"], float(re.search(r"[\d.]+", stated)[0]), {"fd10k": 1, "kid": 4, "psnr": 2}[metric])
            self.assertEqual(self.server.json("GET", f"/api/v1/networks/{name}")["metrics"], networks[name]["metrics"])
        measured = networks[self.points]["metrics"]
        lines = [json.loads(line) for line in (self.folder / "runs" / self.points / "metrics.jsonl").read_text().splitlines()]
        self.assertIn((measured[0]["metric"], measured[0]["value"]), [(line["metric"], line["value"]) for line in lines])
        self.assertEqual(networks[self.images]["metrics"], [])

    def test_the_same_request_gives_the_same_bytes(self):
        alone = [self.sample(seeds=[seed])[1] for seed in range(24)]
        with concurrent.futures.ThreadPoolExecutor(24) as pool:  # gathered in batches
            together = list(pool.map(lambda seed: self.sample(seeds=[seed])[1], range(24)))
        self.assertEqual(alone, together)
        status, _, headers = self.server.ask("GET", f"/api/v1/generate?network={self.images}&seeds=7")
        self.assertEqual(status, 200)
        again = self.server.ask("GET", f"/api/v1/generate?network={self.images}&seeds=7", headers={"If-None-Match": headers["ETag"]})
        self.assertEqual(again[:2], (304, b""))
        other = self.server.ask("GET", f"/api/v1/generate?network={self.images}&seeds=8", headers={"If-None-Match": headers["ETag"]})
        self.assertEqual(other[0], 200)

    def test_wrong_requests_are_told_why(self):
        for body, status, word in (({"network": "no"}, 404, "no network"), ({}, 400, "lacks 'network'"),
                                   ({"network": self.images, "more": 1}, 400, "unknown key 'more'"),
                                   ({"network": self.images, "seeds": "0-3"}, 400, "4 samples"),
                                   ({"network": self.images, "seeds": "0-9999"}, 400, "at most 1024"),
                                   ({"network": self.images, "class": "9"}, 400, "takes none"),
                                   ({"network": self.images, "latents": [[1, 2]]}, 422, "2 numbers are no latents"),
                                   ({"network": self.images, "format": "wav"}, 400, "no wav"),
                                   ({"network": self.images, "grid": "0x3"}, 400, "COLUMNSxROWS")):
            got, content, _ = self.server.ask("POST", "/api/v1/generate", body)
            self.assertEqual(got, status, content)
            self.assertIn(word, json.loads(content)["error"])
        for content, kind in ((b"{", "application/json"), (b"[" * 50000, "application/json"), (b"", "application/json"),
                              (b"{}", "text/plain")):
            status, answer, _ = self.server.ask("POST", "/api/v1/generate", content, {"Content-Type": kind})
            self.assertIn(status, (400, 415), answer)
            self.assertIn("hint", json.loads(answer))

    def test_nothing_leaves_the_folder_of_runs(self):
        secret = self.folder / "secret.txt"
        secret.write_text("secret")
        (self.folder / "runs" / self.images / "secret.png.txt").write_text("secret")
        for path in ("/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/api/v1/runs/..%2f/files/secret.txt",
                     f"/api/v1/runs/{self.images}/files/..%2f..%2f..%2fsecret.txt", f"/api/v1/runs/{self.images}/files/options.json",
                     f"/api/v1/runs/{self.images}/files/secret.png.txt", "/api/v1/runs/.%2e", "/api/v1/networks/..%2f..%2fx",
                     "/api/v1/datasets/..%2fsecret.txt/samples", f"/api/v1/recipes/vanilla?data=..%2fsecret.txt"):
            status, content, _ = self.server.ask("GET", path)
            self.assertIn(status, (400, 404), path)
            self.assertNotIn(b"secret\n", content)
        self.assertEqual(self.server.ask("POST", "/api/v1/runs", {"data": str(secret)})[0], 404)
        self.assertEqual(self.server.ask("POST", "/api/v1/runs", {"data": "ring-8", "options": {"outdir": "/tmp"}})[0], 422)

    def test_foreign_hosts_and_origins(self):
        for headers, status in (({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403),
                                ({"Origin": f"http://127.0.0.1:{self.server.port}"}, 200),
                                ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403)):
            self.assertEqual(self.server.ask("GET", "/api/v1/runs", headers=headers)[0], status, headers)
        self.assertIn(b"400 Bad Request", self.server.raw(b"GET / HTTP/1.1\r\n\r\n"))

    def test_headers_of_every_answer(self):
        for path in ("/", "/api/v1/health", "/api/v1/nothing", "/api/openapi.json"):
            headers = self.server.ask("GET", path)[2]
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("default-src 'self'", headers["Content-Security-Policy"])

    def test_slow_clients_are_ended(self):
        with self.server.socket() as s:
            begin = time.time()
            s.sendall(b"GET /api/v1/health HTTP/1.1\r\n")
            for _ in range(40):
                try:
                    s.sendall(b"X: y\r\n")
                    time.sleep(0.1)
                except OSError:
                    break
                if time.time() - begin > 3.3:
                    break
            self.assertIn(b"408 Request Timeout", read_all(s))
        with self.server.socket() as s:  # a body that stops
            s.sendall(b"POST /api/v1/generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
            self.assertIn(b"408 Request Timeout", read_all(s))
        with self.server.socket() as s:  # one that says nothing
            self.assertEqual(read_all(s), b"")

    def test_half_closed_sockets_are_answered(self):
        answer = self.server.raw(b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n", shut=True)
        self.assertIn(b'"status":"ok"', answer)
        self.assertEqual(self.server.raw(b"GET /api/v1/hea", shut=True), b"")

    def test_large_and_malformed_requests(self):
        self.assertIn(b"431 ", self.server.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 60000 + b"\r\n\r\n"))
        self.assertIn(b"400 Bad Request", self.server.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"))
        self.assertIn(b"400 Bad Request", self.server.raw(b"GET /\r\n\r\n"))
        both = b"POST /api/v1/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        self.assertIn(b"400 Bad Request", self.server.raw(both + b"0\r\n\r\n"))
        head = b"POST /api/v1/generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        self.assertIn(b"413 ", self.server.raw(head + b"Content-Length: 99999999999\r\n\r\n"))
        chunks = b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b"a" * 0x10000 + b"\r\n") * 20
        self.assertIn(b"413 ", self.server.raw(head + chunks))
        two = (b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2).replace(b"\r\n\r\nGET", b"\r\n\r\nGET")
        self.assertEqual(self.server.raw(two, shut=True).count(b'"status":"ok"'), 2)

    def test_a_flood_of_idle_connections_shuts_nobody_out(self):
        sockets = []
        try:
            for _ in range(300):
                sockets.append(self.server.socket())
            time.sleep(2.2)
            self.assertEqual(self.server.json("GET", "/api/v1/health")["status"], "ok")
        finally:
            for s in sockets:
                s.close()
        wait_for(lambda: self.server.gauge("connections") < 10)

    def test_a_client_that_leaves_its_stream(self):
        for _ in range(5):
            with self.server.socket() as s:
                s.sendall(f"GET /api/v1/runs/{self.images}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                self.assertIn(b"text/event-stream", s.recv(4000))
        wait_for(lambda: self.server.gauge("event_streams") == 0)

    def events(self, path, count, headers=""):
        """The first `count` events, as (event, id, data)."""
        found = []
        with self.server.socket() as s:
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode())
            data = b""
            while len(found) < count:
                piece = s.recv(65536)
                if not piece:
                    break
                data += piece
                found = re.findall(r"event: (\w+)\n(?:id: (\d+)\n)?data: (.*)\n\n", data.decode())
        return found

    def test_events_go_on_where_they_were(self):
        steps = [line["step"] for line in self.server.json("GET", f"/api/v1/runs/{self.images}/stats")]
        path = f"/api/v1/runs/{self.images}/events"
        ids = [int(number) for event, number, _ in self.events(path, len(steps)) if event == "stats"]
        self.assertEqual(ids, steps)
        later = self.events(path, 2, f"Last-Event-ID: {steps[-2]}\r\n")
        self.assertEqual([int(number) for event, number, _ in later if event == "stats"], [steps[-1]])
        self.assertEqual(self.events(path + f"?after={steps[-1]}", 1)[0][0], "state")

    def test_the_game_shows_frames_and_takes_orders(self):
        game = self.server.json("POST", "/api/v1/games", {"data": "ring-8", "options": {"ngf": 16, "ndf": 16, "batch": 32}}, 201)
        path = f"/api/v1/games/{game['id']}"
        self.assertEqual(self.server.json("POST", path, {"options": {"lr_G": 0.001}})["options"]["lr_G"], 0.001)
        self.server.json("POST", path, {"action": "step_D"})
        frame = wait_for(lambda: (frame := json.loads(self.events(path + "/events", 2)[1][2]))["d_steps"] and frame)
        self.assertEqual((frame["step"], frame["d_steps"], frame["phase"]), (0, 1, "D"))
        self.server.json("POST", path, {"action": "run", "speed": "max"})
        frames = [json.loads(data) for event, _, data in self.events(path + "/events", 12) if event == "frame"]
        self.assertGreater(frames[-1]["step"], frames[0]["step"])
        self.assertEqual(self.server.ask("POST", path, {"options": {"ngf": 100000}})[0], 400)
        self.assertEqual(self.server.ask("DELETE", path)[0], 204)
        self.assertEqual(self.server.ask("GET", path)[0], 404)

    def test_uploads_are_checked_before_they_are_kept(self):
        kept = self.folder / "runs" / ".uploads"
        table = b"x y\n" + b"".join(b"%d %d\n" % (i % 7, i % 5) for i in range(100))
        body, headers = multipart(("points.csv", table))
        answer = self.server.json("POST", "/api/v1/datasets", body, 201, headers=headers)
        self.assertEqual((answer["id"], answer["check"]["samples"]), ("points.csv", 100))
        self.assertEqual((kept / "points.csv").read_bytes(), table)
        self.assertIn("points.csv", [data["name"] for data in self.server.json("GET", "/api/v1/datasets")])
        self.assertFalse(answer["was_there"])
        again = self.server.json("POST", "/api/v1/datasets", body, 200, headers=headers)  # kept once
        self.assertEqual((again["id"], again["was_there"], again["check"]["samples"]), ("points.csv", True, 100))
        renamed, headers = multipart(("other.csv", table))
        self.assertEqual(self.server.json("POST", "/api/v1/datasets", renamed, 200, headers=headers)["id"], "points.csv")
        longer, headers = multipart(("points.csv", table + b"1 1\n"))
        self.assertEqual(self.server.json("POST", "/api/v1/datasets", longer, 201, headers=headers)["id"], "points-2.csv")
        a, b = ((self.folder / "runs" / self.images / name).read_bytes() for name in ("reals.png", "fakes-init.png"))
        folder = (("cats/1.png", a), ("cats/2.png", b))
        for files, name, status in ((folder, "cats", 201), (folder[::-1], "cats", 200), ((("cats/1.png", b), ("cats/2.png", a)), "cats-2", 201)):
            body, headers = multipart(*files)
            self.assertEqual(self.server.json("POST", "/api/v1/datasets", body, status, headers=headers)["id"], name)
        before = sorted(path for path in kept.iterdir() if not path.name.startswith("."))
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.png", bytes(1 << 28))
        for files, status in (((("a.png", b"no image"),), 422), ((("../a.png", b"x"),), 400), ((("a.zip", b"PK\3\4cut"),), 422),
                              ((("bomb.zip", bomb.getvalue()),), 422), ((("a.csv", table), ("a.csv", table)), 400)):
            body, headers = multipart(*files)
            got, content, _ = self.server.ask("POST", "/api/v1/datasets", body, headers)
            self.assertEqual(got, status, content)
        for body in (b"", b"--b", b"--b\r\n\r\n", b"x" * 100000):
            self.assertEqual(self.server.ask("POST", "/api/v1/datasets", body, headers)[0], 400)
        with self.server.socket() as s:  # one that leaves
            s.sendall(b"POST /api/v1/datasets HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                      b"Content-Length: 1000000\r\n\r\n--b\r\n" + b"x" * 5000)
        wait_for(lambda: sorted(kept.iterdir()) == before)

    def test_quiz(self):
        quiz = self.server.json("GET", f"/api/v1/quiz?network={self.images}&n=8&seed=1")
        pictures = [self.server.ask("GET", item["url"])[1] for item in quiz["items"]]
        self.assertEqual(len(pictures), 8)
        again = self.server.json("GET", f"/api/v1/quiz?network={self.images}&n=8&seed=1")
        self.assertEqual([self.server.ask("GET", item["url"])[1] for item in again["items"]], pictures)
        answer = self.server.json("POST", f"/api/v1/quiz/{quiz['id']}", {"answers": [True] * 8})
        self.assertEqual((answer["correct"], answer["p_value"], sum(answer["truth"])), (4, 1, 4))

    def test_memory_is_back(self):
        for _ in range(50):
            self.sample(seeds="0-31", format="json")
        before = self.server.memory()
        for _ in range(300):
            self.sample(seeds="0-31", format="json")
            self.server.ask("POST", "/api/v1/generate", b"x" * 1000000, {"Content-Type": "application/json"})
        self.assertLess(self.server.memory(), before + 30)


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@unittest.skipUnless(shutil.which("openssl"), "no openssl here to make a certificate with")
class TlsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="gannet-serve-")
        cls.folder = pathlib.Path(cls.temporary.name)
        for name in ("cert", "other"):
            openssl(cls.folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", f"{name}-key.pem", "-out", f"{name}.pem",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def serve(self, *options):
        server = Server(self.folder, "--tls", "cert.pem,cert-key.pem", "--request-time", "2", *options)
        self.assertEqual(server.scheme, "https")
        server.tls = ssl.create_default_context(cafile=self.folder / "cert.pem")
        return server

    def test_requests_and_streams(self):
        server = self.serve("--token", "secret")
        try:
            own = {"Authorization": "Bearer secret"}
            self.assertEqual(server.ask("GET", "/api/v1/networks")[0], 401)
            image = server.json("POST", "/api/v1/generate", {"network": "zoo:clothes", "seeds": [1], "format": "json"}, headers=own)
            self.assertEqual(len(image["samples"]), 1)
            status, content, _ = server.ask("POST", "/api/v1/generate", {"network": "zoo:clothes", "seeds": "0-63", "format": "npy"}, own)
            self.assertEqual((status, content[:6]), (200, b"\x93NUMPY"))
            cookie = server.ask("POST", "/api/v1/session", {"token": "secret"})[2]["Set-Cookie"]
            self.assertTrue(cookie.endswith("; Secure"), cookie)
            origin = f"//127.0.0.1:{server.port}"
            self.assertEqual(server.ask("GET", "/api/v1/runs", headers=own | {"Origin": "https:" + origin})[0], 200)
            self.assertEqual(server.ask("GET", "/api/v1/runs", headers=own | {"Origin": "http:" + origin})[0], 403)
            two = b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\n"
            with server.socket() as s:  # two requests at once, in two records
                s.sendall(two + b"\r\n")
                s.sendall(two + b"Connection: close\r\n\r\n")
                self.assertEqual(read_all(s).count(b'"status":"ok"'), 2)
            with server.socket() as s:  # an answer before the body has come, which is then not read
                s.sendall(b"POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
                s.sendall(b"x" * 50000)
                self.assertIn(b"401 Unauthorized", s.recv(4000))
            with server.socket() as s:  # a slow one is told so
                s.sendall(b"GET /api/v1/health HTTP/1.1\r\n")
                self.assertIn(b"408 Request Timeout", read_all(s))
            self.watch_a_game(server, own)
        finally:
            status, output = server.end()
        self.assertEqual(status, 0, output)

    def watch_a_game(self, server, own):
        game = server.json("POST", "/api/v1/games", {"data": "ring-8", "options": {"ngf": 16, "ndf": 16, "batch": 32}}, 201, headers=own)
        server.json("POST", f"/api/v1/games/{game['id']}", {"action": "run", "speed": "max"}, headers=own)
        for _ in range(3):  # each leaves in the middle
            with server.socket() as s:
                s.sendall(f"GET /api/v1/games/{game['id']}/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\n\r\n".encode())
                data = b""
                while data.count(b"event: frame") < 3:
                    data += s.recv(65536)
        text = lambda: server.ask("GET", "/metrics", headers=own)[1]
        wait_for(lambda: b"gannet_event_streams 0\n" in text())

    def test_handshakes_that_fail(self):
        server = self.serve()
        try:
            hello = ssl.MemoryBIO()
            half = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), hello, server_hostname="localhost")
            with self.assertRaises(ssl.SSLWantReadError):
                half.do_handshake()
            hello = hello.read()
            for first in (b"", hello[:50], hello):  # and then nothing more: it is ended in its time
                with server.socket(plain=True) as s:
                    s.sendall(first)
                    begin = time.time()
                    read_all(s)
                    self.assertLess(time.time() - begin, 10)
            for first in (hello[:50], hello, b"\x16\x03\x01" + b"\xff" * 3000, bytes(20000)):
                with server.socket(plain=True) as s:  # one that leaves
                    s.sendall(first)
            with server.socket(plain=True) as s:
                s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                answer = read_all(s)
            self.assertIn(b"400 Bad Request", answer)
            self.assertIn(b"this port speaks HTTPS", answer)
            old = ssl.create_default_context(cafile=self.folder / "cert.pem")
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_2
            with old.wrap_socket(server.socket(plain=True), server_hostname="localhost") as s:
                self.assertEqual(s.version(), "TLSv1.2")
            with self.assertRaises(ssl.SSLError), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
                old.set_ciphers("ALL:@SECLEVEL=0")
                old.wrap_socket(server.socket(plain=True), server_hostname="localhost")
            sockets = [server.socket(plain=True) for _ in range(300)]  # a flood of connections that say nothing
            time.sleep(2.2)
            self.assertEqual(server.json("GET", "/api/v1/health")["status"], "ok")
            for s in sockets:
                s.close()
            wait_for(lambda: server.gauge("connections") < 10)
        finally:
            self.assertEqual(server.end()[0], 0)

    def test_files_that_are_none(self):
        openssl(self.folder, "pkey", "-in", "cert-key.pem", "-aes128", "-passout", "pass:x", "-out", "locked.pem")
        openssl(self.folder, "x509", "-in", "cert.pem", "-outform", "der", "-out", "cert.der")
        (self.folder / "cut.pem").write_text((self.folder / "cert.pem").read_text()[:500])
        (self.folder / "cut-key.pem").write_text((self.folder / "cert-key.pem").read_text()[:500])
        for files, status, words in (("none.pem,cert-key.pem", 1, "no such file: none.pem"), ("cert.pem,none.pem", 1, "no such file: none.pem"),
                                     ("cert-key.pem,cert.pem", 1, "found a private key: cert-key.pem"), ("cert.der,cert-key.pem", 1, "found none: cert.der"),
                                     ("cut.pem,cert-key.pem", 1, "cut.pem"), ("cert.pem,cut-key.pem", 1, "cut-key.pem"),
                                     ("cert.pem", 1, "expected a private key in PEM form, found none: cert.pem"),
                                     ("cert.pem,other-key.pem", 1, "is not that of the certificate cert.pem: other-key.pem"),
                                     ("cert.pem,locked.pem", 1, "is encrypted: locked.pem"), (".,cert-key.pem", 1, "."),
                                     ("cert.pem,", 2, "expected two files"), ("a,b,c", 2, "expected two files"), ("", 2, "--tls")):
            result = subprocess.run([GANNET, "serve", "--port", "0", "--tls", files], cwd=self.folder, capture_output=True, text=True, timeout=60)
            self.assertEqual((result.returncode, result.stdout), (status, ""), (files, result.stderr))
            for file in re.findall(r"-(?:key)?out (\S+)", result.stderr):  # hints replace nothing that is there
                self.assertFalse((self.folder / file).exists(), result.stderr)
            if "cert.der" in files:
                self.assertIn("openssl x509 -inform der -in cert.der -out converted.pem", result.stderr)
            self.assertIn(words, result.stderr)
            self.assertEqual(len(re.findall("^gannet: ", result.stderr, re.M)), 1, result.stderr)
        result = subprocess.run([GANNET, "serve", "--port", "0", "--host", "0.0.0.0", "--tls", "cert.pem,cert-key.pem"], cwd=self.folder,
                                capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, 2, result.stderr)  # TLS does not say who asks
        both = (self.folder / "cert.pem").read_text() + (self.folder / "cert-key.pem").read_text()
        (self.folder / "both.pem").write_text(both)
        server = Server(self.folder, "--tls", "both.pem")
        self.assertEqual((server.scheme, server.end()[0]), ("https", 0))


class TrainingsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gannet-serve-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def begin(self, server, **options):
        options = {"kimg": 10000, "tick": 1, "ngf": 16, "ndf": 16, "batch": 32, "threads": 1} | options
        return server.json("POST", "/api/v1/runs", {"cfg": "vanilla", "data": "ring-8", "options": options}, 201)["id"]

    def state(self, server, run):
        return server.json("GET", f"/api/v1/runs/{run}")["state"]

    def why(self, server, run):
        run = server.json("GET", f"/api/v1/runs/{run}")
        return run["why"], run["hint"]

    def test_a_training_is_begun_stopped_killed_and_gone_on_with(self):
        server = Server(self.folder, "--trainings", "1")
        try:
            run = self.begin(server)
            self.assertEqual(self.state(server, run), "running")
            self.assertEqual(server.ask("POST", "/api/v1/runs", {"data": "ring-8"})[0], 409)
            self.assertEqual(server.ask("DELETE", f"/api/v1/runs/{run}")[0], 409)
            wait_for(lambda: server.json("GET", f"/api/v1/runs/{run}/stats"))
            server.json("POST", f"/api/v1/runs/{run}/stop", None, 202)
            wait_for(lambda: self.state(server, run) == "stopped")
            self.assertEqual(self.why(server, run), ("", ""))
            server.json("POST", f"/api/v1/runs/{run}/resume", {"options": {"lr": 0.001}}, 201)
            self.assertEqual(self.state(server, run), "running")
            pid = int((self.folder / "runs" / run / ".lock").read_text())
            os.kill(pid, signal.SIGKILL)
            wait_for(lambda: self.state(server, run) == "stopped")
            last = max(int(path.stem.split("-")[1]) for path in (self.folder / "runs" / run).glob("state-*.safetensors"))
            self.assertEqual(self.why(server, run), ("its process was killed (signal 9, SIGKILL), as the system does when memory runs out",
                                                     f"a resume goes on from its last state, step {last}"))
            self.assertEqual(server.json("GET", "/api/v1/runs")[0]["why"], self.why(server, run)[0])
            wait_for(lambda: server.gauge("trainings") == 0)
            self.assertFalse(pathlib.Path(f"/proc/{pid}").exists())  # it was reaped
            server.json("POST", f"/api/v1/runs/{run}/resume", {}, 201)
            server.json("POST", f"/api/v1/runs/{run}/stop", None, 202)
            wait_for(lambda: self.state(server, run) == "stopped")
            self.assertEqual(self.why(server, run), ("", ""))
            fork = server.json("POST", f"/api/v1/runs/{run}/fork", {"options": {"kimg": 0.1}}, 201)["id"]
            wait_for(lambda: self.state(server, fork) == "finished")
            self.assertEqual(server.ask("DELETE", f"/api/v1/runs/{fork}")[0], 204)
            self.assertFalse((self.folder / "runs" / fork).exists())
        finally:
            status, output = server.end()
        self.assertEqual(status, 0)
        self.assertIn(f"training of {run} has ended with status 137", output)

    def test_a_run_killed_before_its_first_state(self):
        server = Server(self.folder)
        try:
            run = self.begin(server, tick=5000)
            os.kill(int((self.folder / "runs" / run / ".lock").read_text()), signal.SIGABRT)
            wait_for(lambda: self.state(server, run) == "stopped")
            self.assertEqual(self.why(server, run), ("its process was ended by a signal (signal 6, SIGABRT)",
                                                     "it had written no state yet: a resume starts it over"))
            # Another run whose last process had the same number: numbers are given again.
            shutil.copytree(self.folder / "runs" / run, self.folder / "runs" / "00007-other")
            self.assertEqual(self.why(server, "00007-other"), ("", ""))
        finally:
            server.end()

    def test_what_train_refuses_leaves_nothing(self):
        server = Server(self.folder)
        try:
            for body, status, word in (({"data": "ring-8", "options": {"lr": -1}}, 422, "out of range"),
                                       ({"data": "ring-8", "options": {"nope": 1}}, 422, "unknown option: nope"),
                                       ({"data": "ring-8", "cfg": "dcgan"}, 422, "dcgan draws images"),
                                       ({"data": "ring-8", "cfg": "nope"}, 404, "no recipe 'nope'"),
                                       ({"data": "nope"}, 404, "no data set 'nope'")):
                got, content, _ = server.ask("POST", "/api/v1/runs", {"cfg": "vanilla"} | body)
                self.assertEqual(got, status, content)
                self.assertIn(word, json.loads(content)["error"])
            self.assertFalse((self.folder / "runs").exists() and any((self.folder / "runs").glob("0*")))
        finally:
            server.end()

    def test_a_training_outlives_its_server(self):
        server = Server(self.folder)
        run = self.begin(server)
        _, output = server.end()
        self.assertIn(f"training of {run} goes on without the server", output)
        server = Server(self.folder)
        try:
            self.assertEqual(self.state(server, run), "running")
            server.json("POST", f"/api/v1/runs/{run}/stop", None, 202)
            wait_for(lambda: self.state(server, run) == "stopped")
        finally:
            server.end()

    def test_a_full_disk_refuses_uploads(self):
        server = Server(self.folder, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)))
        try:
            body, headers = multipart(("a.bin", bytes(3 << 20)))
            status, content, answer = server.ask("POST", "/api/v1/datasets", body, headers)
            self.assertEqual(status, 503, content)
            self.assertIn("Retry-After", answer)
            wait_for(lambda: not list((self.folder / "runs" / ".uploads").iterdir()))
            self.assertEqual(server.json("GET", "/api/v1/health")["status"], "ok")
        finally:
            server.end()

    def test_tokens_and_classes(self):
        server = Server(self.folder, "--token", "secret")
        try:
            self.assertEqual(server.ask("GET", "/api/v1/runs")[0], 401)
            self.assertEqual(server.ask("GET", "/")[0], 200)
            self.assertEqual(server.ask("GET", "/api/v1/runs", headers={"Authorization": "Bearer secret"})[0], 200)
            status, _, headers = server.ask("POST", "/api/v1/session", {"token": "secret"})
            self.assertEqual(status, 204)
            self.assertEqual(server.ask("GET", "/api/v1/runs", headers={"Cookie": headers["Set-Cookie"].split(";")[0]})[0], 200)
            self.assertIn("HttpOnly; SameSite=Strict", headers["Set-Cookie"])
        finally:
            server.end()
        server = Server(self.folder, "--classroom", "--games", "1")
        try:
            self.assertTrue(server.json("GET", "/api/v1/health")["read_only"])
            self.assertEqual(server.ask("POST", "/api/v1/runs", {"data": "ring-8"})[0], 403)
            server.json("POST", "/api/v1/games", {}, 201)
            self.assertEqual(server.ask("POST", "/api/v1/games", {})[0], 503)
        finally:
            server.end()

    def test_usage(self):
        for arguments, status, word in ((["--host", "0.0.0.0"], 2, "no token"), (["--port", "70000"], 2, "out of range"),
                                        (["--network", "none.safetensors"], 1, "none.safetensors")):
            result = subprocess.run([GANNET, "serve", *arguments], cwd=self.folder, capture_output=True, text=True, timeout=60)
            self.assertEqual((result.returncode, result.stdout), (status, ""), result.stderr)
            self.assertIn(word, result.stderr)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            result = subprocess.run([GANNET, "serve", "--port", port], cwd=self.folder, capture_output=True, text=True, timeout=60)
            self.assertEqual(result.returncode, 1)
            self.assertIn("hint: --port 0 takes a free one", result.stderr)


if __name__ == "__main__":
    main()
