"""gannet data: list, show, check, and what is missing."""
import struct

import program


def idx(path, dims, values):
    path.write_bytes(struct.pack(f">HBB{len(dims)}I", 0, 8, len(dims), *dims) + bytes(values))


class Data(program.ProgramTest):
    def test_list(self):
        text = self.works("data", "list")
        for name in ("fashion-mnist", "mnist", "ring-8", "grid-25", "shapes"):
            self.assertRegex(text, rf"(?m)^{name} ")
        self.assertIn(str(self.folder / "data"), text)

    def test_show(self):
        self.assertEqual(self.works("data", "show", "shapes"), "shapes.png\n")
        self.assertEqual((self.folder / "shapes.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        self.works("data", "show", "ring-8", "--out", "ring.png")
        self.works("data", "show", "shapes", "--grid", "2x2", "--image-size", "16", "--out", "small.png")
        sizes = [struct.unpack(">II", (self.folder / name).read_bytes()[16:24]) for name in ("shapes.png", "small.png")]
        self.assertGreater(sizes[0], sizes[1])
        self.fails(1, "no/such/folder", "data", "show", "ring-8", "--out", "no/such/folder/a.png")

    def test_check_of_an_idx_file(self):
        idx(self.folder / "train-images-idx3-ubyte", (3, 2, 2), [0, 51, 102, 255, 0, 51, 102, 255, 7, 7, 7, 7])
        idx(self.folder / "train-labels-idx1-ubyte", (3,), [0, 1, 1])
        text = self.works("data", "check", "train-images-idx3-ubyte")
        for pattern in (r"samples +3$", r"shape +\[1, 2, 2\]$", r"values +-1 to 1,", r"constant samples +1$", r"duplicate samples +1$",
                        r"class 1 +1, 2 samples$"):
            self.assertRegex(text, rf"(?m)^{pattern}")

    def test_check_of_points(self):
        (self.folder / "points.csv").write_text("x,y\n1,2\n3,4\n5,7\n")
        self.assertRegex(self.works("data", "check", "points.csv"), r"(?m)^shape +\[2\]$")
        report = self.works_json("data", "check", "points.csv")
        self.assertEqual((report["name"], report["kind"], report["problems"]), ("points.csv", "points", []))
        self.assertEqual(self.works_json("data", "check", "shapes-pairs", "--limit", 3)["kind"], "image pairs")

    def test_missing_and_broken(self):
        self.fails(1, "fashion-mnist", "data", "show", "fashion-mnist", hint="gannet data fetch fashion-mnist")
        self.fails(2, "unknown", "data", "show", "no-such-set")
        self.fails(1, "none.csv", "data", "check", "none.csv")
        (self.folder / "empty.csv").touch()
        self.fails(1, "empty.csv", "data", "check", "empty.csv")
        idx(self.folder / "short-idx3-ubyte", (3, 2, 2), [1, 2, 3])
        self.fails(1, "short-idx3-ubyte", "data", "check", "short-idx3-ubyte")
        self.fails(2, "no-such-set", "data", "fetch", "no-such-set")
        self.fails(2, "ring-8", "data", "fetch", "ring-8")


if __name__ == "__main__":
    program.main()
