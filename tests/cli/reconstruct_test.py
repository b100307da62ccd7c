"""gannet reconstruct: images of a test split through an autoencoder."""
import program


class Reconstruct(program.ProgramTest):
    def train(self, recipe, kimg):
        out = self.works("train", "--cfg", recipe, "--data", "shapes", "--image-size", 32, "--ngf", 8, "--ndf", 8, "--nz", 16,
                         "--batch", 16, "--kimg", kimg, "--tick", kimg, "--snap", 1, "--outdir", "runs", "--desc", kimg)
        return out.splitlines()[-1]

    def test_training_raises_the_elbo_and_the_image_is_of_pairs(self):
        reports = []
        for kimg in (0.016, 4.8):
            run = self.train("vae", kimg)
            reports.append(self.works_json("reconstruct", "--network", run, "--data", "shapes", "--samples", 64,
                                           "--grid", "8x2", "--out", "pairs.png"))
        before, after = reports
        self.assertEqual((after["samples"], after["split"]), (64, "test"))
        self.assertGreater(after["elbo"], before["elbo"] + 1000)  # nats an image
        self.assertLess(after["bits_per_value"], before["bits_per_value"])
        self.assertLess(after["rms_error"], before["rms_error"])
        png = (self.folder / "pairs.png").read_bytes()
        self.assertEqual((int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")), (8 * 32, 2 * 2 * 32))
        again = self.works_json("reconstruct", "--network", run, "--data", "shapes", "--samples", 64)
        self.assertEqual(again["elbo"], after["elbo"])

    def test_wrong_use(self):
        self.fails(2, "--network is missing", "reconstruct", "--data", "shapes")
        self.fails(2, "--data is missing", "reconstruct", "--network", "x.safetensors")
        self.fails(2, ".png", "reconstruct", "--network", "x", "--data", "shapes", "--out", "pairs.jpg")
        run = self.train("dcgan", 0.016)
        self.fails(2, "no encoder", "reconstruct", "--network", run, "--data", "shapes", hint="vae")
        self.fails(1, "network draws [3, 32, 32]", "reconstruct", "--network", run, "--data", "shapes", "--image-size", 16)


if __name__ == "__main__":
    program.main()
