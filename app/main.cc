// doggo: trains quadrupeds to walk. The commands are in app/*_command.cc.
#include <fmt/format.h>
#include <mujoco/mujoco.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/config.h"
#include "app/text_distance.h"

namespace {

using namespace doggo;

// Arguments with a '=' are overrides; at most one other, the file or folder to work on.
std::string SplitArguments(const std::vector<std::string>& arguments,
                           std::vector<std::string>& overrides) {
  std::string target;
  for (const std::string& argument : arguments) {
    if (argument.find('=') != std::string::npos) {
      overrides.push_back(argument);
    } else if (target.empty()) {
      target = argument;
    } else {
      throw std::runtime_error(
          fmt::format("'{}' and '{}': one file or folder at a time; settings are written key=value",
                      target, argument));
    }
  }
  return target;
}

bool IsConfiguration(const std::string& argument) {
  return argument.find('=') != std::string::npos || argument.ends_with(".yaml") ||
         argument.ends_with(".yml");
}

void AddTerrainOptions(CLI::App& command, app::TerrainAsked& terrain) {
  command.add_option("--terrain", terrain.type,
                     "the ground: stairs_up, discrete, ... (default: stairs_up where the policy "
                     "was trained on rough ground)");
  command.add_option("--level", terrain.level, "of that ground, 0 to 9 (default: 4)");
}

int Run(int argc, char** argv) {
  CLI::App cli{"Trains a quadruped to walk, on an ordinary CPU, and judges how well it does.",
               "doggo"};
  cli.set_version_flag("--version", app::Version());
  cli.require_subcommand(1);
  cli.failure_message([](const CLI::App*, const CLI::Error& error) {
    return fmt::format("doggo: {}; see ./doggo --help\n", error.what());
  });

  int exit_code = 0;
  std::vector<std::string> arguments;
  app::TrainOptions train;
  std::string resume;
  app::EvalOptions eval;
  std::string gate;
  app::RunsOptions runs;
  app::RecordOptions record;
  app::PlayOptions play;
  app::InspectOptions inspect;
  app::FitOptions fit;
  app::BenchOptions bench;
  app::ExportOptions exported;
  app::CompareOptions compare;
  std::vector<int> episode;

  auto* train_command = cli.add_subcommand(
      "train", "train a policy, with live progress, checkpoints and a final evaluation");
  train_command->add_option(
      "CONFIG | key=value", arguments,
      "a YAML file (default: configs/anymal_flat.yaml), and settings that override it");
  train_command->add_flag("--plain", train.plain, "lines instead of a picture, also on a terminal");
  train_command->add_flag("--quiet", train.quiet, "only warnings, and the last lines");
  train_command->add_flag("--profile", train.profile, "say at the end where the time went");
  train_command
      ->add_option("--resume", resume,
                   "go on with a run that ended, was stopped or killed (default: the newest); "
                   "settings: another train.iterations, for example")
      ->type_name("[RUN]")
      ->expected(0, 1);
  train_command
      ->add_option("--from", train.from,
                   "begin with the weights of a policy file, run or checkpoint of the same shape")
      ->type_name("POLICY");
  train_command
      ->add_option("--seeds", train.seeds,
                   "so many seeds in turn, from `seed` on, and their medians")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  train_command->add_flag("--watch", train.watch,
                          "show robots in a window, under the policy as it learns");
  train_command->add_option("--robots", train.robots, "so many of them (default: 3)")
      ->check(CLI::Range(1, 16));
  train_command->callback([&] {
    // what follows --resume may be no run of its own but a setting
    if (IsConfiguration(resume)) arguments.push_back(std::exchange(resume, ""));
    if (train_command->count("--resume") > 0) train.resume = resume;
    train.config = SplitArguments(arguments, train.overrides);
    exit_code = app::Train(train);
  });

  auto* eval_command =
      cli.add_subcommand("eval", "judge a policy by the standard protocol, or two side by side");
  eval_command->add_option(
      "RUN | key=value", arguments,
      "a run folder or policy file (default: the newest run), another to judge "
      "beside it, and settings");
  eval_command->add_option("--suite", eval.suites,
                           "only these: tracking, falls, standing, pushes, robustness, effort, "
                           "gait, top_speed, audit (a,b,...)");
  eval_command->add_flag("--quick", eval.quick, "tracking and 100 episodes for falls only");
  eval_command->add_option("--html", eval.html, "write a page with pictures to this file");
  eval_command
      ->add_option("--gate", gate,
                   "fail (exit code 1) where a threshold is not met (default: configs/eval.yaml)")
      ->type_name("[THRESHOLDS]")
      ->expected(0, 1);
  eval_command->add_option(
      "--json", eval.json,
      "write the result to this file too; -: to the standard output, and nothing else");
  eval_command->callback([&] {
    // what follows --gate may be no file of thresholds but what is to be judged
    if (!gate.empty() && !gate.ends_with(".yaml") && !gate.ends_with(".yml"))
      arguments.insert(arguments.begin(), std::exchange(gate, ""));
    if (eval_command->count("--gate") > 0) eval.gate = gate;
    const auto second = [](const std::string& argument) {
      return argument.find('=') == std::string::npos;
    };
    // two policies at most: the second is taken out
    if (std::count_if(arguments.begin(), arguments.end(), second) == 2) {
      const auto last = std::find_if(arguments.rbegin(), arguments.rend(), second);
      eval.other = *last;
      arguments.erase(std::next(last).base());
    }
    eval.run = SplitArguments(arguments, eval.overrides);
    exit_code = app::Eval(eval);
  });

  auto* play_command = cli.add_subcommand("play", "watch a policy in a window, and drive it");
  play_command->add_option("RUN | key=value", arguments,
                           "a run folder or policy file (default: the newest run), and settings");
  play_command->add_option("--seconds", play.seconds, "close after this time")
      ->check(CLI::Range(0.1, 1e6));
  play_command->add_option("--robots", play.robots, "so many side by side (default: 1)")
      ->check(CLI::Range(1, 64));
  play_command->add_option("--replay", play.replay,
                           "run a .replay file again instead, with a timeline");
  AddTerrainOptions(*play_command, play.terrain);
  play_command->callback([&] {
    play.run = SplitArguments(arguments, play.overrides);
    exit_code = app::Play(play);
  });

  auto* record_command =
      cli.add_subcommand("record", "make a video or pictures of a policy, without a display");
  record_command->add_option("RUN | key=value", arguments,
                             "a run folder or policy file (default: the newest run), and settings");
  record_command->add_option("--out", record.out,
                             "the file: .mp4, .gif, .png, or .replay for play (default: walk.mp4)");
  record_command
      ->add_option("--seconds", record.seconds, "how long (default: as the commands, or 10)")
      ->check(CLI::Range(0.01, 3600.0));
  record_command->add_option(
      "--command", record.command,
      "forward,left (m/s),turning (rad/s): '1,0,0 for 3s; 0,0,1 for 3s'; random: drawn as in eval");
  record_command->add_option("--size", record.size, "of the picture, in pixels (640x480)");
  record_command->add_option("--grid", record.grid,
                             "so many robots, in tiles of the picture (4x4)");
  record_command
      ->add_option("--strip", record.strip,
                   "so many stills of a gait cycle, or of --seconds, side by side in a .png")
      ->check(CLI::Range(1, 64));
  record_command->add_flag("--overlay", record.overlay,
                           "show command and measured velocity, as arrows and text");
  record_command->add_flag("!--no-scan", record.scan,
                           "in the overlay, no dots where the policy sees the ground");
  AddTerrainOptions(*record_command, record.terrain);
  record_command
      ->add_option("--quality", record.quality,
                   "without a graphics card: draft (no shadows, fast), normal, fine (smooth, slow)")
      ->check(CLI::IsMember({"draft", "normal", "fine"}));
  record_command->add_option("--fps", record.frames_per_second, "pictures a second (default: 50)")
      ->check(CLI::Range(1.0, 240.0));
  record_command->add_option("--seed", record.seed, "of starts and drawn commands")
      ->check(CLI::NonNegativeNumber);
  record_command->callback([&] {
    record.run = SplitArguments(arguments, record.overrides);
    exit_code = app::Record(record);
  });

  auto* export_command = cli.add_subcommand(
      "export",
      "write a policy for other programs: ONNX, a C header; each checked as it is written");
  export_command->add_option("RUN | key=value", arguments,
                             "a run folder or policy file (default: the newest run), and settings");
  export_command->add_option("--onnx", exported.onnx,
                             "write this .onnx file (default: beside the policy, with a .h)");
  export_command->add_option("--header", exported.header,
                             "write this .h file: C99 and C++, no dependency");
  export_command->add_option("--safetensors", exported.safetensors,
                             "write this .safetensors file: the policy without its critic");
  export_command->add_option("--name", exported.name,
                             "of the header's function, NAME_act (default: the file's)");
  export_command->add_option("--model", exported.model,
                             "write the robot that it was judged on, for MuJoCo: .xml or .mjb");
  export_command
      ->add_option("--check", exported.check, "run such a file against its policy once more")
      ->type_name("FILE");
  export_command->add_flag("--json", exported.json, "as JSON");
  export_command->callback([&] {
    exported.run = SplitArguments(arguments, exported.overrides);
    exit_code = app::Export(exported);
  });

  auto* fit_command = cli.add_subcommand(
      "fit", "fit a network to examples with the same library: regression, classification");
  fit_command->add_option("CONFIG | key=value", arguments,
                          "a YAML file (configs/fit/*.yaml), and settings that override it");
  fit_command->add_option(
      "--json", fit.json,
      "write the result to this file too; -: to the standard output, and nothing else");
  fit_command->callback([&] {
    fit.config = SplitArguments(arguments, fit.overrides);
    exit_code = app::Fit(fit);
  });

  auto* runs_command = cli.add_subcommand("runs", "list the runs in runs/, newest first");
  runs_command->add_option("FOLDER", runs.folder, "another folder of runs");
  runs_command->add_flag("--json", runs.json, "as JSON");
  runs_command->callback([&] { exit_code = app::Runs(runs); });

  auto* config_command = cli.add_subcommand(
      "config", "print a configuration, of train or of fit, with every default and its meaning");
  config_command->add_option("CONFIG | key=value", arguments,
                             "a YAML file (default: configs/anymal_flat.yaml), and settings");
  config_command->callback([&] {
    app::ConfigOptions config;
    config.config = SplitArguments(arguments, config.overrides);
    exit_code = app::ShowConfig(config);
  });

  auto* inspect_command = cli.add_subcommand(
      "inspect", "show the Markov decision process of a configuration: its tables, on one page");
  inspect_command->add_option("CONFIG | key=value", arguments,
                              "a YAML file (default: configs/anymal_flat.yaml), and settings");
  inspect_command
      ->add_option(
          "--json", inspect.json,
          "as JSON: to this file, beside the page; alone or -: to the standard output, and "
          "nothing else")
      ->type_name("[FILE|-]")
      ->expected(0, 1);
  inspect_command
      ->add_option("--rollout", inspect.steps,
                   "try it so many control steps, under zero and under random actions")
      ->type_name("N");
  inspect_command
      ->add_option(
          "--episode", episode,
          "what is randomised for this environment (0, 1, ...) in this episode (1, 2, ...)")
      ->type_name("ENVIRONMENT EPISODE")
      ->expected(2);
  inspect_command
      ->add_option("--terrain", inspect.terrain, "the ground from above, as a picture, alone")
      ->type_name("FILE.png");
  inspect_command->callback([&] {
    const bool json = inspect_command->count("--json") > 0;
    // what follows --json may be no file of its own but what is to be inspected
    if (IsConfiguration(inspect.json)) arguments.push_back(std::exchange(inspect.json, ""));
    if (json && inspect.json.empty()) inspect.json = "-";
    if (!episode.empty()) inspect.episode = {episode[0], episode[1]};
    inspect.config = SplitArguments(arguments, inspect.overrides);
    exit_code = app::Inspect(inspect);
  });

  auto* bench_command = cli.add_subcommand(
      "bench", "measure speed against the limits of this machine, and the behaviour hash");
  bench_command->add_option("SUITE", bench.suite,
                            "env, learner, train, scaling, memory, hash (default: all of these, "
                            "two minutes), or walk");
  bench_command->add_option(
      "CONFIG | key=value", arguments,
      "of walk: a YAML file (default: configs/anymal_flat.yaml), and settings that override it");
  bench_command->add_option(
      "--json", bench.json,
      "write the result to this file too; -: to the standard output, and nothing else");
  bench_command->add_option("--threads", bench.threads, "so many (default: one per processor)")
      ->check(CLI::Range(1, 256));
  bench_command->add_option("--repeats", bench.repeats, "of each side of a ratio (default: 9)")
      ->check(CLI::Range(1, 1000));
  bench_command->add_option("--seeds", bench.seeds, "of walk: 1, 2, ... so many (default: 5)")
      ->check(CLI::Range(1, 1000));
  bench_command->add_option("--torch", bench.torch,
                            "a Python with PyTorch, to measure its updates too");
  bench_command->callback([&] {
    bench.config = SplitArguments(arguments, bench.overrides);
    exit_code = app::Bench(bench);
  });

  cli.add_subcommand("test", "build and run all tests (arguments go to ctest)")->callback([] {
    throw std::runtime_error("the tests are built and run by the launcher: ./doggo test");
  });

  auto* compare_command = cli.add_subcommand(
      "compare", "train several configurations over several seeds, and compare their curves");
  compare_command->add_option("CONFIG | key=value", arguments,
                              "YAML files, and settings that override all of them");
  compare_command->add_option("--seeds", compare.seeds, "of each, from its `seed` on (default: 5)")
      ->check(CLI::Range(1, 1000));
  compare_command->add_option("--folder", compare.folder,
                              "where the runs are kept, and gone on with (default: runs/compare)");
  compare_command->add_option(
      "--metric", compare.metric,
      "column of metrics.csv (default: episode/return, else reward_per_second)");
  compare_command->add_option("--json", compare.json, "write every seed's curve to this file too");
  compare_command->callback([&] {
    for (const std::string& argument : arguments)
      (argument.find('=') == std::string::npos ? compare.configs : compare.overrides)
          .push_back(argument);
    exit_code = app::Compare(compare);
  });

  if (argc < 2) {
    fmt::print("{}", cli.help());
    return 0;
  }
  const std::string command = argv[1];
  std::vector<std::string> known;
  for (const CLI::App* subcommand : cli.get_subcommands(nullptr))
    known.push_back(subcommand->get_name());
  if (!command.starts_with('-') && std::find(known.begin(), known.end(), command) == known.end()) {
    throw std::runtime_error(fmt::format("unknown command '{}'{}; ./doggo --help lists them all",
                                         command,
                                         app::DidYouMean(app::NearestName(command, known))));
  }

  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 1;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  // what MuJoCo warns of is counted, reported and kept for replay; it would print it and write a
  // log file into the present folder besides
  mju_user_warning = [](const char*) {};
  // a file that may not grow is an error of the write that finds out (ulimit -f), not a sudden end
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return Run(argc, argv);
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "there is not enough memory for this; take fewer robots or steps\n");
    return 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
