"""gannet train: where options come from, what it refuses, and what --dry-run says."""
import json

import program


class Train(program.ProgramTest):
    def options_of(self, *arguments):
        out = self.works("train", "--kimg", "0.064", *arguments)
        return json.loads((self.folder / out.splitlines()[-1] / "options.json").read_text())

    def test_help(self):
        common = self.works("train", "--help")
        for word in ("--cfg", "--config", "--data", "--outdir", "--dry-run", "--batch", "--n-critic", "--threads"):
            self.assertIn(word, common)
        self.assertNotIn("--arch ", common)
        self.assertIn("--arch", self.works("train", "--cfg", "cgan", "--help"))

    def test_the_command_line_goes_before_the_file_before_the_recipe(self):
        (self.folder / "run.toml").write_text(
            'cfg = "vanilla"\ndata = "ring-8"\nlr = 0.01\nb1 = 0.25\nn_critic = 2\nbatch = 32\nlr_end = 0.001\n')
        options = self.options_of("--config", "run.toml", "--lr", "0.02", "--batch=16")
        self.assertEqual((options["cfg"], options["data"]), ("vanilla", "ring-8"))
        self.assertEqual((options["lr"], options["b1"], options["n-critic"], options["lr-end"]), (0.02, 0.25, 2, 0.001))
        self.assertEqual((options["batch"], options["kimg"]), (16, 0.064))
        recipe = {option["name"]: option["value"] for option in self.works_json("recipes", "show", "vanilla")["options"]}
        self.assertEqual(options["b2"], float(recipe["b2"]))

    def test_auto_looks_at_the_data_and_gives_its_reasons(self):
        out = self.works("train", "--cfg", "auto", "--data", "ring-8", "--batch", "16", "--ngf", "4", "--ndf", "4", "--kimg", "0.032")
        self.assertRegex(out, r"(?m)^cfg = r3gan: \w+")
        self.assertRegex(out, r"(?m)^gamma = [\d.]+: \w+")
        self.assertNotRegex(out, r"(?m)^batch = ")  # set by hand
        options = json.loads((self.folder / out.splitlines()[-1] / "options.json").read_text())
        self.assertEqual((options["cfg"], options["batch"]), ("r3gan", 16))
        (self.folder / "run.toml").write_text('cfg = "auto"\ndata = "ring-8"\nnz = 3\nngf = 4\nndf = 4\nbatch = 16\n')
        self.assertEqual(self.options_of("--config", "run.toml")["nz"], 3)
        # The hint that labels are not used is one that works.
        self.assertIn("--cond learns them", out)
        self.works("train", "--data", "ring-8", "--cond", "--batch", "16", "--ngf", "4", "--ndf", "4", "--kimg", "0.032")
        self.fails(2, "--data is missing", "train", "--cfg", "auto", hint="--data")
        self.assertRegex(self.works("train", "--data", "ring-8", "-n"), r"(?m)^cfg = r3gan: \w+")
        self.fails(2, "ring8", "train", "--cfg", "auto", "--data", "ring8", hint="ring-8")

    def test_warns_of_what_is_unwise_and_refuses_what_cannot_work(self):
        toy = ("train", "--cfg", "vanilla", "--data", "ring-8", "--ngf", "4", "--ndf", "4", "--kimg", "0.064")
        result = self.run_gannet(*toy, "--r1", "1", "--r1-every", "16")
        self.assertEqual(result.returncode, 0)
        self.assertIn("gannet: warning: --r1-every: on points", result.stderr)
        self.fails(2, "--aug is for images", *toy, "--aug", "color")
        self.fails(2, "label smoothing", *toy, "--loss", "wgan", "--smooth", "0.1", hint="--loss ns")
        self.fails(2, "--pack", *toy, "--pack", "3")
        self.fails(2, "--gamma-end", *toy, "--gamma-end", "1")
        self.fails(2, "--schedule constant", *toy, "--lr-end", "1e-5", "--schedule", "constant")

    def test_errors_of_the_file(self):
        def refused(text, error, status=2):
            (self.folder / "run.toml").write_text(text)
            self.fails(status, error, "train", "--cfg", "vanilla", "--data", "ring-8", "--config", "run.toml")
        refused("lr = \n", "run.toml:1:")
        refused("[options]\nlr = 1\n", "run.toml:1:1")
        refused("learning_rate = 1\n", "unknown option: learning_rate in run.toml")
        (self.folder / "run.toml").write_text('by = "vector"\ncfg = "cgan"\ndata = "shapes"\n')
        self.fails(2, "unknown option: --scale", "train", "--cfg", "dcgan", "--data", "shapes", "--scale", 4, hint="an option of --cfg srgan")
        self.fails(2, "unknown option: by in run.toml", "train", "--config", "run.toml", hint="it is called cond-type here")
        refused('batch = "big"\n', "batch in run.toml")
        refused("batch = 0\n", "batch in run.toml")
        self.fails(1, "none.toml", "train", "--cfg", "vanilla", "--config", "none.toml")

    def test_refused(self):
        self.fails(2, "--data is missing", "train", hint="gannet data list")
        self.fails(2, "--data is missing", "train", "--cfg", "dcgan", hint="gannet data list")
        self.fails(2, "unknown recipe: dcgna", "train", "--cfg", "dcgna", hint="dcgan")
        self.fails(2, "ring8", "train", "--cfg", "vanilla", "--data", "ring8", hint="ring-8")
        self.fails(2, "--batch", "train", "--cfg", "vanilla", "--data", "ring-8", "--batch", "0")
        self.fails(2, "--loss", "train", "--cfg", "vanilla", "--data", "ring-8", "--loss", "nss", hint="ns")
        self.fails(2, "unknown option: --arch", "train", "--cfg", "dcgan", "--data", "shapes", "--arch", "mlp")
        self.fails(2, "unknown option: --epochs", "train", "--cfg", "dcgan", "--epochs", "3", hint="--kimg")
        self.fails(2, "unknown option: --latent_dim", "train", "--cfg", "dcgan", "--latent_dim", "3", hint="--nz")
        self.fails(2, "--mirror", "train", "--cfg", "vanilla", "--data", "ring-8", "--mirror")
        self.fails(1, "dcgan", "train", "--cfg", "dcgan", "--data", "ring-8")
        self.fails(1, "fashion-mnist", "train", "--cfg", "dcgan", "--data", "fashion-mnist", hint="gannet data fetch")
        self.assertEqual([path for path in self.folder.glob("runs/*") if not path.name.startswith(".")], [])

    def test_an_unwritable_folder(self):
        (self.folder / "file").write_text("not a folder")
        self.fails(1, "file", "train", "--cfg", "vanilla", "--data", "ring-8", "--kimg", "0.064", "--outdir", "file/runs")

    def test_dry_run_writes_nothing(self):
        text = self.works("train", "--cfg", "dcgan", "--preset", "paper", "--data", "shapes", "--ngf", "8", "--ndf", "8", "--batch", "8", "-n")
        self.assertFalse((self.folder / "runs").exists())
        for words in ("glr = 0.0002: ", "estimate: ", "G, for one sample", "D, for one sample", "shapes: "):
            self.assertIn(words, text)

    def test_an_architecture_that_the_preset_is_not_for_takes_its_values_back(self):
        plan = ("train", "--cfg", "cgan", "--data", "shapes", "--image-size", 28, "--batch", 8, "-n")
        (self.folder / "conv.toml").write_text('arch = "conv"\n')
        (self.folder / "mlp.toml").write_text('arch = "mlp"\n')
        for more in ((), ("--arch", "conv"), ("--config", "conv.toml")):
            self.assertIn("\nd-dense = 512: ", self.works(*plan, *more))
        for more in (("--arch", "mlp"), ("--config", "mlp.toml")):
            self.assertNotIn("d-dense = 512", self.works(*plan, *more))

    def test_threads(self):
        self.environment["GANNET_THREADS"] = "1"
        common = ("--cfg", "vanilla", "--data", "ring-8", "--batch", "32")
        self.assertEqual(self.options_of(*common)["threads"], 1)
        self.assertEqual(self.options_of(*common, "--threads", "2")["threads"], 2)


if __name__ == "__main__":
    program.main()
