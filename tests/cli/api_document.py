"""The API held against its own document by schemathesis, where the environment of the tests has it."""
import importlib.util
import pathlib
import subprocess
import sys
import tempfile

if importlib.util.find_spec("schemathesis") is None:
    print("no schemathesis here")
    sys.exit(77)

from program import GANNET  # noqa: E402
from serve_test import Server  # noqa: E402

# A request may fit the schema and still ask for what is not there or cannot be; one that does not fit may be refused for its
# size or address first.
CONFIG = """
[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 421, 422, 431]
"""


def main():
    with tempfile.TemporaryDirectory(prefix="gannet-document-") as folder:
        folder = pathlib.Path(folder)
        for arguments in (["dcgan", "--data", "shapes", "--image-size", "16", "--ngf", "4", "--ndf", "4", "--kimg", "0.1", "--metrics", "none"],
                          ["vanilla", "--data", "ring-8", "--ngf", "8", "--ndf", "8", "--kimg", "1"]):
            subprocess.run([GANNET, "train", "--cfg", *arguments, "--threads", "1"], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        (folder / "schemathesis.toml").write_text(CONFIG)
        server = Server(folder, "--trainings", "0")
        try:
            # Streams do not end; the detector and two-sample tests take their time; serve_test.py has them and the uploads.
            result = subprocess.run([pathlib.Path(sys.executable).parent / "schemathesis", "--config-file", "schemathesis.toml", "run",
                                     f"http://127.0.0.1:{server.port}/api/openapi.json", "--exclude-path-regex", "/events$",
                                     "--exclude-operation-id", "detect", "--exclude-operation-id", "compare",
                                     "--exclude-operation-id", "upload_dataset", "--max-examples", "12", "--request-timeout", "30",
                                     "--phases", "examples,coverage,fuzzing", "--seed", "1", "--checks", "all",
                                     "--exclude-checks", "positive_data_acceptance"],
                                    cwd=folder, capture_output=True, text=True, timeout=500)
            print(result.stdout[-6000:], result.stderr[-2000:])
            assert server.json("GET", "/api/v1/health")["status"] == "ok"
        finally:
            status, _ = server.end()
    sys.exit(result.returncode or status)


main()
