"""Is there a GPU of NVIDIA's, and is its driver new enough?"""
import glob
import re
import shutil
import subprocess

DRIVERS = {"12": 525, "13": 580}  # the oldest driver that a CUDA starts with


def found():
    """Why this machine counts as one with a GPU, or ''."""
    if glob.glob("/dev/nvidia*"):
        return "/dev/nvidia*"
    if shutil.which("nvidia-smi") and subprocess.run(["nvidia-smi"], capture_output=True).returncode == 0:
        return "nvidia-smi"
    return ""


def old_driver(cuda):
    """NVIDIA's driver here, if CUDA of this version does not start with it; '' where that is not known."""
    if not cuda or not shutil.which("nvidia-smi"):
        return ""
    query = subprocess.run(["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"], capture_output=True, text=True)
    version = re.match(r"\d+(\.\d+)+$", query.stdout.strip().split("\n")[0])
    needed = DRIVERS.get(cuda.split(".")[0], 0)
    return version[0] if version and int(version[0].split(".")[0]) < needed else ""
