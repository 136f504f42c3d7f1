"""Runs the benchmarks of docs/BENCHMARKS.md; see scripts/bench."""
import argparse
import json
import importlib.metadata
import os
import platform
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np

from surfaces import ENGINES, SPACING

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


def vsdb(arguments, window, extra=(), model=MODEL):
    sides = "x".join(map(str, window))
    return [arguments.vsdb, "bench", "--interactive", "--threads", str(THREADS), "--model", model,
            "--size", sides, *extra]


def python(engine, model, path, window, mode=()):
    return [sys.executable, f"{HERE}/worker.py", engine, model, path, *map(str, window),
            str(THREADS), *mode]


def export(model, window):
    """An ONNX file for one shape."""
    import torch
    from network import load
    target = f"{model}.{'x'.join(map(str, window))}.onnx"
    if os.path.exists(target):
        return
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


def inference(arguments, window, engines, folder, with_reference, weights=MODEL):
    path, model = f"{folder}/input.f32", f"{folder}/{os.path.basename(weights)}.model"
    image = scene(arguments, window, folder)
    image.tofile(path)
    os.path.exists(model) or os.symlink(weights, model)
    export(model, window)
    own = Worker("vsdb", vsdb(arguments, window, ["--input", path, "--output",
                                                  f"{folder}/vsdb.f32"], weights))
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


