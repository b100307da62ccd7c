"""gannet doctor: what it says agrees with the system's own words."""
import os

import program


class Doctor(program.ProgramTest):
    def test_json(self):
        report = self.works_json("doctor")
        self.assertEqual("gannet " + report["version"], self.works("--version").strip())
        self.assertEqual(report["logical_cpus"], len(os.sched_getaffinity(0)))
        self.assertGreaterEqual(report["logical_cpus"], report["physical_cores"])
        self.assertGreater(report["memory_mb"], report["memory_available_mb"])
        self.assertEqual(report["data_folder"], str(self.folder / "data"))
        self.assertGreater(report["data_free_mb"], 0)
        self.assertTrue(report["libtorch"]["version"])
        has_server = self.run_gannet("serve", "--help").returncode == 0
        self.assertEqual(report["server"], has_server)
        self.assertIn("built in: gannet serve" if report["page"] else "none: ", self.works("doctor"))
        for name in report["instruction_sets"]:
            with open("/proc/cpuinfo", encoding="utf-8") as cpuinfo:
                self.assertIn(f" {name}", cpuinfo.read())

    def test_one_openmp_library(self):
        self.assertEqual(len(self.works_json("doctor")["openmp_libraries"]), 1)

    def test_threads(self):
        self.assertEqual(self.works_json("doctor")["threads"], 1)
        self.environment["GANNET_THREADS"] = "3"
        self.assertEqual(self.works_json("doctor")["threads"], 3)
        self.environment["OMP_NUM_THREADS"] = "2"
        self.assertEqual(self.works_json("doctor")["threads"], 3)
        del self.environment["GANNET_THREADS"]
        for text, threads in (("2", 2), ("1,2", 1)):  # the second: of nested regions
            self.environment["OMP_NUM_THREADS"] = text
            self.assertEqual(self.works_json("doctor")["threads"], threads)
        del self.environment["OMP_NUM_THREADS"]  # libgomp itself speaks of one that is no number
        report = self.works_json("doctor")
        self.assertLessEqual(report["threads"], report["physical_cores"])

    def test_one_cpu_when_only_one_is_allowed(self):
        cpu = min(os.sched_getaffinity(0))
        report = self.run_gannet("doctor", "--json", preexec_fn=lambda: os.sched_setaffinity(0, {cpu}))
        self.assertIn('"logical_cpus": 1,', report.stdout)

    def test_text(self):
        text = self.works("doctor")
        for word in ("gannet", "processor", "cores", "threads", "memory", "libtorch", "OpenMP", "data folder"):
            self.assertRegex(text, rf"(?m)^{word} ")


if __name__ == "__main__":
    program.main()
