#!/usr/bin/env python3
"""Requests for one 64x64 picture each: `gannet serve` beside FastAPI and PyTorch with the same generator, interleaved.

    python3 bench/serve.py [--python PYTHON] [--rounds 5] [--clients 1,4,16] [--requests 200] [--threads 2] [--peer-threads 1] [--flat N]

PYTHON is an interpreter with torch, fastapi, uvicorn and pillow. Each client keeps its connection and asks for another
seed each time; all are threads of this script. Prints a Markdown table: medians over the rounds. --flat N: also the
memory of `gannet serve` before, during and after N further requests."""
import argparse
import http.client
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def rss_mb(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


class Peer:
    def __init__(self, command, port, path, body, **more):
        self.port, self.path, self.body = port, path, body
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **more)
        for _ in range(600):
            try:
                self.ask(http.client.HTTPConnection("127.0.0.1", port, timeout=60), 0)
                return
            except OSError:
                time.sleep(0.1)
        sys.exit(f"serve: {command[0]} does not answer")

    def ask(self, connection, seed):
        connection.request("POST", self.path, json.dumps(self.body | {"seeds": [seed]}), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200 or not content.startswith(b"\x89PNG"):
            sys.exit(f"serve: {answer.status} {content[:200]}")

    def load(self, clients, requests):
        """Requests a second, and the latencies in ms."""
        times, lock = [], threading.Lock()

        def work(number):
            connection, own = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120), []
            for i in range(requests // clients):
                begin = time.perf_counter()
                self.ask(connection, number * 1000003 + i)
                own.append(1000 * (time.perf_counter() - begin))
            with lock:
                times.extend(own)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
        begin = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(times) / (time.perf_counter() - begin), sorted(times)


def quantile(ordered, share):
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--gannet", default=os.path.join(HERE, "..", "build", "release", "gannet"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", default="1,4,16")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of gannet serve")
    parser.add_argument("--peer-threads", type=int, default=1, help="of PyTorch: FastAPI answers from threads of its own, as many as it likes")
    parser.add_argument("--port", type=int, default=18470)
    parser.add_argument("--flat", type=int, default=0)
    args = parser.parse_args()
    gannet, threads = os.path.abspath(args.gannet), ["--threads", str(args.threads)]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([gannet, "train", "--cfg", "dcgan", "--preset", "paper", "--data", "shapes", "--image-size", "64", "--kimg", "0.128",
                        "--batch", "64", "--metrics", "none", *threads], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        network = os.listdir(os.path.join(folder, "runs"))[0]
        peers = {"gannet serve": Peer([gannet, "serve", "--port", str(args.port), *threads], args.port, "/api/v1/generate",
                                      {"network": network}, cwd=folder),
                 "FastAPI + PyTorch": Peer([args.python, os.path.join(HERE, "peers", "serve.py"), "--port", str(args.port + 1),
                                            "--threads", str(args.peer_threads)],
                                           args.port + 1, "/generate", {})}
        try:
            compare(args, peers)
            if args.flat:
                flat(args, peers["gannet serve"])
        finally:
            for peer in peers.values():
                peer.process.terminate()
                peer.process.wait(20)


def compare(args, peers):
    print("| clients | server | requests/s | p50 ms | p95 ms | p99 ms | MB |")
    print("|---|---|---|---|---|---|---|")
    for clients in map(int, args.clients.split(",")):
        rates, times = {name: [] for name in peers}, {name: [] for name in peers}
        for _ in range(args.rounds):
            for name, peer in peers.items():
                peer.load(clients, clients * 2)  # warm
                rate, latencies = peer.load(clients, args.requests)
                rates[name].append(rate)
                times[name].append(latencies)
        for name, peer in peers.items():
            of = [statistics.median(quantile(each, share) for each in times[name]) for share in (0.5, 0.95, 0.99)]
            print(f"| {clients} | {name} | {statistics.median(rates[name]):.1f} | " + " | ".join(f"{value:.1f}" for value in of) +
                  f" | {rss_mb(peer.process.pid):.0f} |", flush=True)


def flat(args, peer):
    parts = 10
    print(f"\nMemory of gannet serve over {args.flat} further requests, MB: {rss_mb(peer.process.pid):.1f}", end="", flush=True)
    for _ in range(parts):
        peer.load(16, args.flat // parts)
        print(f", {rss_mb(peer.process.pid):.1f}", end="", flush=True)
    print()


if __name__ == "__main__":
    main()
