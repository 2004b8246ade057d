#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>

#include "app/commands.h"
#include "app/evaluation_table.h"
#include "app/interrupt.h"
#include "app/loaded_run.h"
#include "app/player.h"
#include "app/player_panels.h"
#include "app/robot_drawing.h"

namespace doggo::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kWidth = 1100, kHeight = 700;  // of the window, in the screen's units
constexpr double kRobotSpacing = 1.2;        // m, between robots side by side
constexpr double kCameraTime = 0.25;         // s, of the smoothing of what the camera follows
constexpr double kPolicyLookTime = 1;        // s, between looks at the policy's file

double Since(Clock::time_point time) {
  return std::chrono::duration<double>(Clock::now() - time).count();
}

// s that this thread has worked.
double ThreadTime() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double Millions(const agent::Policy& policy) {
  return static_cast<double>(policy.steps_trained) * 1e-6;
}

// A policy file that is written anew now and then, by a run that is still training.
class PolicyFile {
 public:
  explicit PolicyFile(const LoadedRun& run)
      : path_(run.run.policy), config_(run.config), written_(Written()) {}

  // Is there a newer one that can be read and fits? Looked at no more than once a second.
  bool Renew(agent::Policy& policy) {
    if (Since(looked_) < kPolicyLookTime) return false;
    looked_ = Clock::now();
    const auto written = Written();
    if (written == written_) return false;
    written_ = written;
    try {
      agent::Policy newer = agent::LoadPolicy(path_);
      CheckPolicyFits(newer, path_.string(), config_);
      policy = std::move(newer);
      return true;
    } catch (const std::exception&) {
      return false;  // the one at work goes on
    }
  }

 private:
  std::filesystem::file_time_type Written() const {
    std::error_code error;
    return std::filesystem::last_write_time(path_, error);
  }

  std::filesystem::path path_;
  Config config_;
  std::filesystem::file_time_type written_;
  Clock::time_point looked_ = Clock::now();
};

// Where each of several robots stands in the picture: side by side, the first in the middle.
Eigen::Vector3d PlaceOf(int robot) {
  const int side = robot % 2 == 0 ? 1 : -1;
  return {0, side * kRobotSpacing * ((robot + 1) / 2), 0};
}

// The camera glides along with the robot; where a new episode begins, it jumps.
void Follow(const Eigen::Vector3d& p_W, bool jump, double dt, sim::View& view) {
  const double share = jump ? 1 : SmoothingShare(dt, kCameraTime);
  view.point.head<2>() += share * (p_W - view.point).head<2>();
}

// The screen: a scene, and what is written over it.
class Screen {
 public:
  Screen(sim::ModelPtr model, const sim::Window& window)
      : scene_(std::move(model), SceneFor(window)),
        overlay_(window.content_scale()),
        qpos_(Eigen::Map<const Eigen::VectorXd>(scene_.model().qpos0, scene_.model().nq)) {}

  const mjModel& model() const { return scene_.model(); }

  // What is to be seen; the rest is OpenGL's work.
  void Compose(const DrivenRobots& robots, double dt, Player& player) {
    const double share = std::min(1.0, player.owed / robots.step_dt());
    const auto pose = [&](int robot) {
      PoseWithin(robots.task().robot().ids, robots.episode(robot).t, share, qpos_);
    };
    pose(player.robot);
    const int64_t episode = robots.trail(player.robot).episode + (int64_t{player.robot} << 32);
    if (player.follow)
      Follow(qpos_.head<3>() + PlaceOf(player.robot), episode != episode_, dt, player.view);
    episode_ = episode;

    scene_.Begin(player.view);
    for (int robot = 0; robot < robots.size(); ++robot) {
      pose(robot);
      scene_.AddRobot({qpos_.data(), static_cast<size_t>(qpos_.size())}, PlaceOf(robot));
      const sim::Transition& t = robots.episode(robot).t;
      AddVelocityArrows(scene_, qpos_.head<3>() + PlaceOf(robot), t.now.heading, player.command,
                        robots.trail(robot).velocity);
    }
  }

