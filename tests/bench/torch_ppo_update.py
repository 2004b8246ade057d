"""The PPO update that `./doggo bench learner` measures, in PyTorch, on one thread.

    python torch_ppo_update.py 512,256,128 8192 5 4     hidden layers, examples, epochs, mini-batches

Same shapes (48 observations, 12 actions, an actor and a critic with ELU), same loss (clipped ratio,
squared value error, entropy), gradients clipped for actor and critic apart, Adam, a rate that
follows the exact KL. Prints a line "eager SECONDS" for each of three updates after one to warm up,
then, where torch.compile works here, "compiled SECONDS" likewise.
"""

import math
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
import torch  # noqa: E402  (reads the number of threads)

OBSERVATIONS, ACTIONS = 48, 12
CLIP, VALUE_COEFFICIENT, ENTROPY_COEFFICIENT, MAX_NORM, TARGET_KL = 0.2, 1.0, 0.005, 1.0, 0.01
UPDATES = 3


def perceptron(hidden, outputs):
    layers, width = [], OBSERVATIONS
    for units in hidden:
        layers += [torch.nn.Linear(width, units), torch.nn.ELU()]
        width = units
    return torch.nn.Sequential(*layers, torch.nn.Linear(width, outputs))


class Learner:
    def __init__(self, hidden, examples, epochs, minibatches):
        torch.manual_seed(1)
        self.epochs, self.minibatches, self.examples = epochs, minibatches, examples
        self.actor, self.critic = perceptron(hidden, ACTIONS), perceptron(hidden, 1)
        with torch.no_grad():
            self.actor[-1].weight.mul_(0.01)
        self.log_std = torch.nn.Parameter(torch.full((ACTIONS,), math.log(0.5)))
        self.policy_parameters = [*self.actor.parameters(), self.log_std]
        self.critic_parameters = list(self.critic.parameters())
        self.adam = torch.optim.Adam(self.policy_parameters + self.critic_parameters, lr=1e-3)
        self.rate = 1e-3

        # what was collected
        self.obs = torch.randn(examples, OBSERVATIONS)
        with torch.no_grad():
            self.old_mean = self.actor(self.obs)
            self.old_log_std = self.log_std.detach().clone()
            noise = torch.randn(examples, ACTIONS)
            self.action = self.old_mean + self.old_log_std.exp() * noise
            self.old_log_prob = self.log_prob(self.action, self.old_mean, self.old_log_std)
            value = self.critic(self.obs).squeeze(1)
        self.advantage = torch.randn(examples)
        self.target = value + self.advantage

    @staticmethod
    def log_prob(action, mean, log_std):
        z = (action - mean) * torch.exp(-log_std)
        return (-0.5 * z * z - log_std).sum(1) - 0.5 * ACTIONS * math.log(2 * math.pi)

    def loss(self, obs, action, old_mean, old_log_prob, advantage, target):
        mean, value = self.actor(obs), self.critic(obs).squeeze(1)
        ratio = torch.exp(self.log_prob(action, mean, self.log_std) - old_log_prob)
        clipped = torch.clamp(ratio, 1 - CLIP, 1 + CLIP)
        policy = -torch.min(ratio * advantage, clipped * advantage).mean()
        value_loss = (value - target).square().mean()
        entropy = (self.log_std + 0.5 * math.log(2 * math.pi * math.e)).sum()
        with torch.no_grad():  # KL(old || new), exact
            variance = torch.exp(2 * self.log_std)
            kl = (
                self.log_std
                - self.old_log_std
                + (torch.exp(2 * self.old_log_std) + (old_mean - mean).square()) / (2 * variance)
                - 0.5
            )
            kl = kl.sum(1).mean()
        return policy + VALUE_COEFFICIENT * value_loss - ENTROPY_COEFFICIENT * entropy, kl

    def update(self, loss):
        advantage = (self.advantage - self.advantage.mean()) / (self.advantage.std() + 1e-8)
        size = self.examples // self.minibatches
        for _ in range(self.epochs):
            order = torch.randperm(self.examples)
            for k in range(self.minibatches):
                rows = order[k * size : (k + 1) * size]
                total, kl = loss(
                    self.obs[rows],
                    self.action[rows],
                    self.old_mean[rows],
                    self.old_log_prob[rows],
                    advantage[rows],
                    self.target[rows],
                )
                self.adam.zero_grad(set_to_none=True)
                total.backward()
                torch.nn.utils.clip_grad_norm_(self.policy_parameters, MAX_NORM)
                torch.nn.utils.clip_grad_norm_(self.critic_parameters, MAX_NORM)
                kl = kl.item()
                if kl > 2 * TARGET_KL:
                    self.rate = max(1e-5, self.rate / 1.5)
                elif kl < TARGET_KL / 2:
                    self.rate = min(1e-2, self.rate * 1.5)
                for group in self.adam.param_groups:
                    group["lr"] = self.rate
                self.adam.step()


def measure(name, learner, loss):
    for k in range(UPDATES + 1):
        start = time.perf_counter()
        learner.update(loss)
        if k > 0:
            print(name, time.perf_counter() - start, flush=True)


def main():
    torch.set_num_threads(1)
    hidden = [int(units) for units in sys.argv[1].split(",")]
    learner = Learner(hidden, *(int(number) for number in sys.argv[2:5]))
    measure("eager", learner, learner.loss)
    try:
        measure("compiled", learner, torch.compile(learner.loss, dynamic=False))
    except Exception as error:  # no compiler, an unsupported processor, ...: eager alone then
        print("not compiled:", error, file=sys.stderr)


if __name__ == "__main__":
    main()
