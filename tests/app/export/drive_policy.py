#!/usr/bin/env python3
"""Drives an exported policy in a plain MuJoCo loop. All that it knows of policy and robot stands in the metadata of the ONNX file.

    ./doggo export --onnx policy.onnx --model robot.xml
    python3 drive_policy.py policy.onnx robot.xml --command 0.5 0 0.3 --seconds 10        (--view: in a window)

Needs numpy, onnxruntime and mujoco==3.17.0 (another MuJoCo may step a little differently).
"""
import argparse
import json
from collections import deque

import mujoco
import numpy as np
import onnxruntime


class DrivenRobot:
    def __init__(self, policy_file, model_file):
        self.session = onnxruntime.InferenceSession(policy_file, providers=["CPUExecutionProvider"])
        self.contract = c = json.loads(self.session.get_modelmeta().custom_metadata_map["contract"])
        if c.get("version", 1) < 2:
            raise SystemExit("this policy's contract is too old to drive it by; train it again")
        if c["version"] > 2:
            raise SystemExit("this loop knows the trot on flat ground only, not one by the leg's exact geometry")
        if c["drive"]["model"] != "pd" or "lag_s" in c["drive"]:
            raise SystemExit("this loop knows the plain position drive only")
        load = mujoco.MjModel.from_binary_path if model_file.endswith(".mjb") else mujoco.MjModel.from_xml_path
        self.model = load(model_file)
        self.data = mujoco.MjData(self.model)
        joints = [self.model.joint(name) for name in c["joints"]]
        self.qpos = np.array([joint.qposadr[0] for joint in joints])
        self.qvel = np.array([joint.dofadr[0] for joint in joints])
        self.actuator = np.array([self.model.actuator(name).id for name in c["joints"]])
        self.substeps = round(c["control_dt_s"] / self.model.opt.timestep)
        self.default_pose = np.array(c["default_pose_rad"])
        self.feet_B, self.leg_inverse = np.array(c["feet_B_m"]), np.array(c["leg_inverse_rad_per_m"])

        # in the default pose, feet just touching; the clock runs
        self.data.qpos[:7] = 0, 0, c["base_height_m"], 1, 0, 0, 0
        self.data.qpos[self.qpos] = self.default_pose
        self.phase, self.stepping, self.idle_time = 0.0, c["gait"]["clock"], 0.0
        self.last_action = np.zeros(len(joints))
        self.past = {}
        self.command = np.zeros(3)

    # ---- what is measured

    def rotation(self):
        R_WB = np.empty(9)
        mujoco.mju_quat2Mat(R_WB, self.data.qpos[3:7] / np.linalg.norm(self.data.qpos[3:7]))
        return R_WB.reshape(3, 3)

    def term(self, name):
        """One value of an observation row, without its scale."""
        d, clock = self.data, float(self.stepping)
        values = {
            "base_linear_velocity": lambda: self.rotation().T @ d.qvel[:3],
            "base_angular_velocity": lambda: d.qvel[3:6],
            "projected_gravity": lambda: -self.rotation()[2],
            "base_height": lambda: d.qpos[2:3],
            "command_velocity": lambda: self.command[:2],
            "command_yaw_rate": lambda: self.command[2:],
            "joint_position": lambda: d.qpos[self.qpos] - self.default_pose,
            "joint_velocity": lambda: d.qvel[self.qvel],
            "joint_torque": lambda: d.qfrc_actuator[self.qvel],
            "last_action": lambda: self.last_action,
            "gait_phase": lambda: clock * np.array([np.sin(self.phase), np.cos(self.phase)]),
            "moving": lambda: np.array([clock]),
            "fore_aft_frame": lambda: np.ones(1),
        }
        if name not in values:
            raise SystemExit(f"this loop cannot measure '{name}'")
        return np.array(values[name]())

    def observe(self):
        rows = []
        for row in self.contract["observations"]:
            past = self.past.setdefault(row["name"], deque(maxlen=row["history"]))
            past.appendleft(self.term(row["name"]))
            while len(past) < row["history"]:
                past.append(past[0])
            clip = row.get("clip", np.inf)
            rows += [np.clip(row["scale"] * value, -clip, clip) for value in past]
        return np.concatenate(rows).astype(np.float32)

    # ---- what is done

    def prior(self):
        """The open-loop trot that the action is added to (rad)."""
        gait, offsets = self.contract["gait"], np.zeros((4, 3))
        if not (gait["clock"] and gait["prior"] and self.stepping):
            return offsets.ravel()
        for leg, offset in enumerate(gait["leg_phase_offsets_rad"]):
            theta = (self.phase + offset) % (2 * np.pi)
            swing = theta < np.pi
            k = -np.cos(theta) if swing else 1 - 2 * (theta - np.pi) / np.pi
            lift = gait["prior_lift_m"] * np.sin(theta) ** 2 if swing else 0.0
            reach = gait["prior_stride"] * k / (4 * gait["frequency_hz"])
            vx, vy, turn = self.command
            x, y = self.feet_B[leg, :2]
            offsets[leg] = self.leg_inverse[leg] @ (reach * (vx - turn * y), reach * (vy + turn * x), lift)
        return offsets.ravel()

    def commanded(self):
        return np.abs(self.command).sum() > 1e-3

    def set_command(self, command):
        self.command = np.array(command, dtype=float)
        if self.commanded():
            self.stepping, self.idle_time = True, 0.0
        elif not self.contract["gait"]["clock"]:
            self.stepping = False

    def advance_clock(self):
        gait, dt = self.contract["gait"], self.contract["control_dt_s"]
        moves = self.commanded() or np.hypot(*self.data.qvel[:2]) > gait["restart_speed_mps"]
        self.idle_time = 0.0 if moves else self.idle_time + dt
        if not gait["clock"]:
            self.stepping = self.commanded()
        elif moves or self.stepping:
            self.stepping = True
            following = self.phase + 2 * np.pi * gait["frequency_hz"] * dt
            end = np.pi * (np.floor(self.phase / np.pi) + 1)
            if self.idle_time > gait["settle_time_s"] and following >= end:
                following, self.stepping = end, False
            self.phase = following % (2 * np.pi)

    def step(self):
        """One control step under the present command."""
        action = self.session.run(None, {"observation": self.observe()[None]})[0][0].astype(float)
        clip = self.contract["action"]["clip"]
        self.last_action = np.clip(action, -clip, clip)
        target = self.default_pose + self.contract["action"]["scale_rad"] * self.last_action + self.prior()
        self.data.ctrl[self.actuator] = target
        for _ in range(self.substeps):
            mujoco.mj_step(self.model, self.data)
        self.advance_clock()

    def has_fallen(self):
        return self.rotation()[2, 2] < 0.5


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("policy")
    parser.add_argument("model")
    parser.add_argument("--command", nargs=3, type=float, default=(0.5, 0, 0), metavar=("VX", "VY", "TURN"))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--view", action="store_true", help="in a window")
    options = parser.parse_args()
    robot = DrivenRobot(options.policy, options.model)
    robot.set_command(options.command)
    viewer = None
    if options.view:
        import mujoco.viewer
        viewer = mujoco.viewer.launch_passive(robot.model, robot.data)
    for _ in range(round(options.seconds / robot.contract["control_dt_s"])):
        robot.step()
        if viewer:
            viewer.sync()
    x, y, z = robot.data.qpos[:3]
    print(f"after {options.seconds:g} s: {'fallen' if robot.has_fallen() else 'on its feet'} at x {x:.2f} m, y {y:.2f} m, height {z:.2f} m")


if __name__ == "__main__":
    main()