def published(arguments, folder):
    """The published architecture at its own widths, weights as an initialisation gives them and
    normalisations fitted to the scene."""
    from network import settle
    weights = f"{folder}/vs-seg/last.safetensors"
    scene(arguments, (8, 32, 32), folder)  # makes the phantom that one iteration needs
    subprocess.run([arguments.vsdb, "train", f"{folder}/phantom", "--out", f"{folder}/vs-seg",
                    "--architecture", "vs-seg", "--iterations", "1", "--batch", "1", "--crop",
                    "8x32x32"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    settle(weights, scene(arguments, (32, 192, 192), folder))
    return inference(arguments, (64, 384, 384), ["OpenVINO f32", "OpenVINO default"], folder, False,
                     weights)


def wide_scan(arguments, folder):
    """A simulated scan of 80 x 512 x 512 voxels of 1.5 x 0.4 x 0.4 mm, air about the head."""
    import SimpleITK
    data, path = f"{folder}/wide", f"{folder}/wide.nii.gz"
    subprocess.run([arguments.vsdb, "phantom", "--composite", "--patients", "1", "--exams", "1",
                    "--seed", "5", "--volume", "900", "--out", data], check=True, cwd=ROOT,
                   stdout=subprocess.DEVNULL)
    image = SimpleITK.ReadImage(f"{data}/p000/e1_image.nii.gz", SimpleITK.sitkFloat32)
    middle = image.TransformContinuousIndexToPhysicalPoint(
        [(n - 1) / 2 for n in image.GetSize()])
    grid = SimpleITK.Image(512, 512, 80, SimpleITK.sitkFloat32)
    grid.SetSpacing((0.4, 0.4, 1.5))
    grid.SetDirection(image.GetDirection())
    corner = grid.TransformContinuousIndexToPhysicalPoint([255.5, 255.5, 39.5])
    grid.SetOrigin([m - c for m, c in zip(middle, corner)])
    wide = SimpleITK.Resample(image, grid, SimpleITK.Transform(), SimpleITK.sitkLinear, 0.0)
    noise = np.random.default_rng(4).rayleigh(3, (80, 512, 512)).astype("f4")
    voxels = SimpleITK.GetArrayFromImage(wide) + noise
    out = SimpleITK.GetImageFromArray(voxels.round().astype("<i2"))
    out.CopyInformation(wide)
    SimpleITK.WriteImage(out, path)
    return path, voxels


def scan(arguments, folder):
    """From a scan's file to a stored growth answer, against a peer's sliding windows alone."""
    path, voxels = wide_scan(arguments, folder)
    window, engines = (36, 128, 256), ["OpenVINO f32", "OpenVINO default"]
    head = voxels[voxels > 0.1 * np.percentile(voxels, 99)]
    image = ((voxels - head.mean()) / head.std()).astype("<f4")
    starts = []
    for length, side in zip(image.shape, window):
        step = int(side * 0.75)
        starts.append(sorted({*range(0, length - side, step), length - side}))
    places = [(d, h, w) for d in starts[0] for h in starts[1] for w in starts[2]]
    model = f"{folder}/scan.model"
    os.symlink(MODEL, model)
    export(model, window)
    np.zeros(window, "<f4").tofile(f"{folder}/zero.f32")
    peers = {f"{engine}, {len(places)} windows": Worker(
        engine, python(engine, model, f"{folder}/zero.f32", window)) for engine in engines}
    names = ["vsdb register scan", "vsdb register scan --exhaustive"]
    tasks = {name: [] for name in [*names, *peers]}
    for number in range(arguments.rounds):
        for name, more in ((names[0], []), (names[1], ["--exhaustive"])):
            start = time.perf_counter()
            run = subprocess.run(
                [arguments.vsdb, "register", "scan", path, "--patient", "P1", "--date",
                 "2024-05-06", "--threads", str(THREADS), "--memory-limit", "8192", "--database",
                 f"{folder}/{number}{len(more)}/vsdb.sqlite", *more],
                check=True, capture_output=True, text=True)
            tasks[name].append(time.perf_counter() - start)
            if number == 0:
                print(run.stdout, file=sys.stderr)
        for name, peer in peers.items():
            start = time.perf_counter()
            for d, h, w in places:
                image[d:d + window[0], h:h + window[1], w:w + window[2]].tofile(
                    f"{folder}/zero.f32")
                peer.ask("again")
            tasks[name].append(time.perf_counter() - start)
        print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr)
    for peer in peers.values():
        peer.end()
    ours = statistics.median(tasks[names[0]])
    lines = ["| what | median s | min s | max s | times vsdb's |", "|---|---|---|---|---|"]
    lines += [f"| {n} | {statistics.median(t):.2f} | {min(t):.2f} | {max(t):.2f} "
              f"| {statistics.median(t) / ours:.1f} |" for n, t in tasks.items()]
    return "\n".join(lines) + (
        "\n\nThe peers' times are those of their windows alone (overlap 0.25), without reading, blending, "
        "measuring or storing.")


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
    grid = np.ogrid[:80, :512, :512]

    def ball(centre, radius):
        return sum(((g - c) * s) ** 2 for g, c, s in zip(grid, centre, SPACING)) <= radius ** 2
    a, b = ball((40, 250, 200), 12), ball((41, 252, 203), 12.5)
    ours = "vsdb evaluate"
    whole, apart = ({name: [] for name in [ours, *ENGINES]} for _ in range(2))
    with tempfile.TemporaryDirectory() as folder:
        for name, mask in (("prediction", a), ("truth", b)):
            os.mkdir(f"{folder}/{name}")
            image = SimpleITK.GetImageFromArray(mask.astype(np.uint8))
            image.SetSpacing(SPACING[::-1])
            SimpleITK.WriteImage(image, f"{folder}/{name}/case.nii.gz")
        commands = {ours: [arguments.vsdb, "evaluate", "--predictions", f"{folder}/prediction",
                           "--truth", f"{folder}/truth", "--format", "json", "--timings"]}
        commands |= {name: [sys.executable, f"{HERE}/surfaces.py", name, folder] for name in ENGINES}
        for round in range(-1, arguments.rounds):  # the first fills the disk's cache and imports
            for name, command in commands.items():
                start = time.perf_counter()
                run = subprocess.run(command, check=True, capture_output=True, text=True)
                end = time.perf_counter()
                if name == ours:
                    only = float(re.search(r"compare ([0-9.]+) s", run.stderr)[1])
                else:
                    load, compare = ENGINES[name]
                    masks = load(folder)
                    loaded = time.perf_counter()
                    compare(masks)
                    only = time.perf_counter() - loaded
                if round >= 0:
                    whole[name].append(end - start)
                    apart[name].append(only)
    median = statistics.median
    lines = ["| engine | whole process, median s | min s | max s | times vsdb's "
             "| compared only, median s | times vsdb's |", "|---|---|---|---|---|---|---|"]
    for name, times in whole.items():
        lines.append(f"| {name} | {median(times):.3f} | {min(times):.3f} | {max(times):.3f} "
                     f"| {median(times) / median(whole[ours]):.1f} | {median(apart[name]):.4f} "
                     f"| {median(apart[name]) / median(apart[ours]):.1f} |")
    lines += ["", "*Whole process*: from its start with the two compressed files to its answer, with "
              "what each must load of its libraries. *Compared only* begins with the masks in memory of "
              "a running process; vsdb's holds Dice, volumes and components, too."]
    return "\n".join(lines)


def populate(arguments, folder, patients):
    """A database of `patients` patients with four exams each: one registered, the others its copies."""
    path = f"{folder}/bench.sqlite"
    subprocess.run([arguments.vsdb, "phantom", "--patients", "1", "--exams", "4", "--seed", "3",
                    "--volume", "900", "--out", f"{folder}/course"], check=True,
                   stdout=subprocess.DEVNULL)
    manifest = json.load(open(f"{folder}/course/manifest.json"))
    for exam in manifest["patients"][0]["exams"]:
        subprocess.run([arguments.vsdb, "register", "scan", f"{folder}/course/{exam['image']}",
                        "--patient", "P1", "--date", exam["date"], "--database", path], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = sqlite3.connect(path)
    columns = {table: [row[1] for row in base.execute(f"PRAGMA table_info({table})")]
               for table in ("patient", "tumour", "scan", "segmentation", "volume", "growth")}
    # A copy's keys are the original's plus a multiple of 1000 for each patient.
    keys = {"id", "patientId", "tumourId", "scanId", "segmentationId"}
    texts = {"identifier": "'P' || n", "trackingUid": "trackingUid || '.' || n"}
    with base:
        for table, names in columns.items():
            values = ", ".join(
                f"{name} + 1000 * n" if name in keys else texts.get(name, name) for name in names)
            base.execute(
                f"WITH RECURSIVE more(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM more "
                f"WHERE n < {patients}) INSERT INTO {table} ({', '.join(names)}) "
                f"SELECT {values} FROM {table}, more WHERE {table}.rowid < 1000")
    base.close()
    return path


def bare_query(path):
    """Opens the database and reads one patient's exams, in milliseconds."""
    start = time.perf_counter()
    base = sqlite3.connect(path)
    rows = base.execute(
        "SELECT s.examDate, v.volumeMm3, v.relativeSD FROM patient p JOIN scan s ON s.patientId = "
        "p.id JOIN segmentation g ON g.scanId = s.id JOIN volume v ON v.segmentationId = g.id "
        "WHERE p.identifier = 'P5000' ORDER BY s.examDate").fetchall()
    base.close()
    assert len(rows) >= 3
    return time.perf_counter() - start


def process(arguments):
    """Program start and a query."""
    lines = ["| what | median ms |", "|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        path = populate(arguments, folder, 10000)
        database = ["--database", path]
        bare = statistics.median(bare_query(path) for _ in range(3 * arguments.rounds))
        lines.append(f"| a bare SQLite query of one patient's exams (in process) | {1e3 * bare:.1f} |")
        for name, command in {"vsdb --version (process start)": ["--version"],
                              "vsdb growth P5000": ["growth", "P5000", *database],
                              "vsdb list scans --patient P5000":
                                  ["list", "scans", "--patient", "P5000", *database],
                              "vsdb flagged (all patients)": ["flagged", *database]}.items():
            times = []
            for _ in range(3 * arguments.rounds):
                start = time.perf_counter()
                subprocess.run([arguments.vsdb, *command], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
                times.append(time.perf_counter() - start)
            lines.append(f"| `{name}` | {1e3 * statistics.median(times):.1f} |")
    return "\n".join(lines)


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                  if line.startswith("model name")), platform.machine())
    flags = open("/proc/cpuinfo").read()
    widest = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "neither AVX"
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in
                         ("torch", "onnxruntime", "openvino", "SimpleITK", "scipy", "monai"))
    return (f"{model}, {widest}, {os.cpu_count()} cores, {THREADS} threads each; {versions}; "
            f"Python {platform.python_version()}; {time.strftime('%Y-%m-%d')}.")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vsdb", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="crop,field,published,scan,training,surface,process")
    parser.add_argument("--out")
    arguments = parser.parse_args()
    sys.path.insert(0, HERE)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    wanted = arguments.only.split(",")
    if arguments.out and not os.path.exists(arguments.out):
        parser.error(f"{arguments.out} is not there: --out names a page with the two marks")
    parts = [f"Measured by `scripts/bench`: {machine()} Medians of {arguments.rounds} interleaved "
             "rounds after two to warm up. PyTorch runs with glibc's allocator tuned to keep its "
             "memory, without which it takes longer."]
    peers = ["OpenVINO f32", "OpenVINO default", "ONNX Runtime", "torch channels last",
             "torch compiled"]
    with tempfile.TemporaryDirectory() as folder:
        sections = {
            "crop": ("The paper's crop, 36 x 128 x 256", lambda: inference(
                arguments, (36, 128, 256), peers, folder, True)),
            "field": ("A whole field, 64 x 384 x 384", lambda: inference(
                arguments, (64, 384, 384), peers[:2], folder, False)),
            "published": ("The published architecture, 64 x 384 x 384",
                          lambda: published(arguments, folder)),
            "scan": ("A scan of 80 x 512 x 512, from file to stored growth answer",
                     lambda: scan(arguments, folder)),
            "training": ("A training step, 2 x 32 x 128 x 128",
                         lambda: training(arguments, folder)),
            "surface": ("ASSD and HD95, 80 x 512 x 512, from files",
                        lambda: surface(arguments)),
            "process": ("Process start and queries, 10 000 patients with four exams each",
                        lambda: process(arguments)),
        }
        for name in wanted:
            title, measure = sections[name]
            print(f"-- {title}", file=sys.stderr)
            parts += [f"### {title}", measure()]
            # After each, so that a run cut short keeps what it has.
            show("\n\n".join(parts) + "\n", arguments.out)
    if not arguments.out:
        print("\n\n".join(parts))


def show(text, page):
    """Writes the tables between the marks of a page, if there is one."""
    if page:
        content = open(page).read()
        first, last = "<!-- measured -->\n", "<!-- end of measured -->"
        head, rest = content.split(first)
        open(page, "w").write(head + first + "\n" + text + "\n" + last + rest.split(last)[1])


main()
