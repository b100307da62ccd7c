"""Tables, labels by name, latents in and out: learned from, and asked for, as people type it."""
import csv
import struct

import program
from images_test import png

TINY = ["--kimg", 0.064, "--batch", 8, "--ngf", 8, "--ndf", 8, "--nz", 4, "--tick", 0.064, "--snap", 1]
SALES = "Nr;Preis;Art;Land;Alter\n" + "".join(
    f"{i + 1};{1000 + 7.25 * i:.2f};{('rot', 'blau', 'grün')[i % 3]};DE;{20 + i % 40}\n".replace(".", ",") for i in range(60))


class Tables(program.ProgramTest):
    def train(self, *arguments):
        return self.works("train", *arguments, *TINY).splitlines()[-1]

    def table(self, name, separator=","):
        with open(self.folder / name, newline="", encoding="utf-8") as file:
            return list(csv.reader(file, delimiter="\t" if name.endswith(".tsv") else separator))

    def test_a_table_comes_back_as_it_was(self):
        (self.folder / "sales.csv").write_bytes(SALES.encode("cp1252"))
        text = self.works("data", "check", "sales.csv")
        for said in ("left out = Nr: it counts the rows", "columns are parted by ;", "read as Windows-1252", "decimal commas: in Preis"):
            self.assertIn(" ".join(said.split()), " ".join(text.split()))
        run = self.train("--cfg", "vanilla", "--data", "sales.csv")
        self.works("sample", "--network", run, "--seeds", "0-49", "--out", "new.csv")
        rows = self.table("new.csv", ";")
        self.assertEqual(rows[0], ["Preis", "Art", "Land", "Alter"])
        self.assertEqual(len(rows), 51)
        for price, kind, land, age in rows[1:]:
            self.assertRegex(price, r"^-?\d+,\d\d$")
            self.assertIn(kind, ("rot", "blau", "grün"))
            self.assertEqual(land, "DE")
            self.assertRegex(age, r"^-?\d+$")
        self.works("sample", "--network", run, "--seeds", "0-49", "--batch", 7, "--out", "new.tsv")
        self.assertEqual(self.table("new.tsv"), rows)
        self.fails(2, "a grid is one image", "sample", "--network", run, "--grid", "2x2", "--out", "a.csv")
        self.fails(2, "this network draws points", "sample", "--network", run, "--outdir", "x", hint="--out samples.csv")

    def test_units_and_dates_come_back(self):
        lines = ["day,price,share,power"]
        for i in range(40):
            lines.append(f"2024-{1 + i % 12:02}-{1 + i % 28:02},${100 + 3.25 * i:.2f},{i * 2 % 100}%,{60 + 7 * i} bhp")
        (self.folder / "cars.csv").write_text("\n".join(lines) + "\n")
        text = self.works("data", "check", "cars.csv")
        for said in ("dates as %Y-%m-%d, in days: in day", "the unit $: in price", "the unit %: in share", "column power  number, bhp"):
            self.assertIn(" ".join(said.split()), " ".join(text.split()))
        run = self.train("--cfg", "vanilla", "--data", "cars.csv")
        self.works("sample", "--network", run, "--seeds", "0-20", "--out", "new.csv")
        for day, price, share, power in self.table("new.csv")[1:]:
            self.assertRegex(day, r"^20\d\d-\d\d-\d\d$")
            self.assertRegex(price, r"^-?\$\d+\.\d\d$")
            self.assertRegex(share, r"^-?\d+%$")
            self.assertRegex(power, r"^-?\d+ bhp$")

    def test_gaps(self):
        (self.folder / "gaps.csv").write_text("x,y\n" + "".join(f"{i},{'' if i == 5 else i * i}\n" for i in range(30)))
        self.fails(1, "1 cell without a value in 1 column, the first at line 7, column 2 (y)", "train", "--cfg", "vanilla", "--data", "gaps.csv", *TINY,
                   hint="--gaps drop leaves out 1 of 30 rows")
        self.assertRegex(self.works("data", "check", "gaps.csv", "--gaps", "drop"), "samples +29")
        self.assertIn("gaps = mean", self.works("train", "--cfg", "vanilla", "--data", "gaps.csv", "--gaps", "mean", *TINY))
        self.fails(2, "--gaps is for tables", "data", "check", "ring-8", "--gaps", "drop")

    def test_attributes_by_name(self):
        (self.folder / "faces").mkdir()
        lines = ["file,Age,Smiling,Hair"]
        for i in range(24):
            (self.folder / f"faces/{i}.png").write_bytes(png(28, 28, i))
            lines.append(f"{i}.png,{20 + i},{1 if i % 2 else -1},{('dark', 'fair')[i % 2]}")
        (self.folder / "faces/labels.csv").write_text("\n".join(lines) + "\n")
        self.assertIn("labels: 4 attributes are there and not used: --cfg r3gan --cond --cond-type attributes learns them\n",
                      self.works("train", "--cfg", "dcgan", "--data", "faces", *TINY))
        run = self.train("--cfg", "r3gan", "--cond", "true", "--cond-type", "attributes", "--data", "faces")
        def drawn(*arguments):
            self.works("sample", "--network", run, "--seeds", "0-3", *arguments, "--out", "a.npy")
            return (self.folder / "a.npy").read_bytes()
        named = drawn("--attributes", "smiling=yes, Age=30,Hair=fair")
        self.assertEqual(named, drawn("--attributes", "30,1,0,1"))
        self.assertNotEqual(named, drawn("--attributes", "smiling=no, Age=30,Hair=fair"))
        self.assertNotEqual(drawn(), drawn("--attributes", "Smiling=1"))
        self.assertEqual(drawn("--attributes", "Smiling=1"), drawn("--attributes", "Smiling=1,Hair=fair"), "all that smile are fair")
        sample = ["sample", "--network", run, "--out", "a.npy", "--attributes"]
        self.fails(2, "unknown attribute 'Smilin'", *sample, "Smilin=1", hint="did you mean Smiling?")
        self.fails(2, "unknown word for Hair: 'red'", *sample, "Hair=red", hint="its words are dark, fair")
        self.fails(2, "expected a number for Age, found 'old'", *sample, "Age=old")
        self.assertIn("gannet: warning: Age=300 is far outside of the data, which has 20 to 43\n", self.run_gannet(*sample, "Age=300").stderr)
        self.assertEqual(self.run_gannet(*sample, "Age=44").stderr, "")
        self.fails(2, "Age is asked for twice", *sample, "Age=3,age=4")
        self.fails(2, "has 2 numbers, this network takes 4", *sample, "1,2", hint='"Age=')

    def test_classes_in_turn(self):
        run = self.train("--cfg", "cgan", "--arch", "mlp", "--data", "shapes", "--image-size", 8)
        def drawn(seeds, label):
            self.works("sample", "--network", run, "--seeds", seeds, "--class", label, "--out", "a.npy")
            return (self.folder / "a.npy").read_bytes()[128:]
        self.assertEqual(drawn("5,5,5", "3,4,3"), drawn("5", "3") + drawn("5", "4") + drawn("5", "3"))
        self.assertEqual(drawn("5,5,5", "2-4"), drawn("5,5,5", "2,3,4"))
        self.fails(2, "unknown class", "sample", "--network", run, "--class", "3,99", "--out", "b.npy")

    def test_latents_in_and_out(self):
        run = self.train("--cfg", "vanilla", "--data", "ring-8")
        self.works("sample", "--network", run, "--seeds", "3-42", "--out", "a.npy")
        self.works("sample", "--network", run, "--seeds", "3-42", "--what", "latents", "--out", "z.npy")
        self.works("sample", "--network", run, "--latents", "z.npy", "--batch", 9, "--out", "b.npy")
        self.assertEqual((self.folder / "a.npy").read_bytes(), (self.folder / "b.npy").read_bytes())
        self.fails(1, "array is [40, 2], expected latents [N, 4]", "sample", "--network", run, "--latents", "a.npy", "--out", "c.npy", hint="--what latents")
        self.fails(2, "expected --seeds or --latents, not both", "sample", "--network", run, "--latents", "z.npy", "--seeds", "0,1", "--out", "c.npy")
        self.fails(2, "latents are an array", "sample", "--network", run, "--what", "latents", "--out", "c.png")

    def test_images_in_an_array(self):
        header = "{'descr': '|u1', 'fortran_order': False, 'shape': (16, 12, 12), }"
        header += " " * (117 - len(header)) + "\n"
        (self.folder / "images.npy").write_bytes(b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode()
                                                 + bytes(i * i % 251 for i in range(16 * 144)))
        self.assertRegex(self.works("data", "check", "images.npy"), r"shape +\[1, 12, 12\]")
        self.assertRegex(self.works("data", "check", "images.npy", "--image-size", 8), r"shape +\[1, 8, 8\]")

    def test_what_people_type(self):
        self.assertIn("Commands", self.works("help"))
        self.assertEqual(self.works("help", "sample"), self.works("sample", "--help"))
        self.assertEqual(self.works("data", "help", "pack"), self.works("data", "pack", "--help"))
        self.fails(2, "unexpected argument: 'shapes'", "train", "shapes", hint="did you mean --data shapes?")
        self.fails(2, "unexpected argument: 'shapes'", "train", "--cfg", "dcgan", "shapes", hint="did you mean --data shapes?")
        self.assertRegex(self.works("train", "--cfg", "r3gan", "--data", "ring-8", "--cond", "false", "-n", *TINY), r"--cond +false")
        for name in ("HOME", "GANNET_DATA"):
            self.environment.pop(name, None)
        self.assertIn("GANNET_DATA=FOLDER", self.works("data", "list"))


if __name__ == "__main__":
    program.main()
