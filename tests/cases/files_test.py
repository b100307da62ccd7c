"""Folders and zips as they lie on people's disks: order, names, parts, kinds, links, bad files."""
import json
import os
import pathlib
import sys
import unicodedata
import zipfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
from inputs import picture, pictures, png, put, wav, zip_of  # noqa: E402
from program import ProgramTest, main  # noqa: E402


class Files(ProgramTest):
    def check(self, source, *arguments):
        return self.works_json("data", "check", source, *arguments)

    def left_out(self, report):
        return {kind["what"]: kind["files"] for kind in report["left_out"]}

    def classes(self, report):
        return {c["name"]: c["samples"] for c in report["classes"]}

    def test_frames_are_in_the_order_of_their_numbers(self):
        for t in range(12):
            put(self.folder / f"clips/a/take 9 frame{t + 1}.png", png(16, 16, lambda x, y: 16 * t))
            put(self.folder / f"clips/b/{t + 1}-of-12.png", png(16, 16, lambda x, y: 16 * t + 1))
        self.works("data", "pack", "clips", "clips.zip", "--frames", 12)
        with zipfile.ZipFile(self.folder / "clips.zip") as packed:
            for clip in ("00000/clip00000000", "00000/clip00000001"):
                sizes = []
                for name in sorted(n for n in packed.namelist() if n.startswith(clip)):
                    data = packed.read(name)
                    at = data.index(b"IDAT")
                    length = int.from_bytes(data[at - 4:at], "big")
                    sizes.append(zlib.decompress(data[at + 4:at + 4 + length])[1])
                self.assertEqual(sizes, sorted(sizes), clip)
                self.assertEqual(len(set(sizes)), 12)

    def test_classes_are_in_the_order_of_their_numbers(self):
        for k in range(1, 13):
            pictures(self.folder / f"numbers/{k}", 4, 10 * k)
        self.assertEqual(list(self.classes(self.check("numbers"))), [str(k) for k in range(1, 13)])
        run = self.works("train", "--cfg", "cgan", "--data", "numbers", "--kimg", "0.032", "--batch", 8, "--outdir", "runs",
                         "--metrics", "none").splitlines()[-1]
        self.works("sample", "--network", run, "--class", 10, "--seeds", "0", "--out", "ten.png")
        self.fails(2, "unknown class, expected a name: --class 0", "sample", "--network", run, "--class", 0, "--seeds", "0", "--out",
                   "none.png", hint="the classes are 1, 2, 3")

    def test_classes_of_numbers_have_the_names_that_lie_beside(self):
        for k in range(1, 4):
            pictures(self.folder / f"flowers/{k}", 4, 10 * k)
            for i in range(4):
                put(self.folder / f"lists/images/{k}_{i}.png", picture(100 * k + i))
        put(self.folder / "flowers/cat_to_name.json", json.dumps({"1": "rose", "2": "fire lily", "3": "daisy"}).encode())
        names = ["rose", "fire lily", "daisy"]
        put(self.folder / "lists/classes.txt", "\n".join(names).encode())
        for part, numbers in (("train", range(3)), ("test", range(3, 4))):
            put(self.folder / f"lists/{part}.txt", "".join(f"images/{k}_{i}.png {k}\n" for k in range(1, 4) for i in numbers).encode())
        for source, count in (("flowers", 4), ("lists", 3)):
            self.assertEqual(self.classes(self.check(source)), dict.fromkeys(names, count), source)
        put(self.folder / "lists/classes.txt", b"rose\n")
        self.assertIn("classes = classes.txt: passed over: 1 lines, the classes are 1 to 3", self.works("data", "check", "lists"))

    def test_lists_of_captions_need_no_quotes(self):
        for i in range(6):
            put(self.folder / f"set/{i}.png", picture(i))
        said = [f"a dog, number {i}" if i % 2 else "a cat" for i in range(6)]
        for head, mark in (("image,caption\n", ","), ("", ","), ("", " "), ("", "\t"), ("image | comment\n", " | ")):
            put(self.folder / "set/captions.txt", (head + "".join(f"{i}.png{mark}{text}\n" for i, text in enumerate(said))).encode())
            self.works("data", "pack", "set", "set.zip", "--overwrite")
            with zipfile.ZipFile(self.folder / "set.zip") as packed:
                labels = json.loads(packed.read("dataset.json"))
            self.assertEqual(sorted(text for _, text in labels.get("captions", labels["labels"])), sorted(said), (head, mark))

    def test_parts_of_a_set_have_many_names(self):
        for train, test in (("training", "testing"), ("training_set/training_set", "test_set/test_set"), ("Train", "VAL"), ("train2017", "val2017")):
            with self.subTest(train):
                root = self.folder / train.replace("/", "-").lower()
                for k in ("cats", "dogs"):
                    pictures(root / train / k, 5)
                    pictures(root / test / k, 3, 100)
                pictures(root / "unlabeled", 2, 200)
                pictures(root / train / k / ".ipynb_checkpoints", 2)
                report = self.check(root)
                self.assertEqual(self.classes(report), {"cats": 5, "dogs": 5})
                left = self.left_out(report)
                self.assertEqual(sum(left.values()), 9)
                self.assertEqual(left["images of unlabeled/"], 2)
                self.assertEqual(self.check(root, "--split", "test")["samples"], 6)
                said = self.works("train", "--data", root, "--cfg", "dcgan", "--batch", 4, "--dry-run")
                self.assertIn("split = train: images of ", said)
                self.assertIn("6 images of ", said)

    def test_parts_by_two_letters_are_parts_where_they_are_all_there_is(self):
        for folder in ("tr", "te", "va"):
            pictures(self.folder / "set" / folder, 4)
        for folder in ("tr", "te", "en"):
            pictures(self.folder / "languages" / folder, 4)
        for source, folders in {"mixed": ("train", "te"), "more": ("tr", "test", "extra"), "cover": ("TR", "ts", "")}.items():
            for folder in folders:
                pictures(self.folder / source / folder, 4)
            self.assertEqual(self.check(source)["samples"], 4, source)
        self.assertEqual(self.check("set")["samples"], 4)
        self.assertEqual(self.check("set", "--split", "val")["samples"], 4)
        self.assertEqual(self.classes(self.check("languages")), {"en": 4, "te": 4, "tr": 4})

    def test_videos_of_one_folder_are_told_apart_by_names(self):
        for name in ("walk", "run"):
            for i in range(9):
                put(self.folder / f"clips/{name}_{i:03}.png", picture(i))
        self.assertIn("videos = by names: in one folder names are a number and one of 2 words (run, walk): each is a video",
                      self.works("data", "check", "clips", "--frames", 8))
        self.assertEqual(self.check("clips", "--frames", 8)["samples"], 2)
        put(self.folder / "clips/walk_004.png", b"nothing")
        said = self.fails(1, "1 of 2 samples", "train", "--data", "clips", "--cfg", "video", "--frames", 8, "--dry-run").stderr
        self.assertIn("warning: walk: walk_004.png: not a PNG", said)

    def test_captions_lie_where_birds_have_them(self):
        for i in range(6):
            name = f"00{i % 2 + 1}.Bird_{i % 2}/b_{i}"
            put(self.folder / f"CUB_200_2011/images/{name}.png", picture(i))
            put(self.folder / f"CUB_200_2011/Text_C10/{name}.txt", b"a red bird\na small bird\n")
        self.assertIn("12 captions of 6 of 6 samples, in the text files of text_c10/", self.works("data", "check", "CUB_200_2011"))

    def test_parts_that_a_list_says_are_never_mixed(self):
        for i in range(12):
            put(self.folder / f"celeba/img_align_celeba/{i + 1:06}.png", picture(i))
        names = [f"{i + 1:06}.png" for i in range(12)]
        parts = [(0, 0, 1, 2, 0, 2)[i % 6] for i in range(12)]
        attributes = [(1 - 2 * (i % 2), 1 - 2 * (i // 2 % 2)) for i in range(12)]
        forms = {"txt": ("".join(f"{n} {p}\n" for n, p in zip(names, parts)),
                         "12\nSmiling Young\n" + "".join(f"{n} {a:2} {b:2}\n" for n, (a, b) in zip(names, attributes))),
                 "csv": ("image_id,partition\n" + "".join(f"{n},{p}\n" for n, p in zip(names, parts)),
                         "image_id,Smiling,Young\n" + "".join(f"{n},{a},{b}\n" for n, (a, b) in zip(names, attributes)))}
        for form, (partition, attribute) in forms.items():
            put(self.folder / f"celeba/list_eval_partition.{form}", partition.encode())
            put(self.folder / f"celeba/list_attr_celeba.{form}", attribute.encode())
            for source in (["celeba"], ["celeba/img_align_celeba", "--labels", f"celeba/list_attr_celeba.{form}"]):
                counts = [self.check(*source, "--split", split)["samples"] for split in ("train", "val", "test")]
                self.assertEqual(counts, [6, 2, 4], (form, source))
                said = self.works("train", "--cfg", "dcgan", "--data", *source, "--batch", 4, "--dry-run")
                self.assertRegex(said, r"split = train: images of part train by \S*list_eval_partition\.\w+ \(0 train, 1 val, 2 test\); left out: "
                                       r"2 images of part val \(--split val\), 4 images of part test \(--split test\)")
            for kind in ("partition", "attr_celeba"):
                (self.folder / f"celeba/list_{'eval_' if kind == 'partition' else ''}{kind}.{form}").unlink()
        self.fails(2, "no test split", "data", "check", "celeba", "--split", "test", hint="name the test set's own folder")

    def test_pairs_of_cyclegan_and_of_its_combining_script(self):
        for part, count in (("train", 8), ("val", 3)):
            for side in "AB":
                pictures(self.folder / f"cyclegan/{part}{side}", count)
                pictures(self.folder / f"combine/{side}/{part}", count)
        pictures(self.folder / "combine/A/train/.ipynb_checkpoints", 2)
        for source in ("cyclegan", "combine"):
            report = self.check(source)
            self.assertEqual((report["kind"], report["samples"]), ("image pairs (two folders)", 8), source)
            self.assertEqual(self.check(source, "--split", "val")["samples"], 3)
            self.assertEqual(self.check(source, "--split", "test")["samples"], 3)

    def test_zips_of_other_systems(self):
        cats = [(f"photos\\{('cats', 'dogs')[i % 2]}\\{i}.png", picture(i)) for i in range(8)]
        zip_of(self.folder / "backslash.zip", cats)
        self.assertEqual(self.classes(self.check("backslash.zip")), {"cats": 4, "dogs": 4})
        mac = [(name.replace("\\", "/"), data) for name, data in cats]
        zip_of(self.folder / "mac.zip", mac + [(f"__MACOSX/photos/cats/._{i}.png", b"\0\5\26\7") for i in range(8)] +
               [("./photos/dogs/./more.png", picture(99)), ("photos/.DS_Store", b"x")])
        report = self.check("mac.zip")
        self.assertEqual(self.classes(report), {"cats": 4, "dogs": 5})
        self.assertEqual(self.left_out(report), {"hidden files and folders": 9})

    def test_a_member_that_cannot_be_unpacked_is_one_bad_file(self):
        zip_of(self.folder / "set.zip", [(f"{i}.png", picture(i)) for i in range(8)] + [("notes.txt", b"x" * 100)])
        data = bytearray((self.folder / "set.zip").read_bytes())
        def method_of(name, method, flags=0):
            at = 0
            while (at := data.find(name, at)) >= 0:  # behind a local header of 30 bytes, a central one of 46
                central = data[at - 46:at - 42] == b"PK\1\2"
                start = at - 46 + 2 if central else at - 30
                data[start + 6] |= flags
                data[start + 8] = method
                at += 1
        method_of(b"notes.txt", 9)
        (self.folder / "notes.zip").write_bytes(data)
        self.assertEqual(self.check("notes.zip")["samples"], 8)
        method_of(b"3.png", 93)
        method_of(b"4.png", 0, flags=1)
        (self.folder / "odd.zip").write_bytes(data)
        report = self.check("odd.zip", "--bad-files", "skip")
        self.assertEqual(report["samples"], 6)
        self.assertEqual([(p["file"], p["what"].split(":")[0]) for p in report["problems"]],
                         [("3.png", "is compressed by method 93 (Zstandard), expected 0 (stored) or 8 (deflated)"), ("4.png", "is encrypted")])

    def test_names_in_other_encodings_train_and_are_asked_for(self):
        for name in (b"caf\xe9", b"th\xe9"):
            folder = os.path.join(os.fsencode(self.folder), b"latin1", name)
            os.makedirs(folder)
            for i in range(8):
                with open(os.path.join(folder, b"%d.png" % i), "wb") as f:
                    f.write(picture(i + name[0]))
        for name in ("cafe\u0301", "木漏れ日"):
            pictures(self.folder / "utf8" / name, 8, ord(name[0]))
        for source, names in (("latin1", ["café", "thé"]), ("utf8", ["café", "木漏れ日"])):
            self.assertEqual(list(self.classes(self.check(source))), names)
            run = self.works("train", "--cfg", "cgan", "--data", source, "--kimg", "0.032", "--batch", 8, "--outdir", "runs",
                             "--metrics", "none").splitlines()[-1]
            for name in (names[1], unicodedata.normalize("NFD", names[0])):
                self.works("sample", "--network", run, "--class", name, "--seeds", "0", "--out", "one.png")
                (self.folder / "one.png").unlink()
            self.works("data", "pack", source, source + ".zip")
            self.assertEqual(list(self.classes(self.check(source + ".zip"))), names)

    def test_dataset_json_matches_in_any_normal_form(self):
        labels = []
        for i in range(8):
            put(self.folder / "nfd" / unicodedata.normalize("NFD", f"é{i}.png"), picture(i))
            labels.append([unicodedata.normalize("NFC", f"é{i}.png"), i % 2])
        put(self.folder / "nfd/dataset.json", json.dumps({"labels": labels}, ensure_ascii=False).encode())
        self.assertEqual(self.classes(self.check("nfd")), {"0": 4, "1": 4})

    def test_pictures_are_known_by_their_first_bytes(self):
        for i in range(4):
            put(self.folder / f"names/IMG_{i}.PNG", picture(i))
            put(self.folder / f"names/noextension{i}", picture(i + 10))
            put(self.folder / f"names/anim{i}.gif", b"GIF89a" + bytes(20))
        put(self.folder / "names/really-a-png.jpg", picture(20))
        put(self.folder / "names/really-a-png.gif", picture(21))
        put(self.folder / "names/film.mp4", b"\0\0\0\x18ftypisom" + bytes(20))
        put(self.folder / "names/inner.zip", b"PK\3\4")
        put(self.folder / "names/notes.txt", b"words")
        report = self.check("names")
        self.assertEqual(report["samples"], 10)
        self.assertEqual(self.left_out(report), {"GIF images": 4, "MP4 videos": 1, "zips": 1, "texts": 1})
        result = self.run_gannet("train", "--data", "names", "--cfg", "dcgan", "--batch", 4, "--kimg", "0.008", "--metrics", "none",
                                 "--outdir", "runs")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("gannet: warning: left out: 4 GIF images", result.stderr)
        self.assertIn("1 MP4 video (`mkdir FOLDER && ffmpeg ", result.stderr)

    def test_the_kind_of_most_files_wins(self):
        for i in range(6):
            put(self.folder / f"album/track{i}.wav", wav(i))
        put(self.folder / "album/cover.png", picture(1))
        report = self.check("album")
        self.assertEqual((report["kind"], report["samples"], self.left_out(report)), ("audio", 6, {"images": 1}))
        self.assertIn("kind = audio: 6 audio clips; left out: 1 image", self.works("data", "check", "album"))
        self.assertEqual(self.check("album", "--kind", "images")["samples"], 1)

    def test_pointers_of_git_lfs_are_called_so(self):
        for i in range(3):
            put(self.folder / f"lfs/{i}.wav", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"c6" * 32 + b"\nsize 72862\n")
        result = self.run_gannet("data", "check", "lfs")
        self.assertEqual(result.returncode, 1)
        self.assertIn("a Git LFS pointer, not the file itself (`git lfs pull` brings the files)", result.stdout)

    def test_cats_and_dogs_as_they_come(self):
        for k in ("Cat", "Dog"):
            pictures(self.folder / "PetImages" / k, 8, ord(k[0]))
            put(self.folder / f"PetImages/{k}/Thumbs.db", b"\xd0\xcf\x11\xe0")
            put(self.folder / f"PetImages/{k}/._5.png", b"\0\5\26\7")
        put(self.folder / "PetImages/Cat/666.jpg", b"")
        put(self.folder / "PetImages/Dog/11702.jpg", b"<html>403 Forbidden</html>")
        put(self.folder / "PetImages/readme[1].txt", b"x")
        (self.folder / "PetImages/Cat/loop").symlink_to("..")
        (self.folder / "links").mkdir()
        for k in ("Cat", "Dog"):
            (self.folder / "links" / k).symlink_to("../PetImages/" + k)
        for source in ("PetImages", "links"):
            report = self.check(source, "--bad-files", "skip")
            self.assertEqual(self.classes(report), {"Cat": 8, "Dog": 8}, source)
            self.assertEqual({p["file"]: p["what"] for p in report["problems"]},
                             {"Cat/666.jpg": "file is empty", "Dog/11702.jpg": "not a PNG, JPEG, WebP, TIFF or BMP image, but a web page"})
            self.assertEqual(self.left_out(report)["links to folders around them"], 1)
        result = self.fails(1, "2 of 18 samples cannot be learned from", "train", "--data", "PetImages", "--dry-run",
                            hint="--bad-files skip leaves them out, and learns from the other 16")
        self.assertEqual(result.stderr.count("warning: "), 2)

    def test_one_folder_that_cannot_be_read_is_one_problem(self):
        if os.geteuid() == 0:
            self.skipTest("root reads everything")
        pictures(self.folder / "set/open", 4)
        pictures(self.folder / "set/closed", 4)
        (self.folder / "set/closed").chmod(0)
        self.addCleanup((self.folder / "set/closed").chmod, 0o700)
        self.assertEqual(len(self.check("set", "--bad-files", "skip")["problems"]), 1)


if __name__ == "__main__":
    main()
