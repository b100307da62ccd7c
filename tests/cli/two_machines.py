"""Two processes in two network namespaces, joined by a pair of virtual interfaces alone, as on two machines: they train what one does, and listen at the
interface that leads to the other. Needs root and `ip` (iproute2); exit 77 where it cannot."""
import os
import subprocess
import sys

import program
import processes_test

NAMES, ADDRESSES = (f"gannet-a{os.getpid()}", f"gannet-b{os.getpid()}"), ("10.213.7.1", "10.213.7.2")


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def can():
    try:
        ip("netns", "add", NAMES[0])
        ip("netns", "del", NAMES[0])
        return True
    except (OSError, subprocess.CalledProcessError):
        return False


class TwoMachines(processes_test.Processes):
    def setUp(self):
        super().setUp()
        for name in NAMES:
            ip("netns", "add", name)
            self.addCleanup(ip, "netns", "del", name)
        ip("-n", NAMES[0], "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", NAMES[1])
        for name, address in zip(NAMES, ADDRESSES):
            ip("-n", name, "address", "add", address + "/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
            ip("-n", name, "link", "set", "lo", "up")

    def start_both(self, *arguments, **more):
        started = []
        for rank, name in enumerate(NAMES):
            environment = self.environment | {"RANK": str(rank), "WORLD_SIZE": "2", "MASTER_ADDR": ADDRESSES[0], "MASTER_PORT": "29500"} | more
            started.append(subprocess.Popen(["ip", "netns", "exec", name, program.GANNET, *map(str, arguments)], cwd=self.folder, text=True,
                                            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
            self.addCleanup(started[-1].wait)
            self.addCleanup(started[-1].kill)
        return started

    def listening(self, name):
        """The addresses that processes of a namespace listen at."""
        out = subprocess.run(["ip", "netns", "exec", name, "cat", "/proc/net/tcp"], capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in out.splitlines()[1:]]
        return {".".join(str(byte) for byte in reversed(bytes.fromhex(row[1][:8]))) for row in rows if row[3] == "0A"}

    def test_they_train_what_one_does(self):
        one = self.alone("train", *processes_test.RUN)
        for more in ({}, {"GLOO_SOCKET_IFNAME": "eth0"}):
            (status, out, err), other = self.ended(self.start_both("train", *processes_test.RUN, **more))
            self.assertEqual((status, err, other), (0, "", (0, "", "")))
            self.assert_same_weights(one, self.folder / out.splitlines()[-1], 2e-5)

    def test_they_listen_at_the_interface_between_them_alone(self):
        started = self.start_both("train", *processes_test.LONG)
        self.wait_for_steps()
        for name, address in zip(NAMES, ADDRESSES):
            self.assertEqual(self.listening(name), {address})
            v6 = subprocess.run(["ip", "netns", "exec", name, "cat", "/proc/net/tcp6"], capture_output=True, text=True, check=True).stdout
            self.assertNotIn(" 0A ", v6)
        started[0].terminate()
        self.assertEqual([end[0] for end in self.ended(started)], [130, 130])

    def test_an_interface_that_is_not_there(self):
        ends = self.ended(self.start_both("train", *processes_test.RUN, GLOO_SOCKET_IFNAME="eth7"))
        for status, out, err in ends:
            self.assertEqual((status, out), (1, ""))
            self.assertIn("no such network interface with an address: GLOO_SOCKET_IFNAME=eth7", err)


def load_tests(loader, _, __):
    return loader.loadTestsFromNames([f"TwoMachines.{name}" for name in vars(TwoMachines) if name.startswith("test")], sys.modules[__name__])


if __name__ == "__main__":
    if not can():
        print("skipped: no network namespaces here (root, and ip of iproute2)")
        sys.exit(77)
    program.main()
