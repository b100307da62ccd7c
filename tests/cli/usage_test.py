"""Help, version, exit statuses and the form of errors, of the program as a whole."""
import os
import re
import subprocess

import program

# Every command and some of the options that its help must show.
COMMANDS = {
    ("train",): ["--cfg", "--data", "--outdir", "--dry-run"],
    ("resume",): ["RUN"],
    ("sample",): ["--network", "--seeds", "--class", "--trunc", "--grid", "--outdir", "--out", "--batch"],
    ("reconstruct",): ["--network", "--data", "--samples", "--split", "--out", "--json"],
    ("compare",): ["A", "B", "--seed", "--limit", "--permutations", "--split-b", "--json"],
    ("detect",): ["--network", "--data", "--held-out", "--roc", "--generated", "--json"],
    ("video",): ["--network", "--seeds", "--classes", "--frames", "--out"],
    ("project",): ["--network", "--target", "--out", "--starts", "--json"],
    ("classifier",): ["--data", "--out", "--steps", "--mirror"],
    ("eval",): ["--network", "--real", "--fake", "--metrics", "--json"],
    ("fool",): ["--data", "--images", "--epsilon", "--classifier", "--json"],
    ("sweep",): ["FILE.toml", "--jobs", "--dry-run", "--table", "--csv"],
    ("runs",): ["list", "show", "compare", "plot", "report", "rm"],
    ("runs", "list"): ["--runs", "--json"],
    ("runs", "show"): ["RUN", "--json"],
    ("runs", "compare"): ["RUN", "--at", "--csv", "--json"],
    ("runs", "plot"): ["RUN", "--outdir"],
    ("runs", "report"): ["RUN", "--out"],
    ("runs", "rm"): ["RUN"],
    ("data",): ["list", "fetch", "show", "check"],
    ("data", "list"): [],
    ("data", "fetch"): ["NAME"],
    ("data", "show"): ["SRC", "--out", "--grid", "--seed"],
    ("data", "check"): ["SRC"],
    ("recipes",): ["list", "show"],
    ("recipes", "list"): ["--json"],
    ("recipes", "show"): ["NAME", "--json", "--data"],
    ("recipes", "show", "dcgan"): ["--ngf", "--lr", "default 0.0002"],
    ("bench",): ["--cfg", "--batch", "--steps", "--json"],
    ("doctor",): ["--json"],
    ("export",): ["--network", "--out", "--precision", "--discriminator"],
    ("serve",): ["--runs", "--port", "--host", "--token", "--classroom", "--network"],
}


class Usage(program.ProgramTest):
    def test_version(self):
        self.assertRegex(self.works("--version"), r"\Agannet \d+\.\d+\.\d+\n\Z")

    def test_help_of_every_command(self):
        text = self.works("--help")
        for name in {command[0] for command in COMMANDS}:
            self.assertRegex(text, rf"(?m)^  {name} ")
        for command, words in COMMANDS.items():
            with self.subTest(command=command):
                text = self.works(*command, "--help")
                self.assertIn("Usage: gannet " + " ".join(command[:2]), text)
                self.assertEqual(text, self.works(*command, "-h"))
                for word in words:
                    self.assertIn(word, text)

    def test_help_lists_no_command_that_is_not_tested_here(self):
        listed = re.findall(r"(?m)^  (\w+) ", self.works("--help").split("Commands:")[1])
        self.assertEqual(sorted(listed), sorted({command[0] for command in COMMANDS}))

    def test_subcommands(self):
        self.fails(2, "a subcommand is missing")
        self.fails(2, "a subcommand is missing", "data")
        self.fails(2, "unknown subcommand: docter", "docter", hint="gannet doctor")
        self.fails(2, "unknown subcommand: quux", "quux", hint="gannet --help")
        self.fails(2, "unknown subcommand: lst", "data", "lst", hint="gannet data list")
        self.fails(2, "--json", "--json", "doctor")

    def test_options(self):
        self.fails(2, "unknown option: --jsno", "doctor", "--jsno", hint="--json")
        self.fails(2, "unknown option: --batch_size", "recipes", "show", "dcgan", "--batch_size", "4",
                   hint="--batch")
        self.fails(2, "a value is missing: --lr", "recipes", "show", "dcgan", "--lr")
        self.fails(2, "--lr", "recipes", "show", "dcgan", "--lr=fast")
        self.fails(2, "--b1", "recipes", "show", "dcgan", "--b1", "1.5")
        self.fails(2, "--json", "doctor", "--json=perhaps")
        self.fails(2, "unexpected argument: 'x'", "doctor", "x")
        self.fails(2, "SRC is missing", "data", "show")

    def test_a_missing_value_of_any_option_is_named(self):
        for command in COMMANDS:
            if command in (("recipes", "show", "dcgan"), ("recipes",), ("runs",), ("data",)):
                continue
            options = re.findall(r"(?m)^  (?:-n,)?(--[a-z0-9-]+) \S", self.works(*command, "--help"))
            for option in options[::1 + len(options) // 8]:
                with self.subTest(command=command, option=option):
                    self.fails(2, f"a value is missing: {option}", *command, option)
        self.fails(2, "a value is missing: --cfg", "train", "--cfg", "--data", "shapes")

    def test_an_empty_list_is_no_value(self):
        for option in ("--seeds", "--grid", "--class", "--attributes", "--nearest"):
            self.fails(2, f"found '': {option}", "sample", "--network", "x", "--out", "a.png", option, "")
        for option in ("--seeds", "--classes", "--texts", "--attributes"):
            self.fails(2, f"found '': {option}", "video", "--network", "x", "--out", "a.webp", option, "")
        self.fails(2, "found '': --images", "fool", "--images", "", "--json")
        self.fails(2, "found '': --grid", "reconstruct", "--network", "x", "--data", "shapes", "--grid", "")
        self.fails(2, "expected names of metrics: --metrics ''", "train", "--cfg", "vanilla", "--data", "ring-8", "--metrics", "")
        self.fails(2, "found '': --aug", "train", "--cfg", "vanilla", "--data", "ring-8", "--aug", "")
        self.fails(2, "found '': --cfg", "train", "--cfg", "", "--data", "ring-8")

    def test_names(self):
        self.fails(2, "unknown recipe: dcgna", "recipes", "show", "dcgna", hint="dcgan")
        self.fails(2, "fashon-mnist", "data", "check", "fashon-mnist", hint="fashion-mnist")
        self.fails(2, "GANNET_THREADS", "doctor", env=self.environment | {"GANNET_THREADS": "many"})

    def test_an_odd_argument_stays_on_one_line(self):
        self.fails(2, "unknown subcommand", "two\nlines\x1b[31m")
        self.fails(2, "unknown option", "doctor", "--two\nlines")

    def test_a_reader_that_went_away_is_no_error(self):
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "wb") as closed:
            result = self.run_gannet("recipes", "list", stdout=closed)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_a_full_disk_is_an_error(self):
        with open("/dev/full", "wb") as full:
            result = self.run_gannet("recipes", "list", stdout=full)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, "gannet: cannot write: No space left on device: standard output\n")

    def test_closed_streams(self):
        shell = f"'{program.GANNET}' doctor <&- >&- 2>&-"
        self.assertEqual(subprocess.run(["bash", "-c", shell], env=self.environment).returncode, 0)


if __name__ == "__main__":
    program.main()
