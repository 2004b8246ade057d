#include "agent/policy/policy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "agent/policy/safetensors.h"
#include "tests/agent/policy/support.h"

namespace doggo::agent {
namespace {

using namespace test;  // NOLINT: what the tests share
using Json = nlohmann::json;

Policy MakePolicy(const std::vector<int>& widths, uint64_t seed) {
  Policy policy;
  policy.network = Network(widths, "elu");
  policy.theta = RandomMatrix(policy.network.num_parameters(), 1, seed) * 0.2f;
  policy.log_std = RandomMatrix(widths.back(), 1, seed + 1);
  policy.normalizer = {.mean = RandomMatrix(widths[0], 1, seed + 2) * 0.1f,
                       .scale = RandomMatrix(widths[0], 1, seed + 3).cwiseAbs().array() + 0.5f,
                       .limit = 5.1f};
  policy.contract = R"({"terms":["base velocity"],"gain":80.5})";
  policy.task = "anymal_flat";
  policy.steps_trained = int64_t{1} << 40;
  policy.seed = std::numeric_limits<uint64_t>::max();
  policy.version = "0.1.0-3-gabcdef";
  return policy;
}

Policy AnymalPolicy(uint64_t seed = 1) {
  Policy policy = MakePolicy({kPolicyDim, 64, 32, kActionDim}, seed);
  policy.frame = AnymalFrame();
  return policy;
}

// Two numbers in, one out, and a rule that turns both round where the first is negative.
Policy SmallPolicy() {
  Policy policy = MakePolicy({2, 3, 1}, 1);
  const Symmetry turn = {.name = "turn",
                         .policy_obs = {.from = {0, 1}, .sign = {-1, -1}},
                         .critic_obs = {.from = {1, 0, 2}, .sign = {1, 1, -1}},
                         .action = {.from = {0}, .sign = {-1}}};
  policy.frame =
      CanonicalFrame({turn}, {{.policy_row = 0, .critic_row = 2, .symmetry = 0}}, 2, 3, 1);
  return policy;
}

Batch Actions(const Policy& policy, const Batch& obs) {
  PolicyWorkspace workspace = MakeWorkspace(policy, static_cast<int>(obs.cols()));
  Batch action = Batch::Constant(policy.network.num_outputs(), obs.cols(), NAN);
  Act(policy, obs, workspace, action);
  return action;
}

void ExpectSameMirror(const Mirror& a, const Mirror& b) {
  EXPECT_EQ(a.from, b.from);
  EXPECT_EQ(a.sign, b.sign);
}

void ExpectSame(const Policy& a, const Policy& b) {
  EXPECT_EQ(a.network.num_inputs(), b.network.num_inputs());
  EXPECT_EQ(a.network.texts(), b.network.texts());
  EXPECT_TRUE(SameNumbers(a.theta, b.theta));
  EXPECT_TRUE(SameNumbers(a.log_std, b.log_std));
  EXPECT_TRUE(SameNumbers(a.normalizer.mean, b.normalizer.mean));
  EXPECT_TRUE(SameNumbers(a.normalizer.scale, b.normalizer.scale));
  EXPECT_EQ(a.normalizer.limit, b.normalizer.limit);
  EXPECT_EQ(a.contract, b.contract);
  EXPECT_EQ(a.task, b.task);
  EXPECT_EQ(a.steps_trained, b.steps_trained);
  EXPECT_EQ(a.seed, b.seed);
  EXPECT_EQ(a.version, b.version);
  ASSERT_EQ(a.frame.symmetries().size(), b.frame.symmetries().size());
  for (size_t s = 0; s < a.frame.symmetries().size(); ++s) {
    EXPECT_EQ(a.frame.symmetries()[s].name, b.frame.symmetries()[s].name);
    ExpectSameMirror(a.frame.symmetries()[s].policy_obs, b.frame.symmetries()[s].policy_obs);
    ExpectSameMirror(a.frame.symmetries()[s].critic_obs, b.frame.symmetries()[s].critic_obs);
    ExpectSameMirror(a.frame.symmetries()[s].action, b.frame.symmetries()[s].action);
  }
  ASSERT_EQ(a.frame.rules().size(), b.frame.rules().size());
  for (size_t r = 0; r < a.frame.rules().size(); ++r) {
    EXPECT_EQ(a.frame.rules()[r].policy_row, b.frame.rules()[r].policy_row);
    EXPECT_EQ(a.frame.rules()[r].critic_row, b.frame.rules()[r].critic_row);
    EXPECT_EQ(a.frame.rules()[r].symmetry, b.frame.rules()[r].symmetry);
  }
}

// ---- acting

// W = (2, -1), b = 0.5; mean (1, 0), scale (1, 10), limit 2.
//   x = (3, 0.1): normalised (2, 1)                                  =>  y =  4 - 1 + 0.5 =  3.5
//   x = (-1, 0.5): turned (1, -0.5), normalised (0, -5), cut (0, -2)  =>  y =  0 + 2 + 0.5 =  2.5,
//   turned back: -2.5
TEST(Act, AgreesWithAHandWorkedCase) {
  Policy policy = SmallPolicy();
  policy.network = Network({2, 1}, "elu");
  policy.theta = Vector{{2, -1, 0.5}};
  policy.normalizer = {.mean = Vector{{1, 0}}, .scale = Vector{{1, 10}}, .limit = 2};
  Batch obs(2, 2);
  obs << 3, -1,  //
      0.1f, 0.5f;
  const Batch action = Actions(policy, obs);
  EXPECT_FLOAT_EQ(action(0, 0), 3.5f);
  EXPECT_FLOAT_EQ(action(0, 1), -2.5f);
}

TEST(Act, GivesTheMirroredObservationExactlyTheMirroredAction) {
  const Symmetry lr = AnymalSymmetry(true), fb = AnymalSymmetry(false);
  const Mirror turn_obs = Compose(fb.policy_obs, lr.policy_obs);
  const Mirror turn_action = Compose(fb.action, lr.action);
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const Policy policy = AnymalPolicy(seed);
    const Batch obs = RandomMatrix(kPolicyDim, 33, 100 + seed);
    const Batch action = Actions(policy, obs);
    const auto expect_mirrored = [&](const Mirror& of_obs, const Mirror& of_action) {
      Batch mirrored_obs = obs, mirrored_action = action;
      Apply(of_obs, mirrored_obs);
      Apply(of_action, mirrored_action);
      EXPECT_TRUE(SameNumbers(Actions(policy, mirrored_obs), mirrored_action));
    };
    expect_mirrored(lr.policy_obs, lr.action);
    expect_mirrored(fb.policy_obs, fb.action);
    expect_mirrored(turn_obs, turn_action);
  }
}

// Sums of at most 64 terms of order 1, added in another order: errors of some 64 * 6e-8 / sqrt(64).
TEST(Act, GivesEveryColumnWhatItGetsAlone) {
  const Policy policy = AnymalPolicy();
  const Batch obs = RandomMatrix(kPolicyDim, 19, 1);
  const Batch together = Actions(policy, obs);
  for (int i = 0; i < obs.cols(); ++i) {
    const Batch alone = Actions(policy, obs.col(i));
    EXPECT_LT((alone - together.col(i)).cwiseAbs().maxCoeff(), 1e-6f);
  }
}

TEST(Act, UsesAsMuchOfItsWorkspaceAsItNeeds) {
  const Policy policy = AnymalPolicy();
  PolicyWorkspace workspace = MakeWorkspace(policy, 8);
  for (const int n : {8, 3, 1, 8}) {
    const Batch obs = RandomMatrix(kPolicyDim, n, 10 + n);
    Batch action(kActionDim, n);
    Act(policy, obs, workspace, action);
    EXPECT_TRUE(SameNumbers(action, Actions(policy, obs)));
  }
}

TEST(Act, LeavesTheObservationAsItIs) {
  const Batch obs = RandomMatrix(kPolicyDim, 5, 1);
  const Batch before = obs;
  Actions(AnymalPolicy(), obs);
  EXPECT_TRUE(SameNumbers(obs, before));
}

// ---- files

TEST(PolicyFile, ReadsBackWhatWasWritten) {
  const TemporaryFolder folder;
  for (const Policy& policy : {AnymalPolicy(), SmallPolicy(), MakePolicy({4, 2}, 3)}) {
    SavePolicy(policy, folder / "policy.safetensors");
    const Policy loaded = LoadPolicy(folder / "policy.safetensors");
    ExpectSame(loaded, policy);
    const Batch obs = RandomMatrix(policy.network.num_inputs(), 10, 1);
    EXPECT_TRUE(SameNumbers(Actions(loaded, obs), Actions(policy, obs)));
  }
  EXPECT_EQ(folder.NumFiles(), 1);
}

TEST(PolicyFile, KeepsTheCriticWhereThereIsOne) {
  const TemporaryFolder folder;
  Policy policy = SmallPolicy();
  const Network network({3, 4, 1}, "tanh");
  policy.critic = Critic{network,
                         RandomMatrix(network.num_parameters(), 1, 5),
                         {.mean = Vector{{1, 2, 3}}, .scale = Vector{{1, 0.5, 2}}, .limit = 4}};
  SavePolicy(policy, folder / "policy");
  const Policy loaded = LoadPolicy(folder / "policy");
  ExpectSame(loaded, policy);
  ASSERT_TRUE(loaded.critic);
  EXPECT_EQ(loaded.critic->network.texts(), network.texts());
  EXPECT_TRUE(SameNumbers(loaded.critic->theta, policy.critic->theta));
  EXPECT_TRUE(SameNumbers(loaded.critic->normalizer.mean, policy.critic->normalizer.mean));
  EXPECT_TRUE(SameNumbers(loaded.critic->normalizer.scale, policy.critic->normalizer.scale));
  EXPECT_EQ(loaded.critic->normalizer.limit, 4);
}

TEST(ExpectedReturn, IsTheCriticsOutputInTheCanonicalFrame) {
  Policy policy = SmallPolicy();
  const Batch obs = (Batch(3, 2) << 1, 2,  //
                     2, 1,                 //
                     -3, 3)
                        .finished();  // mirror images
  EXPECT_FALSE(ExpectedReturn(policy, obs.col(0)));
  policy.critic = Critic{Network({3, 1}, "elu"), Vector{{1, 10, 100, 0.5}}, {}};
  EXPECT_EQ(ExpectedReturn(policy, obs.col(0)), 2 + 10 + 300 + 0.5);
  EXPECT_EQ(ExpectedReturn(policy, obs.col(1)), 2 + 10 + 300 + 0.5);
  EXPECT_FALSE(ExpectedReturn(policy, obs.topRows(2).col(0))) << "an observation of another world";
}

TEST(PolicyFile, KeepsAnEmptyNormalizerAndAnEmptyFrame) {
  const TemporaryFolder folder;
  Policy policy = MakePolicy({4, 3, 2}, 1);
  policy.normalizer = {};
  SavePolicy(policy, folder / "policy");
  const Policy loaded = LoadPolicy(folder / "policy");
  ExpectSame(loaded, policy);
  EXPECT_EQ(loaded.normalizer.mean.size(), 0);
}

// A deployment in another language: it knows the file, not this code.
TEST(PolicyFile, IsEnoughForAnotherProgramToActTheSame) {
  if (std::system("python3 -c pass 2>/dev/null") != 0) GTEST_SKIP() << "no python3";
  const TemporaryFolder folder;
  const Policy policy = AnymalPolicy();
  SavePolicy(policy, folder / "policy.safetensors");
  const Batch obs = RandomMatrix(kPolicyDim, 20, 1);
  const Batch action = Actions(policy, obs);
  std::vector<std::vector<float>> columns, expected;
  for (int i = 0; i < obs.cols(); ++i) {
    columns.emplace_back(obs.col(i).begin(), obs.col(i).end());
    expected.emplace_back(action.col(i).begin(), action.col(i).end());
  }
  WriteBytes(folder / "cases.json", Json({{"obs", columns}, {"action", expected}}).dump());
  WriteBytes(folder / "check.py", R"(
import json, math, struct, sys
folder = sys.argv[1]
data = open(folder + "/policy.safetensors", "rb").read()
length, = struct.unpack("<Q", data[:8])
header = json.loads(data[8:8 + length])
metadata = header.pop("__metadata__")
network, frame = json.loads(metadata["network"]), json.loads(metadata["frame"])
limit = json.loads(metadata["normalizer"])["limit"]
assert network["layers"][1] == "elu" and json.loads(metadata["contract"])["gain"] == 80.5
assert (metadata["task"], metadata["steps_trained"], metadata["seed"]) == \
    ("anymal_flat", str(2**40), str(2**64 - 1))

def tensor(name):
    entry = header[name]
    begin, end = entry["data_offsets"]
    numbers = struct.unpack(f"<{(end - begin) // 4}f", data[8 + length + begin:8 + length + end])
    if len(entry["shape"]) == 1:
        return list(numbers)
    rows, columns = entry["shape"]
    return [list(numbers[r * columns:(r + 1) * columns]) for r in range(rows)]

def mirrored(mirror, x):
    return [sign * x[i] for sign, i in zip(mirror["sign"], mirror["from"])]

def inverse(mirror, y):
    x = [0] * len(y)
    for sign, i, value in zip(mirror["sign"], mirror["from"], y):
        x[i] = sign * value
    return x

mean, scale = tensor("normalizer.mean"), tensor("normalizer.scale")
layers = [(tensor(f"actor.{i}.weight"), tensor(f"actor.{i}.bias"))
          for i, layer in enumerate(network["layers"]) if layer != "elu"]
cases = json.load(open(folder + "/cases.json"))
for x, expected in zip(cases["obs"], cases["action"]):
    used = []
    for rule in frame["rules"]:
        symmetry = frame["symmetries"][rule["symmetry"]]
        if x[rule["policy_row"]] < 0:
            x = mirrored(symmetry["policy_obs"], x)
            used.append(symmetry)
    x = [max(-limit, min(limit, (v - m) * s)) for v, m, s in zip(x, mean, scale)]
    for i, (W, b) in enumerate(layers):
        x = [sum(w * v for w, v in zip(row, x)) + c for row, c in zip(W, b)]
        if i + 1 < len(layers):
            x = [v if v > 0 else math.expm1(v) for v in x]
    for symmetry in reversed(used):
        x = inverse(symmetry["action"], x)
    assert max(abs(a - b) for a, b in zip(x, expected)) < 1e-5, (x, expected)
)");
  const std::filesystem::path script = folder / "check.py";
  const std::string command = "python3 " + script.string() + " " + script.parent_path().string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

std::string LoadMessage(const std::filesystem::path& path) {
  return Message<std::runtime_error>([&] { LoadPolicy(path); });
}

TEST(PolicyFile, SaysThatItIsNotThere) {
  const TemporaryFolder folder;
  ExpectSentence(LoadMessage(folder / "policy"), folder / "policy", "not there");
}

TEST(PolicyFile, SaysThatItIsNotAPolicy) {
  const TemporaryFolder folder;
  WriteTensorFile({}, folder / "empty");
  ExpectSentence(LoadMessage(folder / "empty"), folder / "empty", "not a policy");
  WriteBytes(folder / "text", "task: anymal_flat\n");
  ExpectSentence(LoadMessage(folder / "text"), folder / "text", "not a safetensors file");
}

TEST(PolicyFile, SaysThatItWasCutShort) {
  const TemporaryFolder folder;
  SavePolicy(SmallPolicy(), folder / "whole");
  const std::string whole = ReadBytes(folder / "whole");
  for (size_t size = 0; size < whole.size(); size += 7) {
    WriteBytes(folder / "cut", whole.substr(0, size));
    ExpectSentence(LoadMessage(folder / "cut"), folder / "cut", "cut short");
  }
}

TEST(PolicyFile, AFlippedByteIsToldOrChangesNothing) {
  const TemporaryFolder folder;
  const Policy policy = SmallPolicy();
  SavePolicy(policy, folder / "whole");
  const std::string whole = ReadBytes(folder / "whole");
  for (size_t position = 0; position < whole.size(); ++position) {
    for (const int flip : {0x01, 0x20, 0xff}) {
      std::string bytes = whole;
      bytes[position] = static_cast<char>(bytes[position] ^ flip);
      WriteBytes(folder / "flipped", bytes);
      try {
        ExpectSame(LoadPolicy(folder / "flipped"), policy);
      } catch (const std::runtime_error& error) {
        ExpectSentence(error.what(), folder / "flipped", ";");
      }
    }
  }
}

// Of a file whose checksum is right, or that has none: written by another program.
TEST(PolicyFile, RefusesEveryPartThatDoesNotFit) {
  const TemporaryFolder folder;
  SavePolicy(SmallPolicy(), folder / "good");
  const auto expect = [&](const std::string& part, auto spoil) {
    TensorFile file = ReadTensorFile(folder / "good");
    spoil(file);
    WriteTensorFile(file, folder / "spoilt");
    ExpectSentence(LoadMessage(folder / "spoilt"), folder / "spoilt", part);
  };
  const auto edit = [](const std::string& key, auto change) {
    return [=](TensorFile& file) {
      Json json = Json::parse(file.metadata.at(key));
      change(json);
      file.metadata[key] = json.dump();
    };
  };
  const float numbers[6] = {1, 2, 3, 4, 5, 6};
  const float broken[3] = {1, INFINITY, NAN};

  // tensors
  expect("'actor.0.weight' is F32 (2, 3) instead of F32 (3, 2)", [&](TensorFile& f) {
    f.tensors["actor.0.weight"] = MakeTensor(numbers, {2, 3});
  });
  expect("'log_std' is F32 (2) instead of F32 (1)",
         [&](TensorFile& f) { f.tensors["log_std"] = MakeTensor(numbers, {2}); });
  expect("'log_std' is F64 (1)", [&](TensorFile& f) {
    const double one = 1;
    f.tensors["log_std"] = MakeTensor(&one, {1});
  });
  expect("has no tensor 'actor.2.bias'", [](TensorFile& f) { f.tensors.erase("actor.2.bias"); });
  expect("has no tensor 'normalizer.scale'",
         [](TensorFile& f) { f.tensors.erase("normalizer.scale"); });
  expect("has 8 tensors where its network needs 7",
         [&](TensorFile& f) { f.tensors["actor.3.bias"] = MakeTensor(numbers, {1}); });
  expect("has 7 tensors where its network needs 5",
         [](TensorFile& f) { f.metadata.erase("normalizer"); });
  expect("a number of tensor 'actor.0.bias' is not finite",
         [&](TensorFile& f) { f.tensors["actor.0.bias"] = MakeTensor(broken, {3}); });
  expect("a number of tensor 'normalizer.mean' is not finite",
         [&](TensorFile& f) { f.tensors["normalizer.mean"] = MakeTensor(broken + 1, {2}); });

  // metadata
  for (const char* key :
       {"format", "network", "frame", "contract", "task", "version", "steps_trained", "seed"}) {
    expect(std::string("its metadata has no '") + key + "'",
           [&](TensorFile& f) { f.metadata.erase(key); });
  }
  for (const char* key : {"network", "frame", "steps_trained", "seed", "normalizer"}) {
    for (const char* text : {"", "{", "[]", "\"\"", "null", "{\"inputs\": 3}"}) {
      expect(std::string("the '") + key + "' of its metadata is not as doggo writes it",
             [&](TensorFile& f) { f.metadata[key] = text; });
    }
  }
  expect("is a 'doggo policy 3' where a 'doggo policy 2' is expected",
         [](TensorFile& f) { f.metadata["format"] = "doggo policy 3"; });

  // network
  expect("instead of F32 (30000, 2)",
         edit("network", [](Json& j) { j["layers"][0] = "dense 30000"; }));
  for (const auto& [layer, problem] :
       {std::pair{"dense 1000000000", "layer 1 'dense 1000000000': units = 1e+09 is not within"},
        {"dense -3", "layer 1 'dense -3': units = -3 is not within"},
        {"sine", "layer 1 'sine': there is no layer"},
        {"batch_norm", "a policy's network has no layer 'batch_norm'"}}) {
    expect(std::string("'network' of its metadata is wrong: ") + problem,
           edit("network", [=](Json& j) { j["layers"][0] = layer; }));
  }
  expect("'network' of its metadata is wrong: a network needs 1 to",
         edit("network", [](Json& j) { j["inputs"] = 0; }));

  // frame
  expect("'frame' of its metadata is wrong: symmetry 'turn'", edit("frame", [](Json& j) {
           j["symmetries"][0]["policy_obs"]["from"] = {0, 0};
         }));
  expect("gives row 0 the sign 2",
         edit("frame", [](Json& j) { j["symmetries"][0]["action"]["sign"] = {2}; }));
  expect("3 rows and 3 signs; it must be a signed permutation of 2 rows",
         edit("frame", [](Json& j) {
           j["symmetries"][0]["policy_obs"] = {{"from", {0, 1, 2}}, {"sign", {1, 1, 1}}};
         }));
  expect("there is no row 5", edit("frame", [](Json& j) { j["rules"][0]["policy_row"] = 5; }));
  expect("there is no symmetry 1", edit("frame", [](Json& j) { j["rules"][0]["symmetry"] = 1; }));
}

// Its network was widths and one activation, its dense layers were counted by themselves.
TEST(PolicyFile, TheFirstVersionIsStillRead) {
  const TemporaryFolder folder;
  const Policy policy = SmallPolicy();
  SavePolicy(policy, folder / "now");
  TensorFile file = ReadTensorFile(folder / "now");
  file.metadata["format"] = "doggo policy 1";
  file.metadata["network"] = R"({"widths": [2, 3, 1], "activation": "elu"})";
  for (const char* part : {"weight", "bias"}) {
    auto moved = file.tensors.extract(std::string("actor.2.") + part);
    moved.key() = std::string("actor.1.") + part;
    file.tensors.insert(std::move(moved));
  }
  WriteTensorFile(file, folder / "then");
  const Policy loaded = LoadPolicy(folder / "then");
  EXPECT_EQ(loaded.network.texts(), policy.network.texts());
  EXPECT_EQ(loaded.theta, policy.theta);
}

TEST(PolicyFile, IsNotWrittenWithANumberThatIsNotFinite) {
  const TemporaryFolder folder;
  const auto refuse = [&](auto spoil) {
    Policy policy = SmallPolicy();
    spoil(policy);
    ExpectSentence(Message<std::runtime_error>([&] { SavePolicy(policy, folder / "policy"); }),
                   folder / "policy", "is not finite");
  };
  refuse([](Policy& p) { p.theta[3] = NAN; });
  refuse([](Policy& p) { p.log_std[0] = INFINITY; });
  refuse([](Policy& p) { p.normalizer.scale[0] = INFINITY; });
  refuse([](Policy& p) { p.normalizer.limit = NAN; });
  EXPECT_EQ(folder.NumFiles(), 0);
}

TEST(PolicyFile, IsNotWrittenFromPartsThatDoNotFitEachOther) {
  const TemporaryFolder folder;
  const auto refuse = [&](const std::string& part, auto spoil) {
    Policy policy = SmallPolicy();
    spoil(policy);
    ExpectSentence(Message<std::invalid_argument>([&] { SavePolicy(policy, folder / "policy"); }),
                   "", "its " + part + " does not fit its network");
  };
  refuse("theta", [](Policy& p) { p.theta.conservativeResize(5); });
  refuse("theta", [](Policy& p) { p = {}; });
  refuse("log_std", [](Policy& p) { p.log_std.resize(0); });
  refuse("normalizer", [](Policy& p) { p.normalizer.scale.resize(0); });
  refuse("normalizer", [](Policy& p) { p.normalizer.mean.resize(0); });
  refuse("canonical frame", [](Policy& p) { p.frame = AnymalFrame(); });
  EXPECT_EQ(folder.NumFiles(), 0);
}

TEST(PolicyFile, SaysInOneSentenceThatItCannotBeWritten) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "missing/policy.safetensors";
  ExpectSentence(Message<std::runtime_error>([&] { SavePolicy(SmallPolicy(), path); }), path,
                 "cannot be written");
  EXPECT_EQ(folder.NumFiles(), 0);
}

}  // namespace
}  // namespace doggo::agent
