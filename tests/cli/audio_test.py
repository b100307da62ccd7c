"""Audio and video: check, pack, training on them, and their samples as files."""
import io
import json
import math
import struct
import wave
import zipfile

import program
from images_test import png

TINY = ["--kimg", 0.016, "--batch", 8, "--ngf", 2, "--ndf", 2, "--tick", 0.008, "--n-critic", 1]


def tone(pitch, length=1500, rate=8000):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", round(20000 * math.sin(2 * math.pi * pitch * t / rate))) for t in range(length)))
    return out.getvalue()


class AudioAndVideo(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.environment["OMP_WAIT_POLICY"] = "passive"
        for kind, base in (("high", 1000), ("low", 100)):
            (self.folder / "recordings" / kind).mkdir(parents=True)
            for i in range(4):
                (self.folder / "recordings" / kind / f"{i}.wav").write_bytes(tone(base + 20 * i))

    def test_check_pack_and_show(self):
        text = self.works("data", "check", "recordings")
        for pattern in ("rate = 8000: all audio clips are at this rate", r"length = 2048: .*", r"shape +\[1, 2048\]",
                        "class 1 +low, 4 samples", "formats +8 wav", "rates +8000 .8.", "padded +8"):
            self.assertRegex(text, f"(?m)^{pattern}$")
        self.works("data", "show", "recordings", "--out", "recordings.png")
        self.works("data", "pack", "recordings", "out.zip", "--length", 1024)
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            with wave.open(io.BytesIO(archive.read("00000/snd00000007.wav"))) as file:
                self.assertEqual((file.getnchannels(), file.getframerate(), file.getnframes()), (1, 8000, 1024))
        self.assertEqual(self.works_json("data", "check", "out.zip")["shape"], [1, 1024])
        (self.folder / "recordings/low/text.wav").write_text("not audio")
        result = self.run_gannet("data", "check", "recordings", "--json")
        self.assertEqual(result.returncode, 1)
        report = json.loads(result.stdout)
        self.assertEqual(report["kind"], "audio")
        self.assertEqual(report["problems"], [{"file": "low/text.wav", "what": "not a WAV, FLAC, OGG, MP3 or AIFF audio clip, but a text"}])
        self.fails(1, "1 of 9 samples cannot be learned from", "train", "--cfg", "wavegan", "--data", "recordings", *TINY)

    def test_train_and_sample(self):
        run = self.works("train", "--cfg", "wavegan", "--cond", "--data", "recordings", "--length", 1024, *TINY).splitlines()[-1]
        options = json.loads((self.folder / run / "options.json").read_text())
        self.assertEqual((options["rate"], options["length"]), (8000, 1024))
        self.works("sample", "--network", run, "--class", "low", "--out", "x.wav")
        with wave.open(str(self.folder / "x.wav")) as file:
            self.assertEqual((file.getframerate(), file.getnframes(), file.getsampwidth()), (8000, 1024, 2))
        self.works("sample", "--network", run, "--seeds", "0-2", "--outdir", "made")
        self.assertEqual(sorted(p.name for p in (self.folder / "made").iterdir()),
                         ["seed0000.wav", "seed0001.wav", "seed0002.wav"])
        self.works("sample", "--network", run, "--grid", "2x1", "--out", "grid.png")
        self.fails(2, "a .wav holds one audio clip", "sample", "--network", run, "--seeds", "0-2", "--out", "y.wav", hint="--outdir")
        self.fails(2, "this network draws audio clips", "sample", "--network", run, "--out", "y.webp", hint=".wav")
        self.fails(1, "wavegan makes audio clips of 256, 512", "train", "--cfg", "wavegan", "--data", "recordings", "--length", 1000,
                   *TINY)

    def test_video(self):
        for kind in ("run", "walk"):
            for video in range(4):
                folder = self.folder / "videos" / kind / str(video)
                folder.mkdir(parents=True)
                for t in range(9):
                    (folder / f"{t:03}.png").write_bytes(png(32, 32, 10 * video + t))
        text = self.works("data", "check", "videos", "--frames", 8)
        for pattern in ("frames = 8: the middle ones of videos of 9 to 9", r"shape +\[3, 8, 32, 32\]", "kind +video",
                        "class 1 +walk, 4 samples"):
            self.assertRegex(text, f"(?m)^{pattern}$")
        self.works("data", "pack", "videos", "out.zip", "--frames", 8)
        self.assertEqual(self.works_json("data", "check", "out.zip", "--frames", 8)["hash"],
                         self.works_json("data", "check", "videos", "--frames", 8)["hash"])
        run = self.works("train", "--cfg", "video", "--cond", "--data", "videos", "--frames", 8, "--lr", 0.1, *TINY).splitlines()[-1]
        self.works("sample", "--network", run, "--seeds", "0-3", "--out", "x.webp")
        made = (self.folder / "x.webp").read_bytes()
        self.assertEqual(made[:4] + made[8:12], b"RIFFWEBP")
        self.assertGreaterEqual(made.count(b"ANMF"), 2)
        self.works("sample", "--network", run, "--seeds", "5", "--class", "walk", "--outdir", "made")
        self.assertTrue((self.folder / "made/seed0005.webp").exists())
        self.fails(1, "video makes videos", "train", "--cfg", "video", "--data", "videos", *TINY, hint="--frames")


if __name__ == "__main__":
    program.main()
