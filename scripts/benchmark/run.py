"""Runs the benchmarks of docs/BENCHMARKS.md; see scripts/bench."""
import argparse
import json
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MODEL = f"{ROOT}/Resources/models/default.safetensors"
# First touch of memory is slow on many virtual machines; glibc told to keep what it has is the fair
# setting for PyTorch, which otherwise gives it back after every layer.
TUNED = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "1000000000000",
         "MALLOC_TOP_PAD_": str(1 << 30), "THP_MEM_ALLOC_ENABLE": "1"}
THREADS = 2


class Worker:
    """A process that runs once for each line."""

    def __init__(self, name, command, environment=None):
        self.name, self.times = name, []
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env={**os.environ, "OMP_NUM_THREADS": str(THREADS), **(environment or {})})
        self.peak = None
        if self.process.stdout.readline().strip() != "ready":
            self.process = None

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def run(self):
        self.times.append(float(self.ask("run")))

    def end(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmHWM"):
                self.peak = int(line.split()[1]) / 1024
        self.process.stdin.close()
        self.process.wait()


def vsdb(arguments, window, extra=()):
    sides = "x".join(map(str, window))
    return [arguments.vsdb, "bench", "--interactive", "--threads", str(THREADS), "--model", MODEL,
            "--size", sides, *extra]


def python(engine, model, path, window, mode=()):
    return [sys.executable, f"{HERE}/worker.py", engine, model, path, *map(str, window),
            str(THREADS), *mode]


def export(model, window):
    """An ONNX file for one shape."""
    import torch
    from network import load
    target = f"{model}.{'x'.join(map(str, window))}.onnx"
    torch.onnx.export(load(model), torch.zeros(1, 1, *window), target, input_names=["x"],
                      opset_version=17, dynamo=False)  # one file, no extra packages


def scene(arguments, window, folder):
    """A window of a simulated head about its tumour, normalised; slices repeat where it has fewer."""
    import SimpleITK
    data = f"{folder}/phantom"
    if not os.path.exists(data):
        subprocess.run([arguments.vsdb, "phantom", "--patients", "1", "--exams", "1", "--seed", "3",
                        "--volume", "900", "--out", data], check=True, stdout=subprocess.DEVNULL)
    exam = json.load(open(f"{data}/manifest.json"))["patients"][0]["exams"][0]
    image, mask = (SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(f"{data}/{exam[key]}"))
                   for key in ("image", "mask"))
    image = (image - image.mean()) / image.std()
    centre = np.argwhere(mask).mean(0).round().astype(int)
    places = [np.arange(c - n // 2, c - n // 2 + n) % size
              for c, n, size in zip(centre, window, image.shape)]
    return np.ascontiguousarray(image[np.ix_(*places)], "<f4")


def interleave(workers, rounds):
    for worker in [w for w in workers if w.process is None]:
        print(f"{worker.name} did not start and is left out", file=sys.stderr)
    workers = [w for w in workers if w.process is not None]
    for number in range(rounds):
        for worker in workers:
            time.sleep(0.25)
            worker.run()
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return workers


def table(workers, outputs=None, reference=None):
    ours = statistics.median(workers[0].times)
    lines = ["| engine | median s | min s | max s | times vsdb's | peak MB | max abs difference |",
             "|---|---|---|---|---|---|---|"]
    for worker in workers:
        median = statistics.median(worker.times)
        difference = "-"
        if outputs and worker.name in outputs:
            difference = f"{np.abs(outputs[worker.name] - reference).max():.1e}"
        lines.append(
            f"| {worker.name} | {median:.3f} | {min(worker.times):.3f} | {max(worker.times):.3f} "
            f"| {median / ours:.2f} | {worker.peak:.0f} | {difference} |")
    return "\n".join(lines)


def inference(arguments, window, engines, folder, with_reference):
    path, model = f"{folder}/input.f32", f"{folder}/model"
    image = scene(arguments, window, folder)
    image.tofile(path)
    os.path.exists(model) or os.symlink(MODEL, model)
    export(model, window)
    own = Worker("vsdb", vsdb(arguments, window, ["--input", path, "--output", f"{folder}/vsdb.f32"]))
    workers = [own] + [
        Worker(name, python(name, model, path, window), TUNED if "torch" in name else None)
        for name in engines]
    workers = interleave(workers, arguments.rounds)
    outputs = {}
    for worker in workers[1:]:
        worker.ask(f"save {folder}/output.f32")
        outputs[worker.name] = np.fromfile(f"{folder}/output.f32", "<f4").ravel()
    for worker in workers:
        worker.end()
    outputs["vsdb"] = np.fromfile(f"{folder}/vsdb.f32", "<f4").ravel()
    if with_reference:
        import torch
        from network import load
        with torch.inference_mode():
            reference = load(model).double()(
                torch.from_numpy(image).double()[None, None]).numpy().ravel()
        note = "Differences of the probability are from float64."
    else:
        reference = outputs["OpenVINO f32"]
        note = "Differences of the probability are from OpenVINO in float32."
    return table(workers, outputs, reference) + "\n\n" + note


def training(arguments, folder):
    window, path = (32, 128, 128), f"{folder}/training.f32"
    np.random.default_rng(8).standard_normal(window, dtype=np.float32).tofile(path)
    own = Worker("vsdb", vsdb(arguments, window, ["--training", "--input", path]))
    names = ["torch", "torch channels last", "torch compiled, channels last"]
    workers = interleave(
        [own] + [Worker(n, python(n, MODEL, path, window, ["training"]), TUNED) for n in names],
        arguments.rounds)
    for worker in workers:
        worker.end()
    return table(workers)


def surface(arguments):
    """ASSD and HD95 of two balls of 12 mm on 512 x 512 x 80 voxels."""
    import SimpleITK
    from scipy import ndimage
    spacing = (1.5, 0.4, 0.4)
    grid = np.ogrid[:80, :512, :512]

    def ball(centre, radius):
        return sum(((g - c) * s) ** 2 for g, c, s in zip(grid, centre, spacing)) <= radius ** 2
    a, b = ball((40, 250, 200), 12), ball((41, 252, 203), 12.5)
    with tempfile.TemporaryDirectory() as folder:
        for name, mask in (("prediction", a), ("truth", b)):
            os.mkdir(f"{folder}/{name}")
            image = SimpleITK.GetImageFromArray(mask.astype(np.uint8))
            image.SetSpacing(spacing[::-1])
            SimpleITK.WriteImage(image, f"{folder}/{name}/case.nii.gz")

        def own():
            subprocess.run(
                [arguments.vsdb, "evaluate", "--predictions", f"{folder}/prediction", "--truth",
                 f"{folder}/truth", "--format", "json"], check=True, stdout=subprocess.DEVNULL)

        def itk():
            images = [SimpleITK.ReadImage(f"{folder}/{n}/case.nii.gz")
                      for n in ("prediction", "truth")]
            outlines = [SimpleITK.LabelContour(i) for i in images]
            maps = [SimpleITK.Abs(SimpleITK.SignedMaurerDistanceMap(
                o, squaredDistance=False, useImageSpacing=True)) for o in outlines]
            views = [SimpleITK.GetArrayViewFromImage(x) for x in outlines + maps]
            d = np.concatenate([views[3][views[0] == 1], views[2][views[1] == 1]])
            return d.mean(), np.percentile(d, 95)

        def scipy():
            masks = [SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(f"{folder}/{n}/case.nii.gz"))
                     .astype(bool) for n in ("prediction", "truth")]
            outlines = [m & ~ndimage.binary_erosion(m) for m in masks]
            maps = [ndimage.distance_transform_edt(~o, sampling=spacing) for o in outlines]
            d = np.concatenate([maps[1][outlines[0]], maps[0][outlines[1]]])
            return d.mean(), np.percentile(d, 95)
        tasks = {"vsdb evaluate (whole process)": own, "SimpleITK": itk, "scipy": scipy}
        times = {name: [] for name in tasks}
        for _ in range(arguments.rounds):
            for name, task in tasks.items():
                start = time.perf_counter()
                task()
                times[name].append(time.perf_counter() - start)
    ours = statistics.median(times["vsdb evaluate (whole process)"])
    lines = ["| engine | median s | min s | max s | times vsdb's |", "|---|---|---|---|---|"]
    lines += [f"| {n} | {statistics.median(t):.3f} | {min(t):.3f} | {max(t):.3f} "
              f"| {statistics.median(t) / ours:.1f} |" for n, t in times.items()]
    return "\n".join(lines)


