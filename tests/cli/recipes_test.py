"""gannet recipes: the table, and one recipe's networks."""
import program


class Recipes(program.ProgramTest):
    def test_list(self):
        recipes = self.works_json("recipes", "list")
        self.assertTrue({"vanilla", "dcgan", "cgan"} <= {recipe["name"] for recipe in recipes})
        text = self.works("recipes", "list")
        for recipe in recipes:
            self.assertEqual(set(recipe), {"name", "paper", "summary", "try"})
            self.assertEqual(set(recipe["try"]), {"data", "sample"})
            self.assertIn(recipe["paper"], text)

    def test_show_of_every_recipe(self):
        for recipe in self.works_json("recipes", "list"):
            with self.subTest(recipe=recipe["name"]):
                shown = self.works_json("recipes", "show", recipe["name"])
                self.assertEqual(shown["paper"], recipe["paper"])
                self.assertTrue({"G"} <= {net["name"] for net in shown["nets"]})
                text = self.works("recipes", "show", recipe["name"])
                for net in shown["nets"]:
                    self.assertEqual(net["parameters"], sum(row["parameters"] for row in net["layers"]))
                    self.assertEqual(net["flops"], sum(row["flops"] for row in net["layers"]))
                    self.assertIn(str(net["parameters"]), text)

    def test_options_change_the_networks(self):
        nets = {}
        for width in (16, 32):
            shown = self.works_json("recipes", "show", "dcgan", "--ngf", width)
            nets[width] = {net["name"]: net for net in shown["nets"]}
        self.assertLess(nets[16]["G"]["parameters"], nets[32]["G"]["parameters"])
        self.assertEqual(nets[16]["D"]["parameters"], nets[32]["D"]["parameters"])

    def test_parameters_of_dcgan_by_hand(self):
        # G on 32x32x3 images with base b, latent z: dense z x 64b, two 4x4 up-convolutions 4b-2b-b, one to 3 channels;
        # norms have two numbers a channel and take the place of the bias.
        z, b = 10, 8
        shown = self.works_json("recipes", "show", "dcgan", "--nz", z, "--ngf", b, "--data", "shapes", "--g-upsample", "transposed")
        expected = z * 4 * b * 16 + 2 * 4 * b + 4 * b * 2 * b * 16 + 2 * 2 * b + 2 * b * b * 16 + 2 * b + b * 3 * 16 + 3
        self.assertEqual(next(net for net in shown["nets"] if net["name"] == "G")["parameters"], expected)

    def test_data_that_does_not_fit(self):
        self.fails(1, "dcgan", "recipes", "show", "dcgan", "--data", "ring-8")


if __name__ == "__main__":
    program.main()
