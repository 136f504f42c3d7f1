"""One engine in a process of its own: `ready`, then for each line of standard input one run and its
seconds; `save PATH` writes the last output, `memory` prints the peak in MB."""
import os
import sys
import time

ENGINE, MODEL, INPUT = sys.argv[1:4]
D, H, W, THREADS = map(int, sys.argv[4:8])
if ENGINE.startswith("torch compiled"):
    os.environ["TORCHINDUCTOR_FREEZING"] = "1"

import numpy as np

sys.path.insert(0, os.path.dirname(__file__))
X = np.fromfile(INPUT, "<f4").reshape(1, 1, D, H, W)


def peak_memory():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024


def inference():
    if ENGINE.startswith("torch"):
        import torch
        from network import load
        torch.set_num_threads(THREADS)
        model, x = load(MODEL), torch.from_numpy(X)
        if "channels last" in ENGINE or "compiled" in ENGINE:
            model = model.to(memory_format=torch.channels_last_3d)
            x = x.contiguous(memory_format=torch.channels_last_3d)
        if "compiled" in ENGINE:
            model = torch.compile(model)

        def run():
            with torch.inference_mode():
                return model(x).numpy()
        return run
    exported = MODEL + f".{D}x{H}x{W}.onnx"
    if ENGINE == "ONNX Runtime":
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
        session = onnxruntime.InferenceSession(
            exported, options, providers=["CPUExecutionProvider"])
        return lambda: session.run(None, {"x": X})[0]
    import openvino
    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": THREADS, "NUM_STREAMS": 1,
                "PERFORMANCE_HINT": "LATENCY"}
    if ENGINE == "OpenVINO f32":
        settings["INFERENCE_PRECISION_HINT"] = "f32"
    compiled = core.compile_model(core.read_model(exported), "CPU", settings)
    request = compiled.create_infer_request()

    def run():
        request.infer({0: X})
        return request.get_output_tensor(0).data
    return run


def training():
    import torch
    from network import load, training_loss
    torch.set_num_threads(THREADS)
    model = load(MODEL, training_outputs=True).train()
    x = torch.from_numpy(np.concatenate([X, X]))
    truth = (x > 1.5).float()
    if "channels last" in ENGINE:
        model = model.to(memory_format=torch.channels_last_3d)
        x = x.contiguous(memory_format=torch.channels_last_3d)
    optimiser = torch.optim.Adam(model.parameters(), 1e-6, weight_decay=1e-7)
    forward = torch.compile(model) if "compiled" in ENGINE else model

    def run():
        optimiser.zero_grad(set_to_none=True)
        logits, maps = forward(x)
        loss = training_loss(logits, maps, truth)
        loss.backward()
        optimiser.step()
        return np.zeros(1, "f4")
    return run


run = training() if len(sys.argv) > 8 and sys.argv[8] == "training" else inference()
output = None
for _ in range(2):
    output = run()
print("ready", flush=True)
for line in sys.stdin:
    words = line.split(maxsplit=1)
    if words and words[0] == "save":
        np.asarray(output, "<f4").tofile(words[1].strip())
        print("saved", flush=True)
    elif words and words[0] == "memory":
        print(peak_memory(), flush=True)
    elif words and words[0] == "again":
        # Another window in the same place of memory.
        X[:] = np.fromfile(INPUT, "<f4").reshape(X.shape)
        output = run()
        print("done", flush=True)
    else:
        start = time.perf_counter()
        output = run()
        print(time.perf_counter() - start, flush=True)
