#include "app/config_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <bit>
#include <climits>
#include <cmath>
#include <fstream>
#include <limits>

#include "sim/interface/random.h"

namespace doggo::app {
namespace {

struct ToyConfig {
  std::string task = "flat";
  int threads = 2;
  double step_dt = 0.02;
  double gamma = 0.99;
  double target_kl = 0.01;
  double anything = 0;
  int any_count = 0;
  bool symmetric = true;
  std::string activation = "elu";
  Range friction = {0.5, 1.25};
  std::vector<int> hidden = {128, 64};
  std::vector<std::string> terms = {"torque"};
};

ConfigFields Fields(ToyConfig& c) {
  ConfigFields fields;
  fields.push_back({.key = "task", .value = &c.task, .unit = "", .meaning = "name of the task"});
  AddSection(fields, "train",
             {{.key = "threads",
               .value = &c.threads,
               .unit = "",
               .meaning = "worker threads",
               .min = 1,
               .max = 256},
              {.key = "step_dt",
               .value = &c.step_dt,
               .unit = "s",
               .meaning = "control period",
               .min = 0.001,
               .max = 0.1}});
  AddSection(fields, "ppo",
             {{.key = "gamma",
               .value = &c.gamma,
               .unit = "",
               .meaning = "discount per control step",
               .min = 0,
               .max = 1},
              {.key = "target_kl",
               .value = &c.target_kl,
               .unit = "nats",
               .meaning = "the rate follows it",
               .min = 0}});
  ConfigFields network = {
      {.key = "symmetric", .value = &c.symmetric, .unit = "", .meaning = "canonical frame"},
      {.key = "hidden",
       .value = &c.hidden,
       .unit = "",
       .meaning = "units of the hidden layers",
       .min = 1},
      {.key = "activation",
       .value = &c.activation,
       .unit = "",
       .meaning = "of the hidden layers",
       .choices = {"elu", "tanh", "relu"}}};
  AddSection(fields, "ppo.network", network);
  fields.push_back({.key = "friction",
                    .value = &c.friction,
                    .unit = "",
                    .meaning = "foot against ground",
                    .min = 0,
                    .max = 2});
  fields.push_back({.key = "terms",
                    .value = &c.terms,
                    .unit = "",
                    .meaning = "rewards that count",
                    .choices = {"torque", "air_time"}});
  fields.push_back({.key = "anything", .value = &c.anything, .unit = "m", .meaning = "any number"});
  fields.push_back({.key = "any_count", .value = &c.any_count, .unit = "", .meaning = "any count"});
  return fields;
}

ToyConfig Read(const std::string& text) {
  ToyConfig config;
  ReadConfigText(text, "my.yaml", Fields(config));
  return config;
}

// The sentence with which a text is refused. Nothing may have changed then.
std::string Refusal(const std::string& text) {
  ToyConfig config;
  try {
    ReadConfigText(text, "my.yaml", Fields(config));
  } catch (const ConfigError& error) {
    ToyConfig untouched;
    EXPECT_EQ(PrintConfig(Fields(config), false), PrintConfig(Fields(untouched), false));
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return error.what();
  }
  return "";
}

std::string OverrideRefusal(const std::string& assignment) {
  ToyConfig config;
  try {
    ApplyOverride(assignment, Fields(config));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

ToyConfig Overridden(const std::string& assignment) {
  ToyConfig config;
  ApplyOverride(assignment, Fields(config));
  return config;
}

void ExpectHas(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

// ---- reading

TEST(ConfigFile, ReadsEveryKindOfValue) {
  const ToyConfig config = Read(R"(
# a comment
task: rough terrain
train:
  threads: 8
  step_dt: 5e-3   # s
ppo:
  gamma: 1
  network:
    symmetric: false
    hidden: [256, 128, 64]
    activation: tanh
friction: [0.25, 1.5]
terms:
  - air_time
  - torque
)");
  EXPECT_EQ(config.task, "rough terrain");
  EXPECT_EQ(config.threads, 8);
  EXPECT_EQ(config.step_dt, 0.005);
  EXPECT_EQ(config.gamma, 1);
  EXPECT_EQ(config.target_kl, 0.01);  // not named: as it was
  EXPECT_FALSE(config.symmetric);
  EXPECT_EQ(config.hidden, (std::vector<int>{256, 128, 64}));
  EXPECT_EQ(config.activation, "tanh");
  EXPECT_EQ(config.friction.low, 0.25);
  EXPECT_EQ(config.friction.high, 1.5);
  EXPECT_EQ(config.terms, (std::vector<std::string>{"air_time", "torque"}));
}

TEST(ConfigFile, AnEmptyFileChangesNothing) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "{}", "ppo:\ntrain: ~\n"}) {
    EXPECT_EQ(Refusal(text), "");
    EXPECT_EQ(Read(text).gamma, 0.99);
  }
}

TEST(ConfigFile, DottedKeysMeanTheSameAsSections) {
  EXPECT_EQ(Read("ppo.gamma: 0.5").gamma, 0.5);
  EXPECT_EQ(Read("ppo:\n  network.hidden: [7]").hidden, std::vector<int>{7});
}

TEST(ConfigFile, WholeNumbersMayHaveAnExponentButMustBeWhole) {
  EXPECT_EQ(Read("any_count: 1e6").any_count, 1'000'000);
  EXPECT_EQ(Read("any_count: 2.5e1").any_count, 25);
  EXPECT_EQ(Read("any_count: -7").any_count, -7);
  EXPECT_EQ(Read("any_count: +7").any_count, 7);
  EXPECT_EQ(Read("any_count: 2147483647").any_count, INT_MAX);
  EXPECT_EQ(Read("any_count: -2147483648").any_count, INT_MIN);
  for (const char* text : {"1.5", "1e-1", "1_000", "0x10", "12abc", "1 2", "--1", "+-1", "e6",
                           "4.0000000000000000001", "true"}) {
    ExpectHas(Refusal(std::string("any_count: ") + text), "is not a whole number (any count)");
  }
  ExpectHas(Refusal("any_count: 2147483648"), "'2147483648' is above 2147483647");
  ExpectHas(Refusal("any_count: -2147483649"), "is below -2147483648");
  ExpectHas(Refusal("any_count: 1e300"), "is above 2147483647");
}

TEST(ConfigFile, NumbersMustBeFiniteAndWithinReach) {
  for (const char* text : {"nan", "inf", "-inf", ".inf", "-.inf", ".nan", "NaN", "Infinity"}) {
    EXPECT_EQ(Refusal(std::string("anything: ") + text),
              std::string("my.yaml:1:11: anything: '") + text +
                  "' is not a finite number (any number; in m)");
  }
  ExpectHas(Refusal("anything: 1e999"), "'1e999' is beyond the reach of a 64-bit number");
  ExpectHas(Refusal("anything: abc"), "'abc' is not a number (any number; in m)");
  ExpectHas(Refusal("anything: 1,5"), "'1,5' is not a number");
}

TEST(ConfigFile, TheEndsOfARangeAreAllowed) {
  EXPECT_EQ(Read("train: {threads: 1, step_dt: 0.1}").threads, 1);
  EXPECT_EQ(Read("friction: [0, 2]").friction.high, 2);
  EXPECT_EQ(Read("friction: [1, 1]").friction.low, 1);
}

// ---- messages, letter for letter

TEST(ConfigFile, NamesPlaceAndReasonOfEveryMistake) {
  const auto expect = [](const std::string& text, const std::string& message) {
    EXPECT_EQ(Refusal(text), "my.yaml:" + message) << text;
  };
  // unknown keys
  expect("ppo:\n  gama: 0.9\n", "2:3: unknown key 'ppo.gama' (did you mean 'ppo.gamma'?)");
  expect("gama: 0.9\n", "1:1: unknown key 'gama' (did you mean 'ppo.gamma'?)");
  expect("train:\n  gamma: 0.9\n", "2:3: unknown key 'train.gamma' (did you mean 'ppo.gamma'?)");
  expect("ppoo:\n  gamma: 0.9\n", "1:1: unknown section 'ppoo' (did you mean 'ppo'?)");
  expect("ppo: {netwrk: {hidden: [1]}}",
         "1:7: unknown section 'ppo.netwrk' (did you mean 'ppo.network'?)");
  expect("zebra: 1\n", "1:1: unknown key 'zebra'");

  // values
  expect("train:\n  threads: abc\n",
         "2:12: train.threads: 'abc' is not a whole number (worker threads; 1 to 256)");
  expect("train:\n  threads: 300\n",
         "2:12: train.threads: '300' is above 256 (worker threads; 1 to 256)");
  expect("train:\n  step_dt: 0\n",
         "2:12: train.step_dt: '0' is below 0.001 (control period; 0.001 to 0.1 s)");
  expect("ppo: {target_kl: -1}",
         "1:18: ppo.target_kl: '-1' is below 0 (the rate follows it; at least 0 nats)");
  expect("ppo: {network: {symmetric: yes}}",
         "1:28: ppo.network.symmetric: 'yes' is neither true nor false (canonical frame)");
  expect("ppo.network.activation: sine",
         "1:25: ppo.network.activation: 'sine' is none of its choices (of the hidden layers; elu, "
         "tanh or relu)");
  expect("train:\n  threads:\n", "2:3: train.threads: has no value (worker threads; 1 to 256)");
  expect("task:\n", "1:1: task: has no value (name of the task)");

  // lists
  expect("ppo.network.hidden: 128",
         "1:21: ppo.network.hidden: '128' is not a list; write [128] (units of the hidden layers; "
         "at least 1)");
  expect("ppo.network.hidden: [128, 0]",
         "1:27: ppo.network.hidden: '0' is below 1 (units of the hidden layers; at least 1)");
  expect("ppo.network.hidden:\n  - 128\n  - x\n",
         "3:5: ppo.network.hidden: 'x' is not a whole number (units of the hidden layers; at least "
         "1)");
  expect("ppo.network.hidden: [1, [2]]",
         "1:25: ppo.network.hidden: a list holds something else than plain values (units of the "
         "hidden layers; at least 1)");
  expect("terms: [torque, torq]",
         "1:17: terms: 'torq' is none of its choices (rewards that count; torque or air_time)");
  expect("train:\n  threads: [1, 2]\n",
         "2:12: train.threads: '[1, 2]' is a list where one value is expected (worker threads; 1 "
         "to 256)");
  expect("friction: 1",
         "1:11: friction: '1' is not a pair of numbers [low, high] (foot against ground; 0 to 2)");
  expect("friction: [1, 2, 3]",
         "1:11: friction: '[1, 2, 3]' is not a pair of numbers [low, high] (foot against ground; 0 "
         "to 2)");
  expect("friction: [1, 0.5]",
         "1:11: friction: '[1, 0.5]' is the wrong way round; low comes first (foot against ground; "
         "0 to 2)");
  expect("friction: [1, 2.5]", "1:15: friction: '2.5' is above 2 (foot against ground; 0 to 2)");

  // structure
  expect("ppo: 3\n",
         "1:6: ppo: '3' stands where a section is expected (with keys such as 'gamma')");
  expect("ppo: [3]\n",
         "1:6: ppo: a list stands where a section is expected (with keys such as 'gamma')");
  expect(
      "ppo:\n  gamma: {value: 1}\n",
      "2:10: ppo.gamma: a section stands where one value is expected (discount per control step; "
      "0 to 1)");
  expect("task: a\nppo:\n  gamma: 0.5\n  gamma: 0.6\n",
         "4:3: 'ppo.gamma' is given twice (first in line 3)");
  expect("ppo:\n  gamma: 0.5\nppo:\n  target_kl: 1\n",
         "3:1: 'ppo' is given twice (first in line 1)");
  expect("ppo.gamma: 0.5\nppo:\n  gamma: 0.5\n",
         "3:3: 'ppo.gamma' is given twice (first in line 1)");
  expect("- task\n", "1:1: not a configuration: lines 'key: value' are expected");
  expect("task:flat\n", "1:1: not a configuration: lines 'key: value' are expected");
  expect("[a, b]: 3\n", "1:1: a key must be a plain word");
  expect("task: a\n---\ntask: b\n",
         "2:1: not valid YAML: something follows where the configuration has ended");

  // YAML itself
  expect("ppo:\n\tgamma: 0.5\n",
         "2:7: not valid YAML: illegal map value; check the indentation, which must be spaces, not "
         "tabs");
  expect("task: \"open\nppo:\n",
         "2:5: not valid YAML: illegal EOF in scalar; check the indentation, the quotes and the "
         "brackets");
  expect(",task: a\n", "1:1: not valid YAML: something follows where the configuration has ended");
  expect("terms: *nothing",
         "1:8: not valid YAML: the referenced anchor is not defined; check the indentation, the "
         "quotes and the brackets");
}

TEST(ConfigFile, AMistakeAtTheEndLeavesEverythingAsItWas) {
  EXPECT_NE(Refusal("task: changed\ntrain:\n  threads: 9\nppo:\n  gamma: 7\n"), "");
}

// Anchors that refer to themselves, deep nests, bytes that are no text.
TEST(ConfigFile, SurvivesNonsense) {
  EXPECT_NE(Refusal("ppo: &a {gamma: *a}"), "");
  EXPECT_NE(Refusal("ppo: &a {network: *a}"), "");
  EXPECT_NE(Refusal("terms: &a [*a]"), "");
  EXPECT_NE(Refusal(std::string(100'000, '[')), "");
  EXPECT_NE(Refusal(std::string(100'000, '{')), "");
  ToyConfig config;
  const std::string text = PrintConfig(Fields(config), true);
  Random random(1, Stream::kTest);
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = text;
    for (int k = 0; k < 3; ++k) {
      const uint32_t at = random.Below(static_cast<uint32_t>(damaged.size()));
      damaged[at] =
          i % 2 ? static_cast<char>(random.Bits()) : ":[]{}#&*!|>'\"%@`-,\n\t "[random.Below(22)];
    }
    Refusal(damaged);
  }
}

TEST(ConfigFile, AMessageStaysOnOneLine) {
  EXPECT_EQ(Refusal("ppo.network.activation: |\n  a\n  b\n"),
            "my.yaml:1:25: ppo.network.activation: 'a b ' is none of its choices (of the hidden "
            "layers; elu, tanh or relu)");
}

// ---- files

class ConfigFolder : public ::testing::Test {
 protected:
  ConfigFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "doggo_config_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
    std::filesystem::create_directory(folder_ / "configs");
    std::ofstream(folder_ / "configs/toy_flat.yaml") << "ppo:\n  gamma: 0.5\n";
    std::ofstream(folder_ / "configs/wrong.yaml") << "ppo:\n  gama: 0.5\n";
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
  }
  ~ConfigFolder() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }

  std::string FileRefusal(const std::filesystem::path& path) {
    ToyConfig config;
    try {
      ReadConfigFile(path, Fields(config));
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  }

  std::filesystem::path folder_, before_;
};

TEST_F(ConfigFolder, AFileIsRead) {
  ToyConfig config;
  ReadConfigFile("configs/toy_flat.yaml", Fields(config));
  EXPECT_EQ(config.gamma, 0.5);
}

TEST_F(ConfigFolder, AMistakeIsNamedWithTheFileAsItWasGiven) {
  EXPECT_EQ(FileRefusal("configs/wrong.yaml"),
            "configs/wrong.yaml:2:3: unknown key 'ppo.gama' (did you mean 'ppo.gamma'?)");
}

TEST_F(ConfigFolder, AMissingFileIsSaidAndASimilarOneNamed) {
  const std::string meant = "no such file (did you mean 'configs/toy_flat.yaml'?)";
  EXPECT_EQ(FileRefusal("configs/toy_falt.yaml"), "configs/toy_falt.yaml: " + meant);
  EXPECT_EQ(FileRefusal("configs/toy_flat.yml"), "configs/toy_flat.yml: " + meant);
  EXPECT_EQ(FileRefusal("toy_flat"), "toy_flat: " + meant);
  std::ofstream("mine.yaml") << "";
  EXPECT_EQ(FileRefusal("mien.yaml"), "mien.yaml: no such file (did you mean 'mine.yaml'?)");
  EXPECT_EQ(FileRefusal("configs/zebra.yaml"), "configs/zebra.yaml: no such file");
  EXPECT_EQ(FileRefusal("nowhere/x.yaml"), "nowhere/x.yaml: no such file");
}

TEST_F(ConfigFolder, AFolderIsNoFile) {
  EXPECT_EQ(FileRefusal("configs"), "configs: a folder, not a configuration file");
}

// ---- overrides

TEST(Override, SetsOneValueOfEveryKind) {
  EXPECT_EQ(Overridden("train.threads=8").threads, 8);
  EXPECT_EQ(Overridden("train.threads = 1e2 ").threads, 100);
  EXPECT_EQ(Overridden("ppo.gamma=.5").gamma, 0.5);
  EXPECT_FALSE(Overridden("ppo.network.symmetric=false").symmetric);
  EXPECT_EQ(Overridden("ppo.network.hidden=[3, 4]").hidden, (std::vector<int>{3, 4}));
  EXPECT_TRUE(Overridden("terms=[]").terms.empty());
  EXPECT_EQ(Overridden("friction=[0,1]").friction.high, 1);
}

TEST(Override, TakesTextsAsTheyAre) {
  EXPECT_EQ(Overridden("task=a: b = [c] # d").task, "a: b = [c] # d");
  EXPECT_EQ(Overridden("task=null").task, "null");
  EXPECT_EQ(Overridden("task=").task, "");
}

TEST(Override, NamesTheMistakeInOneSentence) {
  const auto expect = [](const std::string& assignment, const std::string& what) {
    EXPECT_EQ(OverrideRefusal(assignment), assignment + ": " + what);
  };
  expect("train.threads=abc", "not a whole number (train.threads: worker threads, 1 to 256)");
  expect("train.threads=0", "below 1 (train.threads: worker threads, 1 to 256)");
  expect("train.threads=", "has no value (train.threads: worker threads, 1 to 256)");
  expect("ppo.gamma=nan", "not a finite number (ppo.gamma: discount per control step, 0 to 1)");
  expect("ppo.network.activation=sine",
         "none of its choices (ppo.network.activation: of the hidden layers, elu, tanh or relu)");
  expect("ppo.network.hidden=5",
         "not a list; write [5] (ppo.network.hidden: units of the hidden layers, at least 1)");
  expect("ppo.network.hidden=[5, 0]",
         "'0' is below 1 (ppo.network.hidden: units of the hidden layers, at least 1)");
  expect("ppo.network.hidden=[5",
         "not a list [a, b] (ppo.network.hidden: units of the hidden layers, at least 1)");
  expect("friction={a: 1}",
         "a section stands where one value is expected (friction: foot against ground, 0 to 2)");
  expect("ppo.gama=0.9", "unknown key 'ppo.gama' (did you mean 'ppo.gamma'?)");
  expect("zebra=1", "unknown key 'zebra'");
  expect("ppo=1", "'ppo' is a section; set one of its keys, such as ppo.gamma=...");
  expect("ppo.gamma", "no override; write key=value");
  expect("", "no override; write key=value");
  expect("=1", "no key before '='; write key=value");
}

// ---- printing

TEST(PrintConfig, IsNestedInTheOrderOfTheFields) {
  ToyConfig config;
  EXPECT_EQ(PrintConfig(Fields(config), false), R"(task: flat
train:
  threads: 2
  step_dt: 0.02
ppo:
  gamma: 0.99
  target_kl: 0.01
  network:
    symmetric: true
    hidden: [128, 64]
    activation: elu
friction: [0.5, 1.25]
terms: [torque]
anything: 0
any_count: 0
)");
}

TEST(PrintConfig, ExplainsEveryValueInAlignedComments) {
  ToyConfig config;
  EXPECT_EQ(PrintConfig(Fields(config), true), R"(task: flat             # name of the task
train:
  threads: 2           # worker threads              [1, 256]
  step_dt: 0.02        # control period (s)          [0.001, 0.1]
ppo:
  gamma: 0.99          # discount per control step   [0, 1]
  target_kl: 0.01      # the rate follows it (nats)  >= 0
  network:
    symmetric: true    # canonical frame
    hidden: [128, 64]  # units of the hidden layers  >= 1
    activation: elu    # of the hidden layers        elu | tanh | relu
friction: [0.5, 1.25]  # foot against ground         [0, 2]
terms: [torque]        # rewards that count          torque | air_time
anything: 0            # any number (m)
any_count: 0           # any count
)");
}

TEST(PrintConfig, ALongValuePushesOnlyItsOwnCommentAside) {
  ToyConfig config;
  config.task = std::string(60, 'x');
  const std::string text = PrintConfig(Fields(config), true);
  ExpectHas(text, "task: " + std::string(60, 'x') + "  # name of the task\n");
  ExpectHas(text, "    hidden: [128, 64]  # units of the hidden layers  >= 1\n");
}

TEST(PrintConfig, GathersASectionWhoseFieldsAreApart) {
  int a = 1, b = 2, c = 3;
  const ConfigFields fields = {{.key = "s.a", .value = &a, .unit = "", .meaning = ""},
                               {.key = "b", .value = &b, .unit = "", .meaning = ""},
                               {.key = "s.c", .value = &c, .unit = "", .meaning = ""}};
  EXPECT_EQ(PrintConfig(fields, false), "s:\n  a: 1\n  c: 3\nb: 2\n");
}

TEST(PrintConfig, NumbersAreAsShortAsTheyCanBe) {
  const auto printed = [](double number) {
    ConfigFields fields = {{.key = "x", .value = &number, .unit = "", .meaning = ""}};
    return PrintConfig(fields, false);
  };
  EXPECT_EQ(printed(3e-4), "x: 0.0003\n");
  EXPECT_EQ(printed(1e-5), "x: 1e-5\n");
  EXPECT_EQ(printed(-2.5e-10), "x: -2.5e-10\n");
  EXPECT_EQ(printed(1e20), "x: 1e20\n");
  EXPECT_EQ(printed(0.1), "x: 0.1\n");
  EXPECT_EQ(printed(1), "x: 1\n");
}

TEST(PrintConfig, QuotesTextsThatOtherReadersOfYamlTakeForSomethingElse) {
  const auto printed = [](std::string text) {
    ConfigFields fields = {{.key = "x", .value = &text, .unit = "", .meaning = ""}};
    return PrintConfig(fields, false);
  };
  for (const std::string text :
       {"No", "TRUE", "off", "Null", "~", "12", "1e5", ".nan", "a: b", "a #b", "a ", ""}) {
    EXPECT_EQ(printed(text), "x: \"" + text + "\"\n");
  }
  EXPECT_EQ(printed("runs/anymal_flat-1.yaml"), "x: runs/anymal_flat-1.yaml\n");
  EXPECT_EQ(printed("joint_position noise=0.1"), "x: joint_position noise=0.1\n");
}

// --- texts with a grammar of their own

// Colours and how many: "red 3".
ConfigField Paints(std::vector<std::string>& paints) {
  ConfigField field{.key = "room.paints", .value = &paints, .unit = "", .meaning = "on the wall"};
  field.choices = {"red", "green"};
  field.check = [](const std::string& text) {
    const std::string colour = text.substr(0, text.find(' '));
    return colour == "red" || colour == "green" ? "" : "unknown colour '" + colour + "'";
  };
  field.notes = [](const std::vector<std::string>& texts) {
    std::vector<std::string> notes;
    for (const std::string& text : texts) notes.push_back(text + "!");
    return notes;
  };
  return field;
}

TEST(CheckedTexts, AreRefusedInTheirOwnWordsAndWithTheNearestName) {
  std::vector<std::string> paints = {"red 1"};
  const ConfigFields fields = {Paints(paints)};
  const auto message = [&](const std::string& yaml) -> std::string {
    try {
      ReadConfigText(yaml, "my.yaml", fields);
      return "";
    } catch (const ConfigError& error) {
      return error.what();
    }
  };
  EXPECT_EQ(message("room:\n  paints:\n    - red 2\n    - gren 3\n"),
            "my.yaml:4:7: room.paints: 'gren 3': unknown colour 'gren' (did you mean 'green'?) (on "
            "the wall)");
  EXPECT_EQ(paints, std::vector<std::string>{"red 1"});
  EXPECT_EQ(message("room: {paints: [green 3, red]}"), "");
  EXPECT_EQ(paints, (std::vector<std::string>{"green 3", "red"}));
}

TEST(CheckedTexts, ArePrintedOneByOneWithTheirNotes) {
  std::vector<std::string> paints = {"red 1", "green"};
  EXPECT_EQ(PrintConfig({Paints(paints)}, true),
            "room:\n"
            "  paints:    # on the wall\n"
            "    - red 1  # red 1!\n"
            "    - green  # green!\n");
  EXPECT_EQ(PrintConfig({Paints(paints)}, false), "room:\n  paints:\n    - red 1\n    - green\n");
  paints.clear();
  EXPECT_EQ(PrintConfig({Paints(paints)}, false), "room:\n  paints: []\n");
}

// Doubles of any bits, texts of any letters: what was printed reads back the same, with comments or
// without.
TEST(PrintConfig, ReadsBackToExactlyTheSameValues) {
  struct Anything {
    bool flag = false;
    int count = 0;
    double number = 0;
    std::string text;
    Range range;
    std::vector<int> counts;
    std::vector<std::string> texts;
  };
  const auto fields = [](Anything& a) {
    ConfigFields list = {
        {.key = "flag", .value = &a.flag, .unit = "", .meaning = "m"},
        {.key = "s.count", .value = &a.count, .unit = "", .meaning = "m # m"},
        {.key = "s.number", .value = &a.number, .unit = "\xc2\xb5m", .meaning = "m"},
        {.key = "s.t.text", .value = &a.text, .unit = "", .meaning = "m"},
        {.key = "s.t.range", .value = &a.range, .unit = "", .meaning = "m"},
        {.key = "counts", .value = &a.counts, .unit = "", .meaning = "m"},
        {.key = "texts", .value = &a.texts, .unit = "", .meaning = "m"}};
    return list;
  };
  const auto bits = [](double x) { return std::bit_cast<uint64_t>(x); };

  Random random(1, Stream::kTest);
  const auto any_double = [&] {
    double x = NAN;
    while (!std::isfinite(x)) {
      x = std::bit_cast<double>(uint64_t{random.Bits()} << 32 | random.Bits());
    }
    return random.Below(4) == 0 ? std::round(random.Normal() * 10) / 100 : x;
  };
  const std::vector<std::string> words = {"null", "~",   "true", "No", "1e5", ".inf",
                                          "-",    "",    "a b",  "a:", " a",  "a ",
                                          "#a",   "[a]", "'",    "\"", "\\n", "\xc3\xa9t\xc3\xa9"};
  const auto any_text = [&] {
    std::string text =
        random.Below(2) ? words[random.Below(static_cast<uint32_t>(words.size()))] : "";
    for (uint32_t n = random.Below(12); n > 0; --n) text += static_cast<char>(random.Below(128));
    return text;
  };

  for (int i = 0; i < 2000; ++i) {
    Anything a;
    a.flag = random.Below(2) == 0;
    a.count = static_cast<int>(random.Bits());
    a.number = any_double();
    a.text = any_text();
    a.range = {any_double(), any_double()};
    if (a.range.low > a.range.high) std::swap(a.range.low, a.range.high);
    for (uint32_t n = random.Below(4); n > 0; --n) {
      a.counts.push_back(static_cast<int>(random.Bits()));
      a.texts.push_back(any_text());
    }
    const std::string printed = PrintConfig(fields(a), i % 2 == 0);
    Anything b;
    ASSERT_NO_THROW(ReadConfigText(printed, "printed", fields(b))) << printed;
    EXPECT_EQ(b.flag, a.flag);
    EXPECT_EQ(b.count, a.count);
    EXPECT_EQ(bits(b.number), bits(a.number)) << printed;
    EXPECT_EQ(b.text, a.text) << printed;
    EXPECT_EQ(bits(b.range.low), bits(a.range.low)) << printed;
    EXPECT_EQ(bits(b.range.high), bits(a.range.high)) << printed;
    EXPECT_EQ(b.counts, a.counts);
    EXPECT_EQ(b.texts, a.texts) << printed;
  }
  for (const double edge :
       {-0.0, std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max(),
        std::numeric_limits<double>::min(), 0.1 + 0.2, 9007199254740993.0}) {
    Anything a, b;
    a.number = edge;
    ReadConfigText(PrintConfig(fields(a), true), "printed", fields(b));
    EXPECT_EQ(bits(b.number), bits(a.number));
  }
}

}  // namespace
}  // namespace doggo::app
