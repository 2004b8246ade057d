"""Exported files against what doggo computes itself: judge.py POLICY.onnx POLICY.safetensors ROBOT.xml OWN.json README.md
ONNX Runtime runs the graph, safetensors reads the tensors, MuJoCo's own Python closes the loop (../drive_policy.py)."""
import json
import pathlib
import re
import subprocess
import sys

import numpy as np
import onnxruntime
import safetensors.numpy

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from drive_policy import DrivenRobot  # noqa: E402

onnx_file, tensor_file, model_file, own_file, readme = sys.argv[1:]
own = json.load(open(own_file))
observations = np.array(own["observations"], dtype=np.float32)
actions = np.array(own["actions"], dtype=np.float32)


def onnx_runtime_acts_as_the_policy():
    session = onnxruntime.InferenceSession(onnx_file, providers=["CPUExecutionProvider"])
    whole = session.run(["action"], {"observation": observations})[0]
    single = np.concatenate([session.run(["action"], {"observation": row[None]})[0] for row in observations[:20]])
    difference = max(np.abs(whole - actions).max(), np.abs(single - actions[:20]).max())
    print(f"onnxruntime {onnxruntime.__version__}: greatest difference {difference:.1e} over {len(observations)} observations")
    assert difference <= 1e-5, difference
    metadata = session.get_modelmeta().custom_metadata_map
    assert set(metadata) == {"policy", "task", "version", "commit", "seed", "steps_trained", "contract"}, metadata
    contract = json.loads(metadata["contract"])
    assert sum(row["size"] for row in contract["observations"]) == observations.shape[1]
    assert len(contract["joints"]) == actions.shape[1] == len(contract["default_pose_rad"])


def safetensors_are_enough_to_act():
    """As agent/policy/README.md describes the file."""
    tensors = safetensors.numpy.load_file(tensor_file)
    with safetensors.safe_open(tensor_file, framework="numpy") as file:
        metadata = file.metadata()
    frame, network = json.loads(metadata["frame"]), json.loads(metadata["network"])
    assert not any(name.startswith("critic.") for name in tensors)

    def mirrored(mirror, x):
        return np.array(mirror["sign"], dtype=np.float32) * x[mirror["from"]]

    def inverse(mirror, x):
        y = np.empty_like(x)
        y[mirror["from"]] = np.array(mirror["sign"], dtype=np.float32) * x
        return y

    for observation, action in zip(observations[:100], actions):
        x, applied = observation, []
        for rule in frame["rules"]:
            if x[rule["policy_row"]] < 0:
                applied.append(frame["symmetries"][rule["symmetry"]])
                x = mirrored(applied[-1]["policy_obs"], x)
        if "normalizer" in metadata:
            limit = json.loads(metadata["normalizer"])["limit"]
            x = np.clip((x - tensors["normalizer.mean"]) * tensors["normalizer.scale"], -limit, limit)
        for place, layer in enumerate(network["layers"]):
            if layer.startswith("dense"):
                x = tensors[f"actor.{place}.weight"] @ x + tensors[f"actor.{place}.bias"]
            elif layer == "elu":
                x = np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
            else:
                assert layer == "tanh", layer
                x = np.tanh(x)
        for symmetry in reversed(applied):
            x = inverse(symmetry["action"], x)
        assert np.abs(x - action).max() <= 1e-5
    print(f"safetensors: {len(tensors)} tensors act as the policy")


def the_loop_walks_the_same_way():
    trajectory = own["trajectory"]
    robot = DrivenRobot(onnx_file, model_file)
    assert abs(robot.data.qpos[2] - trajectory["qpos"][2]) < 0.05 and robot.substeps == 4
    robot.data.qpos[:], robot.data.qvel[:] = trajectory["qpos"], trajectory["qvel"]
    robot.phase = trajectory["phase"]
    robot.set_command(trajectory["steps"][0]["command"])
    assert np.abs(robot.observe() - trajectory["observation"][0]).max() < 1e-6
    greatest = {}
    for k, step in enumerate(trajectory["steps"]):
        robot.set_command(step["command"])
        robot.step()
        difference = np.abs(robot.data.qpos - step["qpos"])
        second = k * robot.contract["control_dt_s"] // 1 + 1
        greatest[second] = max(greatest.get(second, 0), difference.max())
        # float32 actions differ by rounding, 1e-7; a gait forgets such a push rather than amplifying it
        assert difference.max() < (1e-3 if second <= 1 else 1e-2), (k, difference)
        assert not robot.has_fallen(), k
    assert "fell_after_s" not in trajectory and len(trajectory["steps"]) == 500
    # the same verdict after 10 s: on its feet, and it has walked
    path = np.array([step["qpos"][:2] for step in trajectory["steps"]])
    length = np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
    assert length > 1, length
    print(f"closed loop: walked {length:.2f} m in 10 s; apart by at most",
          ", ".join(f"{greatest[s]:.0e}" for s in (1, 2, 5, 10)), "in seconds 1, 2, 5, 10")


def the_readme_runs():
    """Its Python example, as it stands there."""
    section = open(readme).read().split("## Take it away")[1].split("\n## ")[0]
    code = next(block for block in re.findall(r"((?:^    .*\n|^\n)+)", section, re.M) if "onnxruntime" in block)
    code = re.sub(r"^    ", "", code, flags=re.M).replace("policy.onnx", onnx_file)
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert out.returncode == 0, out.stderr
    assert "joints" in out.stdout or "LF_HAA" in out.stdout, out.stdout
    print("README: its example runs")


onnx_runtime_acts_as_the_policy()
safetensors_are_enough_to_act()
the_loop_walks_the_same_way()
the_readme_runs()