def process(arguments):
    """Program start and a query."""
    lines = ["| command | median ms |", "|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        database = ["--database", f"{folder}/bench.sqlite"]
        subprocess.run([arguments.vsdb, "register", "patient", "P1", *database], check=True,
                       stdout=subprocess.DEVNULL)
        for name, command in {"vsdb --version": ["--version"],
                              "vsdb growth P1": ["growth", "P1", *database],
                              "vsdb flagged": ["flagged", *database]}.items():
            times = []
            for _ in range(3 * arguments.rounds):
                start = time.perf_counter()
                subprocess.run([arguments.vsdb, *command], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
                times.append(time.perf_counter() - start)
            lines.append(f"| `{name}` | {1e3 * statistics.median(times):.0f} |")
    return "\n".join(lines)


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                  if line.startswith("model name")), platform.machine())
    flags = open("/proc/cpuinfo").read()
    widest = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "neither AVX"
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in
                         ("torch", "onnxruntime", "openvino", "SimpleITK", "scipy"))
    return (f"{model}, {widest}, {os.cpu_count()} cores, {THREADS} threads each; {versions}; "
            f"Python {platform.python_version()}; {time.strftime('%Y-%m-%d')}.")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vsdb", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="crop,field,training,surface,process")
    parser.add_argument("--out")
    arguments = parser.parse_args()
    sys.path.insert(0, HERE)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    wanted = arguments.only.split(",")
    parts = [f"Measured by `scripts/bench`: {machine()} Medians of {arguments.rounds} interleaved "
             "rounds after two to warm up. PyTorch runs with glibc's allocator tuned to keep its "
             "memory, without which it takes longer."]
    peers = ["OpenVINO f32", "OpenVINO default", "ONNX Runtime", "torch channels last",
             "torch compiled"]
    with tempfile.TemporaryDirectory() as folder:
        if "crop" in wanted:
            parts += ["### The paper's crop, 36 x 128 x 256",
                      inference(arguments, (36, 128, 256), peers, folder, True)]
        if "field" in wanted:
            parts += ["### A whole field, 64 x 384 x 384",
                      inference(arguments, (64, 384, 384), peers[:2], folder, False)]
        if "training" in wanted:
            parts += ["### A training step, 2 x 32 x 128 x 128", training(arguments, folder)]
    if "surface" in wanted:
        parts += ["### ASSD and HD95, 80 x 512 x 512, from files", surface(arguments)]
    if "process" in wanted:
        parts += ["### Process start and queries", process(arguments)]
    text = "\n\n".join(parts) + "\n"
    if arguments.out:
        page = open(arguments.out).read()
        first, last = "<!-- measured -->\n", "<!-- end of measured -->"
        head, rest = page.split(first)
        text = head + first + "\n" + text + "\n" + last + rest.split(last)[1]
        open(arguments.out, "w").write(text)
    else:
        print(text)


main()
