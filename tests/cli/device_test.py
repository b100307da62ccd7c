"""--device: the CPU by name, one line for what cannot be used. A machine with a GPU is one of a fake driver."""
import json
import os

import program

TINY = ["--cfg", "vanilla", "--data", "ring-8", "--kimg", 0.64, "--batch", 32, "--ngf", 4, "--ndf", 4, "--tick", 0.32]
FAKE = os.environ.get("GANNET_FAKE_DRIVER", "")


class Device(program.ProgramTest):
    def train(self, *more):
        return self.folder / self.works("train", *TINY, *more).splitlines()[-1]

    def test_the_cpu_by_name_is_the_default_of_a_machine_without_a_gpu(self):
        if os.path.exists("/dev/nvidiactl"):
            self.skipTest("this machine has a GPU")
        said = self.works("train", *TINY)
        self.assertNotIn("device", said)
        first, second = self.folder / said.splitlines()[-1], self.train("--device", "cpu")
        for name in ("network-000000.safetensors", "stats.jsonl"):
            if name == "stats.jsonl":
                losses = [[json.loads(line)["loss"] for line in (run / name).read_text().splitlines()]
                          for run in (first, second)]
                self.assertEqual(*losses)
            else:
                self.assertEqual((first / name).read_bytes(), (second / name).read_bytes())
        options = json.loads((first / "options.json").read_text())
        self.assertNotIn("device", options)
        self.assertEqual(options["machine"]["device"], "cpu")

    def test_each_command_takes_it(self):
        for command in ("train", "resume", "sample", "video", "project", "compare", "detect", "fool", "reconstruct",
                        "bench"):
            self.assertIn("--device", self.works(command, "--help"), command)
        run = self.train()
        self.works("sample", "--network", run, "--out", "points.csv", "--device", "cpu")
        self.works("resume", run, "--kimg", 1.28, "--device", "cpu")
        self.works("compare", "ring-8", "ring-8", "--limit", 40, "--permutations", 19, "--device=cpu")
        (self.folder / "device.toml").write_text('device = "cpu"\n')
        self.train("--config", "device.toml")

    def test_another_word_is_wrong_usage(self):
        for word in ("gpu", "cuda:x", "cuda:-1", "CUDA", "0"):
            self.fails(2, f"expected auto, cpu, cuda or cuda:N: --device {word}", "train", *TINY, "--device", word)
        self.fails(2, "--device", "bench", "--device")

    def test_no_gpu_is_one_line(self):
        if os.path.exists("/dev/nvidiactl"):
            self.skipTest("this machine has a GPU")
        for device in ("cuda", "cuda:1"):
            self.fails(1, f"no NVIDIA driver is found (libcuda.so.1)", "train", *TINY, "--device", device,
                       hint="--device cpu")
        self.assertFalse((self.folder / "runs").exists())
        self.assertIn("no NVIDIA driver", self.works_json("doctor")["devices"]["why_no_gpu"])

    def test_a_driver_and_a_libtorch_without_cuda(self):
        self.environment |= {"LD_LIBRARY_PATH": os.path.dirname(FAKE), "FAKE_CUDA": "13000", "FAKE_GPUS": "1"}
        report = self.works_json("doctor")["devices"]
        self.assertEqual([gpu["name"] for gpu in report["gpus"]], ["Fake GPU 0"])
        self.assertEqual(report["driver_cuda"], "13.0")
        self.assertEqual(report["auto"], "cpu")
        if report["why_no_gpu"] != "this libtorch has no CUDA":
            self.skipTest("this libtorch has CUDA")
        self.fails(1, "this libtorch has no CUDA: --device cuda", "bench", "--device", "cuda", hint="GANNET_CUDA=1")
        self.assertRegex(self.works("doctor"), r"(?m)^cuda:0 +Fake GPU 0, 8.0 GB")


if __name__ == "__main__":
    program.main()
