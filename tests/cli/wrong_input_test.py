"""What is wrong, and its one clear line: data files, network files, options, seeds, names, closed pipes."""
import json
import os
import struct

import program
import run_files

TINY = ["--kimg", 0.032, "--batch", 16, "--ngf", 8, "--ndf", 8]


def idx(dims, values, magic=(0, 8)):
    return struct.pack(f">HBB{len(dims)}I", *magic, len(dims), *dims) + bytes(values)


def npy(shape, values, descr="<f4", order="False"):
    header = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}"
    header = header.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + values


class WrongInput(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.environment["OMP_WAIT_POLICY"] = "passive"  # or each `train` starts twice to set how its threads wait

    def refused_data(self, cfg, cases):
        for name, (data, words) in cases.items():
            with self.subTest(name=name):
                (self.folder / name).write_bytes(data)
                result = self.fails(1, words, "train", "--cfg", cfg, "--data", name, *TINY)
                self.assertIn(name, result.stderr.splitlines()[0])
        self.assertFalse((self.folder / "runs").exists())

    def test_idx_files(self):
        good = idx((32, 4, 4), range(256)) + bytes(256)
        self.refused_data("vanilla", {
            "a.empty": (b"", "is empty"),
            "a.header": (good[:10], "truncated at 10 of"),
            "a.short": (good[:-1], "truncated at"),
            "a.long": (good + b"x", "1 bytes too many"),
            "a.magic": (b"\x89PNG" + good[4:], "not an IDX file"),
            "a.floats": (idx((4, 4, 4), bytes(256), (0, 13)), "not an IDX file"),
            "a.none": (idx((0, 4, 4), b""), "0"),
            "a.flat": (idx((8,), bytes(8)), "expected"),
            "a.huge": (idx((2**32 - 1, 2**32 - 1, 2**32 - 1), bytes(8)), ""),
            "a.few": (idx((3, 4, 4), bytes(48)), "3 samples"),
        })
        (self.folder / "train-images-idx3-ubyte").write_bytes(good)
        (self.folder / "train-labels-idx1-ubyte").write_bytes(idx((31,), bytes(31)))
        self.fails(1, "31", "train", "--cfg", "vanilla", "--data", "train-images-idx3-ubyte", *TINY)
        self.fails(1, "no such file", "train", "--cfg", "vanilla", "--data", "./none-idx3-ubyte", hint="gannet data list")

    def test_arrays(self):
        good = npy((32, 2), bytes(range(256)))
        self.refused_data("vanilla", {
            "empty.npy": (b"", "is empty"),
            "header.npy": (good[:50], "truncated"),
            "short.npy": (good[:-1], "truncated at 383 of 384"),
            "long.npy": (good + b"x", "1 bytes too many"),
            "magic.npy": (b"x" + good[1:], "not a NumPy file"),
            "flat.npy": (npy((64,), bytes(256)), "expected"),
            "cube.npy": (npy((4, 4, 4), bytes(256)), "expected"),
            "object.npy": (npy((32, 2), bytes(256), descr="|O"), ""),
            "huge.npy": (npy((2**62, 4), bytes(256)), ""),
            "nan.npy": (npy((32, 2), struct.pack("<f", float("nan")) * 64), "finite"),
        })

    def test_tables(self):
        row = b"1,2\n"
        self.refused_data("vanilla", {
            "empty.csv": (b"", "is empty"),
            "header.csv": (b"x,y\n", "no rows"),
            "ragged.csv": (row * 20 + b"3\n", "line 21"),
            "word.csv": (row * 3 + b"1,two\n", "line 4, column 2"),
            "nan.csv": (row * 3 + b"nan,1\n", "line 4, column 1"),
            "binary.csv": (bytes(range(256)), ""),
            "few.csv": (b"1,2\n3,5\n2,9\n", "3 samples"),
            "constant.csv": (row * 30, "no column to learn from"),
        })

    def test_data_of_another_kind(self):
        self.fails(1, "dcgan", "train", "--cfg", "dcgan", "--data", "grid-25")
        self.fails(1, "is not a regular file", "train", "--cfg", "vanilla", "--data", "/dev/null")
        self.fails(1, "no images", "train", "--cfg", "vanilla", "--data", ".")
        self.fails(2, "--image-size", "train", "--cfg", "vanilla", "--data", "ring-8", "--image-size", 32, *TINY, hint="shapes")
        self.fails(2, "--metrics", "train", "--cfg", "vanilla", "--data", "shapes", "--metrics", "modes", *TINY)

    def test_numbers_out_of_range(self):
        """For each type of number: too low, too high, another type, no number, none, more than 64 bits."""
        cases = {"--batch": ("0", "65537", "-1", "1.5", "1e3", "many", "", "99999999999999999999", " 8"),
                 "--seed": ("-1", "18446744073709551616", "1.5", "x", ""),
                 "--lr": ("-0.1", "11", "nan", "inf", "fast", "", "1e999"),
                 "--b1": ("1", "-1e-9"), "--ema-rampup": ("1.1", "-1"), "--kimg": ("-1", "1e10", "x"),
                 "--tick": ("0", "-1"), "--snap": ("0", "1.5"), "--threads": ("0", "1025", "-2"),
                 "--n-critic": ("0", "101"), "--accumulate": ("0", "7"), "--image-size": ("3", "1025", "32"),
                 "--mirror": ("2", "maybe"), "--loss": ("", "NS", "wgan-gp"), "--optimizer": ("adm",),
                 "--metrics": ("fid",)}
        for option, values in cases.items():
            for value in values:
                with self.subTest(option=option, value=value):
                    self.fails(2, option, "train", "--cfg", "vanilla", "--data", "ring-8", *TINY, f"{option}={value}")
        for text in ("a/b", "../../x"):
            self.fails(2, "'/'", "train", "--cfg", "vanilla", "--data", "ring-8", *TINY, "--desc", text, hint="--desc")
        self.fails(2, "--outdir", "train", "--cfg", "vanilla", "--data", "ring-8", *TINY, "--outdir=")
        self.fails(2, "--accumulate", "train", "--cfg", "vanilla", "--data", "ring-8", "--batch", 16, "--accumulate", 3)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_names_with_their_nearest(self):
        for arguments, error, hint in (
                (("train", "--cfg", "dcgann"), "unknown recipe: dcgann", "dcgan"),
                (("train", "--cfg", "vanilla", "--data", "ring-9"), "unknown data set: ring-9", "ring-8"),
                (("train", "--cfg", "vanilla", "--data", "ring-8", "--batchsize", "3"), "--batchsize", "--batch"),
                (("train", "--cfg", "vanilla", "--data", "ring-8", "--optimizer", "adamm"), "--optimizer", "adam"),
                (("bench", "--cfg", "dcgan29"), "dcgan29", "dcgan28"),
                (("trian",), "unknown subcommand: trian", "gannet train"),
                (("runs", "shwo"), "unknown subcommand: shwo", "gannet runs show")):
            with self.subTest(arguments=arguments):
                self.fails(2, error, *arguments, hint=hint)

    def small_run(self, *more, cfg="cgan"):
        data = ["--arch", "mlp", "--data", "shapes", "--image-size", 16] if cfg == "cgan" else ["--data", "ring-8"]
        out = self.works("train", "--cfg", cfg, *data, *TINY, *more)
        return self.folder / out.splitlines()[-1]

    def test_network_files(self):
        run = self.small_run()
        network = next(run.glob("network-0*.safetensors"))
        data = network.read_bytes()
        bad = self.folder / "bad.safetensors"

        def refused(content, words="bad.safetensors"):
            bad.write_bytes(content)
            self.fails(1, words, "sample", "--network", bad, "--out", "x.png")
            self.assertFalse((self.folder / "x.png").exists())
        for length in (0, 7, 8, 100, len(data) // 2, len(data) - 1):
            refused(data[:length])
        for at in (0, 12, 200, len(data) // 2, len(data) - 1):
            refused(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
        refused(data + b"x")
        refused(b"\x89PNG" + data[4:])
        self.fails(1, "state file", "sample", "--network", next(run.glob("state-*")), "--out", "x.png", hint="network-")
        self.fails(1, "not a regular file", "sample", "--network", "/dev/zero", "--out", "x.png")
        for classes in (("10000",), ("-1",), ("no-such",)):
            self.fails(2, "--class", "sample", "--network", run, f"--class={classes[0]}", "--out", "x.png")
        name = next(iter(self.class_names(network)))
        self.fails(2, "--class", "sample", "--network", run, "--class", name + "x", "--out", "x.png", hint=name)

    def class_names(self, network):
        return json.loads(run_files.open_model(network.read_bytes())[0]["classes"])

    def test_folders_without_networks(self):
        (self.folder / "empty").mkdir()
        self.fails(1, "not a run directory", "sample", "--network", "empty", "--out", "x.png")
        run = self.small_run(cfg="vanilla")
        for path in run.glob("network-*"):
            path.unlink()
        self.fails(1, "no network", "sample", "--network", run, "--out", "x.png", hint="snapshot")
        self.fails(1, "not a run directory", "resume", "empty")
        self.fails(1, "no run directory", "resume", "none")

    def test_starting_from_weights(self):
        run = self.small_run(cfg="vanilla")
        network = next(run.glob("network-0*.safetensors"))
        out = self.works("train", "--cfg", "vanilla", "--data", "ring-8", *TINY, "--resume", network, "--kimg", 0, "--outdir", "on")
        again = next((self.folder / out.splitlines()[-1]).glob("network-0*.safetensors"))
        self.assertEqual(run_files.open_model(network.read_bytes())[1], run_files.open_model(again.read_bytes())[1])

        def refused(words, *arguments, **more):
            self.fails(1, words, "train", *arguments, "--resume", more.pop("file", network), "--outdir", "new", **more)
        refused("--resume", "--cfg", "vanilla", "--data", "ring-8", "--kimg", 1, hint="--cfg vanilla")
        refused("--resume", "--cfg", "vanilla", "--data", "shapes", *TINY, hint="[2]")
        refused("--resume", "--cfg", "dcgan", "--data", "shapes", *TINY, hint="--cfg vanilla")
        self.works("train", "--cfg", "vanilla", "--data", "ring-8", *TINY, "--resume", max(run.glob("state-*")), "--outdir", "moments")
        refused("no such file", "--cfg", "vanilla", "--data", "ring-8", *TINY, file="none")
        self.assertFalse((self.folder / "new").exists())

    def test_no_steps_at_all_end_with_a_snapshot(self):
        run = self.small_run("--kimg", 0, cfg="vanilla")
        for name in ("network-000000.safetensors", "state-00000000.safetensors", "fakes-000000.png", "DONE"):
            self.assertTrue((run / name).exists(), name)
        (run / "DONE").unlink()
        before = {path.name: path.read_bytes() for path in run.glob("[fmn]*-0*")} | {"m": (run / "metrics.jsonl").read_bytes()}
        self.works("resume", run)
        after = {path.name: path.read_bytes() for path in run.glob("[fmn]*-0*")} | {"m": (run / "metrics.jsonl").read_bytes()}
        self.assertEqual(before, after)

    def test_seeds(self):
        run = self.small_run(cfg="vanilla")
        for seeds in ("x", "1-", "-1", "3-1", "1,,2", "1.5", "0x1", "1 2", ",", "18446744073709551616", "0-18446744073709551615",
                      "5--7", "1-2-3"):
            with self.subTest(seeds=seeds):
                self.fails(2, "--seeds", "sample", "--network", run, "--out", "x.npy", f"--seeds={seeds}", hint="0,1,4-6")
        top = 2**64 - 1

        def points(seeds):
            self.works("sample", "--network", run, "--out", "x.npy", "--overwrite", "--seeds", seeds)
            data = (self.folder / "x.npy").read_bytes()[128:]
            return [data[at:at + 8] for at in range(0, len(data), 8)]
        a, b, c, d = points(f"0,{top},7,0")
        self.assertEqual(a, d)
        self.assertEqual(len({a, b, c}), 3)
        self.assertEqual(points(f"7,{top - 1}-{top},0")[0::2], [c, b])
        self.assertEqual(points("9,8-10,8")[0], points("9")[0])

    def test_sentences(self):
        tiny = ["--cfg", "text2image", "--text-width", 8, *TINY]
        for data, words in (("fashion-mnist", "not here yet"), ("ring-8", "no captions")):
            self.fails(1, words, "train", *tiny, "--data", data, "--outdir", "none")
        self.fails(1, "equal heads", "train", *tiny, "--data", "shapes", "--text-heads", 3, "--outdir", "none")
        self.fails(2, "--text-length", "train", *tiny, "--data", "shapes", "--text-length", 1)
        self.fails(2, "--gp", "train", *tiny, "--data", "shapes", "--gp", 10)
        self.assertFalse((self.folder / "none").exists())
        run = self.folder / self.works("train", *tiny, "--data", "shapes").splitlines()[-1]
        common = ("sample", "--network", run, "--out", "x.png", "--overwrite")
        for none in ([], ["--text", ""], ["--text", "  "]):
            self.fails(2, "--text has none", *common, *none, hint="as in --text")
        self.assertEqual(self.run_gannet(*common, "--text", "red star, large").stderr, "")
        self.assertRegex(self.run_gannet(*common, "--text", "zwölf stars, red").stderr, "^gannet: warning: no caption of the training has 'zwölf', 'stars', which means nothing to this network\n$")
        self.fails(2, "--text has none", "project", "--network", run, "--target", "x.png", "--out", "y.png")
        self.works("project", "--network", run, "--target", "x.png", "--text", "a red star", "--steps", 1, "--out", "y.png")
        said = self.run_gannet(*common, "--text", "a red star " * 30)
        self.assertEqual(said.returncode, 0)
        self.assertRegex(said.stderr, "^gannet: warning: the sentence has 9[0-9] tokens, this network reads [0-9]+ of them: up to 'a red star")
        self.fails(2, "takes none", "sample", "--network", self.small_run(), "--out", "x.png", "--text", "a red star", hint="text2image")
        self.assertIn("has 'Red' (but 'red'), ", self.run_gannet(*common, "--text", "Red star").stderr)
        self.mixes_styles(["sample", "--network", run, "--text", "a red star"])

    def test_styles_of_classes(self):
        run = self.works("train", "--cfg", "sngan", "--arch", "residual", "--cond", "--data", "shapes", "--image-size", 16, *TINY).splitlines()[-1]
        table = ["sample", "--network", run, "--seeds", "0,0,1", "--style-seeds", "4,4", "--class", "star", "--out", "x.png", "--overwrite"]
        self.assertIn("the styles of this network are its classes, and all are star here: --style-class", self.run_gannet(*table).stderr)
        self.assertEqual(self.run_gannet(*table, "--style-class", "circle").stderr, "")
        self.assertEqual(struct.unpack(">2I", (self.folder / "x.png").read_bytes()[16:24]), (2 * 16, 3 * 16))
        self.fails(2, "--style-class", *table, "--style-class", "nope")
        self.fails(2, "several classes in turn", *table, "--style-class", "0-2", hint="one class")
        self.fails(2, "6 seeds do not fit into a grid of 1x2", *table, "--grid", "1x2", hint="--grid 2x3")

    def mixes_styles(self, sample):
        """Each seed with each style: a table, whose samples with a style of their own are those without --style-seeds."""
        def samples(*more):
            self.works(*sample, "--out", "m.npy", "--overwrite", *more)
            data = (self.folder / "m.npy").read_bytes()[128:]
            return [data[at:at + 3 * 32 * 32] for at in range(0, len(data), 3 * 32 * 32)]
        plain, mixed = samples("--seeds", "3,5"), samples("--seeds", "3,5", "--style-seeds", "3,5")
        self.assertEqual([mixed[0], mixed[3]], plain)
        self.assertEqual(len(set(mixed)), 4)
        self.assertEqual(samples("--seeds", "3,5", "--style-seeds", "3,5", "--batch", 3), mixed)
        said = samples("--seeds", "3", "--style-seeds", "3", "--style-text", "a blue circle")
        self.assertNotEqual(said, plain[:1])
        self.works(*sample, "--outdir", "mixed", "--seeds", "3,5", "--style-seeds", "4")
        self.assertEqual(sorted(path.name for path in (self.folder / "mixed").iterdir()), ["seed0003-style0004.png", "seed0005-style0004.png"])
        out = ("--out", "x.png", "--overwrite")
        self.fails(2, "expected one of [8, 16]", *sample, "--style-seeds", "1", "--style-from", "5", *out)
        self.fails(2, "--style-seeds is missing", *sample, "--style-from", "8", *out, hint="--style-seeds 4-9")
        self.fails(2, "takes none", *sample, "--style-seeds", "1", "--style-class", "0", *out)
        self.fails(2, "no styles", "sample", "--network", self.small_run(), "--style-seeds", "1", *out, hint="--cfg text2image")

    def test_out(self):
        run = self.small_run()
        common = ("sample", "--network", run)
        self.fails(2, "not both", *common, "--out", "x.png", "--outdir", "y")
        self.fails(2, "--out", *common)
        for name in ("x.jpg", "x", ".", "png"):
            self.fails(2, "--out", *common, "--out", name)
        self.fails(2, "--grid", *common, "--seeds", "0-9", "--grid", "3x3", "--out", "x.png", hint="4x3")
        self.fails(2, "--grid", *common, "--grid", "3x3", "--out", "x.npy")
        self.fails(2, "--grid", *common, "--grid", "3x3", "--outdir", "x")
        self.fails(2, "--trunc", *common, "--trunc", "-1", "--out", "x.png")
        self.fails(2, "--batch", *common, "--batch", "0", "--out", "x.png")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["runs"])
        points = self.small_run(cfg="vanilla")
        self.fails(2, "draws points", "sample", "--network", points, "--outdir", "x", hint="--out")
        self.fails(2, "draws points", "sample", "--network", points, "--out", "x.wav", hint="--out")
        self.assertFalse((self.folder / "x").exists())

    def test_a_closed_pipe_and_a_full_one(self):
        run = self.small_run()
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "wb") as closed:
            result = self.run_gannet("sample", "--network", run, "--out", "-", stdout=closed)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        with open("/dev/full", "wb") as full:
            result = self.run_gannet("sample", "--network", run, "--out", "-", stdout=full)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(result.stderr.splitlines()), 1)


if __name__ == "__main__":
    program.main()
