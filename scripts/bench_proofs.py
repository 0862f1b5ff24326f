#!/usr/bin/env python3
"""Proves one run of each model with tolsey and with ezkl, every step in a process of its own.

Processor seconds (user and system) are what counts on a shared machine; wall and peak memory stand
beside them. ezkl's parameters come from its own generator on this machine, which is for tests only;
inputs and outputs are public and the weights fixed, as in a proof of level `open` or `succinct`.
Nothing is hidden on our side at these levels, while ezkl's proofs hide what they do not show. Level
`private` hides the input.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time

# What ezkl wants at its peak, and leaves on disk, in GiB; the scale of its fixed-point numbers.
PEER = {
    "mlp": {"memory": 1, "disk": 1, "scale": None},
    "cnn8": {"memory": 2, "disk": 2, "scale": None},
    "lenet28": {"memory": 13, "disk": 7, "scale": 7},
    "dense": {"memory": 12, "disk": 7, "scale": 7},
}
VECTORS = pathlib.Path(__file__).resolve().parent.parent / "Tests/Vectors/models"
STEPS = ["settings", "calibrate", "compile", "srs", "setup", "witness", "prove", "verify"]


def peer_step(name, model, work):
    """One step of ezkl, in this process."""
    import ezkl

    onnx, data, samples = (str(VECTORS / f"{model}{e}") for e in (
        ".onnx", ".input.json", ".cal.json"))
    at = {n: str(work / n) for n in (
        "settings.json", "circuit", "proving.key", "verifying.key", "witness.json", "proof.json")}
    srs = str(work / "srs")
    scale = PEER[model]["scale"]
    if name == "settings":
        run = ezkl.PyRunArgs()
        run.input_visibility = run.output_visibility = "public"
        run.param_visibility = "fixed"
        if scale:
            run.input_scale = run.param_scale = scale
        ezkl.gen_settings(onnx, at["settings.json"], py_run_args=run)
    elif name == "calibrate":
        more = {"scales": [scale]} if scale else {}
        ezkl.calibrate_settings(data, onnx, at["settings.json"], target="resources", **more)
    elif name == "compile":
        ezkl.compile_circuit(onnx, at["circuit"], at["settings.json"])
    elif name == "srs":
        ezkl.gen_srs(srs, json.loads(pathlib.Path(at["settings.json"]).read_text())[
            "run_args"]["logrows"])
    elif name == "setup":
        ezkl.setup(at["circuit"], at["verifying.key"], at["proving.key"], srs)
    elif name == "witness":
        ezkl.gen_witness(data, at["circuit"], at["witness.json"], at["verifying.key"], srs)
    elif name == "prove":
        ezkl.prove(at["witness.json"], at["circuit"], at["proving.key"], at["proof.json"], srs)
    elif name == "verify":
        if not ezkl.verify(at["proof.json"], at["settings.json"], at["verifying.key"], srs):
            raise SystemExit("ezkl does not verify its own proof")


def measured(command, environment=None):
    """Runs a command; wall and processor seconds, peak memory in MB, and what it wrote."""
    begin = time.monotonic()
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    # Both pipes are emptied by threads, since the child's own usage comes from wait4.
    kept = {}
    readers = [
        threading.Thread(target=lambda n, s: kept.__setitem__(n, s.read()), args=(n, s))
        for n, s in (("out", child.stdout), ("err", child.stderr))]
    for reader in readers:
        reader.start()
    _, status, usage = os.wait4(child.pid, 0)
    for reader in readers:
        reader.join()
    out, err = kept["out"], kept["err"]
    wall = time.monotonic() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(
            f"{' '.join(map(str, command))}\nended with {child.returncode}: "
            + (err or out).decode(errors="replace")[-600:])
    return {
        "wall": round(wall, 3), "cpu": round(usage.ru_utime + usage.ru_stime, 3),
        "megabytes": round(usage.ru_maxrss / 1024), "out": out.decode(errors="replace"),
    }


def ours(binary, model, levels, work):
    home = work / "home"
    environment = dict(os.environ, TOLSEY_HOME=str(home))

    def tolsey(*words):
        result = measured([binary, *words, "--json"], environment)
        result["data"] = json.loads(result.pop("out"))["data"]
        return result

    added = tolsey(
        "model", "add", str(VECTORS / f"{model}.onnx"), "--calibrate",
        str(VECTORS / f"{model}.cal.json"))
    prepared = tolsey("proof", "prepare", added["data"]["id"])
    rows = [("tolsey", model, "prepare", prepared, None)]
    for level in levels:
        file = str(work / f"{model}.{level}.proof")
        made = tolsey(
            "proof", "make", prepared["data"]["id"], "--input",
            str(VECTORS / f"{model}.input.json"), "--index", "0", "--out", file,
            *([] if level == "open" else ["--level", level]))
        rows.append((f"tolsey {level}", model, "encode and prove", made, made["data"]["bytes"]))
        alone = dict(made, cpu=None, wall=made["data"]["proveMicroseconds"] / 1e6)
        rows.append((f"tolsey {level}", model, "prove alone", alone, made["data"]["bytes"]))
        rows.append((f"tolsey {level}", model, "verify", tolsey("proof", "verify", file), None))
    return rows


def theirs(model, work):
    rows = []
    for step in STEPS:
        result = measured([
            sys.executable, __file__, "--peer-step", step, "--models", model, "--scratch",
            str(work)])
        size = None
        if step == "prove":
            proof = json.loads((work / "proof.json").read_text())
            size = (len(proof["hex_proof"]) - 2) // 2
        rows.append(("ezkl", model, step, result, size))
    return rows


def room():
    """GiB of memory and disk that are free."""
    memory = next(
        int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemAvailable"))
    return memory / 2**20


def report(rows):
    head = ("who", "model", "step", "CPU s", "wall s", "peak MB", "proof bytes")
    lines = [head]
    for who, model, step, r, size in rows:
        lines.append((
            who, model, step, "" if r["cpu"] is None else f"{r['cpu']:.3f}", f"{r['wall']:.3f}",
            str(r["megabytes"]), "" if size is None else str(size)))
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        print("  ".join(
            cell.ljust(w) if i < 3 else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(line, widths))).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", default=".build/release/tolsey")
    parser.add_argument("--scratch", type=pathlib.Path, required=True)
    parser.add_argument("--models", default="mlp", help=f"of {', '.join(PEER)}")
    parser.add_argument("--levels", default="open,succinct,private", help="of open, succinct, private")
    parser.add_argument(
        "--ezkl", default="", metavar="MODELS",
        help="of the models, those that ezkl proves too: minutes and gigabytes for the larger")
    parser.add_argument("--json", type=pathlib.Path, help="write the rows to this file too")
    parser.add_argument("--peer-step", choices=STEPS, help=argparse.SUPPRESS)
    own = parser.parse_args()
    models = own.models.split(",")
    peers = [model for model in own.ezkl.split(",") if model]
    for model in models + peers:
        if model not in PEER:
            parser.error(f"no model {model}: choose of {', '.join(PEER)}")
    models += [model for model in peers if model not in models]
    if own.peer_step:
        return peer_step(own.peer_step, models[0], own.scratch)
    rows = []
    for model in models:
        work = own.scratch.resolve() / model
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        rows += ours(str(pathlib.Path(own.binary).resolve()), model, own.levels.split(","), work)
        wants = PEER[model]
        disk = shutil.disk_usage(work).free / 2**30
        if model not in peers:
            pass
        elif room() < wants["memory"] or disk < wants["disk"]:
            print(
                f"ezkl on {model} wants {wants['memory']} GiB of memory and {wants['disk']} of "
                f"disk; {room():.0f} and {disk:.0f} are free, so it is left out", file=sys.stderr)
        else:
            rows += theirs(model, work)
        shutil.rmtree(work, ignore_errors=True)
    report(rows)
    if own.json:
        own.json.write_text(json.dumps([
            dict(who=w, model=m, step=s, proofBytes=b, **{
                k: r[k] for k in ("cpu", "wall", "megabytes")}) for w, m, s, r, b in rows
        ], indent=1) + "\n")


if __name__ == "__main__":
    main()
