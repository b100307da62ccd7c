"""A hint is a promise: what the hint of a refused command says is typed, and must get further."""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
from inputs import picture, pictures, put, wav, zip_of  # noqa: E402
from program import ProgramTest, main  # noqa: E402

SWITCHES = {"--overwrite", "--dry-run", "--mirror", "--with-input", "--json"}
TRAIN = ("train", "--outdir", "runs", "--kimg", "0.032", "--metrics", "none")


def options_of(hint):
    """Options that the hint names, with their values: {"--bad-files": "skip", "--overwrite": None}."""
    found = {}
    for match in re.finditer(r"(--[a-z][a-z0-9-]*)(?:[ =]([^\s,;:()]+))?", hint):
        option, value = match.groups()
        found.setdefault(option, None if option in SWITCHES else value)
    return found


def follow(arguments, error, hint):
    """The command that the hint asks for; None where it asks for something that is not a command."""
    if match := re.search(r"gannet ((?:train|resume|sample|data|runs|recipes) [^,;:()]*)", hint):
        return match.group(1).split()
    if match := re.fullmatch(r"did you mean (.*)\?", hint):
        wrong = re.search(r"'([^']*)'|: (\S+)$", error)
        wrong = wrong.group(1) or wrong.group(2)
        return [match.group(1) if a == wrong else a for a in arguments]
    if match := re.match(r"the classes are ([^,]*)", hint):
        at = arguments.index("--class") + 1
        return arguments[:at] + [match.group(1)] + arguments[at + 1:]
    if match := re.match(r"it is called (\S+) here", hint):
        return [match.group(1) if a == error.rsplit(" ", 1)[-1] else a for a in arguments]
    changed = list(arguments)
    for option, value in options_of(hint).items():
        if option in changed:
            at = changed.index(option)
            del changed[at:at + (1 if option in SWITCHES else 2)]
        changed += [option] if value is None else [option, value]
    return changed if changed != list(arguments) else None


class Hints(ProgramTest):
    def setUp(self):
        super().setUp()
        pictures(self.folder / "photos", 40)
        pictures(self.folder / "nine", 9)
        pictures(self.folder / "odd", 40, size=100)
        pictures(self.folder / "bad", 40)
        put(self.folder / "bad/x.jpg", b"<html>403</html>")
        put(self.folder / "bad/y.png", b"")
        for part, count in (("train", 40), ("test", 8)):
            pictures(self.folder / "parts" / part, count)
        pictures(self.folder / "held/test", 40)
        pictures(self.folder / "held/val", 4)
        for k in ("1", "2"):
            pictures(self.folder / "numbers" / k, 20, 30 * int(k))
        for clip in range(8):
            pictures(self.folder / f"clips/{clip}", 16, clip)
        for i in range(8):
            put(self.folder / f"sounds/{i}.wav", wav(i))
        zip_of(self.folder / "there.zip", [("1.png", picture(1))])

    def refused(self):
        """Commands that are refused, each for a reason of its own."""
        train = list(TRAIN)
        return [
            ["data", "check", "bad"],
            train + ["--cfg", "dcgan", "--data", "bad"],
            train + ["--data", "bad", "--dry-run"],
            ["data", "pack", "bad", "bad.zip"],
            train + ["--cfg", "dcgan", "--data", "nine", "--preset", "paper"],
            train + ["--data", "nine", "--batch", "16"],
            train + ["--cfg", "dcgan", "--data", "nine", "--image-size", "50"],
            train + ["--cfg", "dcgan", "--data", "photos", "--mbstd", "4", "--batch", "9"],
            ["data", "pack", "photos", "there.zip"],
            ["data", "check", "parts", "--split", "val"],
            ["data", "check", "held"],
            ["data", "check", "shapes", "--split", "val"],
            ["data", "check", "clips", "--kind", "video"],
            ["data", "check", "parts", "--split", "tset"],
            ["data", "check", "photos", "--crop", "centre"],
            ["data", "check", "photos", "--background", "pink"],
            ["data", "show", "shpes", "--out", "shapes.png"],
            ["data", "show", "shapes", "--grid", "eight", "--out", "shapes.png"],
            train + ["--cfg", "dcgn", "--data", "photos"],
            train + ["--cfg", "dcgan", "--data", "photos", "--batchsize", "8"],
            train + ["--cfg", "dcgan", "--data", "sounds", "--mirror"],
        ]

    def run_refused(self, arguments):
        """(error, hint) of a refused command; None where it works."""
        result = self.run_gannet(*arguments, timeout=600)
        if result.returncode == 0:
            return None
        lines = [line for line in result.stderr.splitlines() if not line.startswith("gannet: warning: ")]
        self.assertTrue(lines and lines[0].startswith("gannet: "), f"{arguments}: {result.stderr}")
        hint = lines[1].removeprefix("hint: ") if len(lines) > 1 else ""
        return lines[0].removeprefix("gannet: "), hint

    def test_each_hint_gets_further(self):
        told = 0
        for arguments in self.refused():
            with self.subTest(" ".join(arguments)):
                said = self.run_refused(arguments)
                self.assertIsNotNone(said, "is not refused")
                told += said[1] != ""
                errors = []  # each is met once, and the last hint leads to what works
                while said and said[1]:
                    self.assertNotIn(said[0], errors, f"{arguments}: no further: {said}")
                    errors.append(said[0])
                    arguments = follow(arguments, *said)
                    self.assertIsNotNone(arguments, f"nothing to type in: {said}")
                    said = self.run_refused(arguments)
                self.assertTrue(said is None or not errors, f"{arguments}: {said}")
        self.assertGreater(told, 12)

    def test_a_class_that_is_not_there(self):
        run = self.works(*TRAIN, "--cfg", "cgan", "--data", "numbers", "--batch", "8").splitlines()[-1]
        arguments = ["sample", "--network", run, "--class", "0", "--seeds", "0", "--out", "a.png"]
        error, hint = self.run_refused(arguments)
        self.works(*follow(arguments, error, hint))


if __name__ == "__main__":
    main()
