"""Writes the figures of `./doggo bench --json` between the marks of a README, as a table."""

import json
import os
import re
import sys

ROWS = [  # name, meaning
    ("env.ratio_one_thread", "environment steps (full task, no network) / bare `mj_step` loop, 1 thread"),
    ("env.ratio_all_threads", "... all threads"),
    ("env.ratio_randomized", "... 1 thread, everything random that can be"),
    ("env.reset_over_step", "a reset / a control step"),
    ("model.tuned_over_default", "tuned model / the same robot under MuJoCo's defaults"),
    ("terrain.step_over_flat", "an environment step on rough ground / of the same task on the plane without scans"),
    ("terrain.scan_share", "... share of it that the scans take"),
    ("learner.of_peak.512-256-128", "PPO update / FMA peak, 512-256-128"),
    ("learner.of_peak.128-128-128", "... 128-128-128"),
    ("learner.of_peak.64-64", "... 64-64 with mini-batches of 64"),
    ("learner.over_torch.512-256-128", "PPO update / PyTorch, 1 thread, 512-256-128"),
    ("learner.over_torch.128-128-128", "... 128-128-128"),
    ("learner.over_torch.64-64", "... 64-64 with mini-batches of 64"),
    ("train.of_roofline", "end-to-end training / roofline"),
    ("train.env_steps_per_s", "environment steps per second in training"),
    ("scaling.two_over_one", "2 threads / 1 thread, collect + update"),
    ("startup_s", "start of the program to the first training step, s"),
    ("memory_mb_4096_envs", "memory of 4,096 environments x 32 steps, 128-128-128, MB"),
    ("allocations_per_iteration", "heap allocations per iteration after the third"),
    ("iteration_p99_over_p50", "iteration time, p99 / p50"),
    ("peak_gflops", "FMA peak of one core, GFLOP/s"),
    ("bandwidth_gb_per_s", "memory bandwidth of one core, GB/s"),
]


def lookup(results, name):
    for part in name.split("."):
        results = results[part]
    return results


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(results):
    lines = ["| what | median | half of the readings |", "| --- | --- | --- |"]
    for name, meaning in ROWS:
        value = lookup(results, name)
        if value is None:
            lines.append(f"| {meaning} | - | {results['reasons'][name]} |")
            continue
        low, high = results["spread"][name]
        spread = "" if low == high else f"{number(low)} to {number(high)}"
        lines.append(f"| {meaning} | {number(value)} | {spread} |")
    machine = results["machine"]
    lines += [
        "",
        f"{machine['processor']}, {machine['threads']} threads, {machine['instructions']}; "
        f"{machine['version']}, {machine['compiler']}, MuJoCo {machine['mujoco']}, "
        f"PyTorch {os.environ.get('TORCH', '-')}. Behaviour hash `{results['behaviour_hash']}`.",
    ]
    return "\n".join(lines)


def main():
    results_file, readme = sys.argv[1:3]
    with open(results_file) as file:
        results = json.load(file)
    with open(readme) as file:
        text = file.read()
    text, found = re.subn(
        r"(<!-- table -->\n).*?(\n<!-- end of table -->)",
        lambda match: match[1] + table(results) + match[2],
        text,
        flags=re.S,
    )
    if found != 1:
        sys.exit(f"{readme}: there is no place for the table")
    with open(readme, "w") as file:
        file.write(text)


if __name__ == "__main__":
    main()
