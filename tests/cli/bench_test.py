"""gannet bench: each task runs, and says what its peer in bench/peers says."""
import program

TASKS = ("dcgan28", "dcgan64", "mlp28", "resnet32_r3", "toy2d", "sample")


class Bench(program.ProgramTest):
    def test_each_task(self):
        for task in TASKS:
            with self.subTest(task):
                r = self.works_json("bench", "--cfg", task, "--batch", "2", "--steps", "1")
                self.assertEqual((r["task"], r["batch"], r["steps"]), (task, 2, 1))
                self.assertGreaterEqual(r["step_ms_median"], r["step_ms_min"])
                self.assertAlmostEqual(r["images_per_s"] * r["step_ms_median"], 2000, delta=1e-6)
                self.assertGreater(r["peak_rss_mb"], 0)
                self.assertAlmostEqual(r["gflop_per_s"] * r["step_ms_median"], 1000 * r["gflop"], delta=1e-3 * (1 + r["gflop"]))
                self.assertTrue(0 < r["peak_share"] < 1, r)
                self.assertAlmostEqual(r["peak_share"] * r["peak_gflop_per_s"], r["gflop_per_s"], delta=1e-6 * r["gflop_per_s"])


if __name__ == "__main__":
    program.main()