  void Draw(const sim::Viewport& window, const DrivenRobots& robots, const Player& player) {
    scene_.Draw(window);
    if (!player.help) DrawPanels(overlay_, window, player.panels, robots, player.robot);
    const auto velocity = [](const Eigen::Vector3d& v) {
      return fmt::format("{:+.2f} {:+.2f} m/s  {:+.2f} rad/s", v.x(), v.y(), v.z());
    };
    overlay_.Write(window, mjGRID_BOTTOMLEFT, "asked\ndone\nF1",
                   fmt::format("{}\n{}\nhelp", velocity(player.command),
                               velocity(robots.trail(player.robot).velocity)));
    if (player.note_left > 0) overlay_.Write(window, mjGRID_TOP, player.note);
    if (player.help) {
      static const Help page = HelpPage();
      overlay_.Write(window, mjGRID_TOPLEFT, page.keys, page.meanings);
    }
  }

 private:
  static sim::SceneConfig SceneFor(const sim::Window& window) {
    const sim::SceneConfig config = {.window = true, .samples = 0, .shadow_size = 2048};
    return window.is_software() ? sim::Lighter(config) : config;
  }

  sim::Scene scene_;
  sim::Overlay overlay_;
  Eigen::VectorXd qpos_;
  int64_t episode_ = 0;  // of the robot looked at, and which one that is
};

std::string Title(const Config& config, const agent::Policy& policy, const Player& player) {
  return fmt::format("doggo: {}, {:.2f} M steps, {:g} x{}", config.name, Millions(policy),
                     player.speed, player.paused ? ", paused" : "");
}

}  // namespace

int Play(const PlayOptions& options) {
  const Clock::time_point start = Clock::now();
  LoadedRun loaded = LoadRun(options.run, options.overrides);
  sim::Window window("doggo", kWidth, kHeight);  // before all that takes time, or is in vain
  DrivenRobots robots(loaded.policy, loaded.config.world, options.robots, SourceRoot().string());
  Screen screen(LoadVisibleModel(loaded.config.world.physics, SourceRoot().string()), window);
  Player player = MakePlayer(loaded.config.world.commands, screen.model(), robots);
  PolicyFile file(loaded);
  HandleInterrupts();

  std::string title;
  int frames = 0;
  double work = 0, first_frame = 0;  // s
  Clock::time_point begun, last = Clock::now();
  while (!player.close && !Interrupted()) {
    const double dt = frames > 0 ? Since(last) : 0;
    last = Clock::now();

    // what is wanted, what happens, what is to be seen
    const double before = ThreadTime();
    const sim::Input& input = window.Poll();
    Heed(input, dt, player, robots);
    if (file.Renew(loaded.policy)) {
      robots.SetPolicy(loaded.policy);
      ShowNote(fmt::format("policy of {:.2f} M steps", Millions(loaded.policy)), player);
    }
    Advance(dt, player, robots);
    screen.Compose(robots, dt, player);
    work += ThreadTime() - before;

    // OpenGL's part
    screen.Draw({0, 0, input.width, input.height}, robots, player);
    const std::string wanted = Title(loaded.config, loaded.policy, player);
    if (wanted != title) window.SetTitle(title = wanted);
    window.Swap();
    if (frames++ == 0) {
      first_frame = Since(start);
      begun = Clock::now();
    }
    if (options.seconds && Since(begun) >= *options.seconds) break;
  }

  const double seconds = frames > 0 ? Since(begun) : 0;
  fmt::print(
      "{} frames, {:.2f} ms of work for each beside OpenGL's; first after {:.2f} s; real-time "
      "factor {:.2f}; walked {:.2f} m{}\n",
      frames, 1e3 * work / std::max(1, frames), first_frame,
      static_cast<double>(robots.steps()) * robots.step_dt() / std::max(seconds, 1e-9),
      robots.distance(), robots.falls() > 0 ? fmt::format("; {} fell", robots.falls()) : "");
  return 0;
}

}  // namespace doggo::app
