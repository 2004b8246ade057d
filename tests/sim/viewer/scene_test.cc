// Pictures of small known worlds, drawn without a display.
#include "sim/viewer/scene.h"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

#include "sim/viewer/offscreen.h"

namespace doggo::sim {
namespace {

// A red ball that hangs in an empty grey room, lit from the camera alone.
constexpr char kBall[] = R"(
<mujoco>
  <statistic center="0 0 0" extent="2"/>
  <visual><headlight ambient="1 1 1" diffuse="0 0 0" specular="0 0 0"/></visual>
  <worldbody>
    <body name="ball">
      <joint name="x" type="slide" axis="1 0 0"/>
      <joint name="y" type="slide" axis="0 1 0"/>
      <geom type="sphere" size="0.2" rgba="1 0 0 1"/>
    </body>
  </worldbody>
</mujoco>)";

constexpr int kWidth = 160, kHeight = 120;
const View kView = {.azimuth = 90, .elevation = 0, .distance = 2, .point = {0, 0, 0}};

bool IsRed(const Picture& picture, int x, int y) {
  const uint8_t* p = picture.pixel(x, y);
  return p[0] > 150 && p[1] < 100 && p[2] < 100;
}

// How many separate red runs a row of pixels has.
int RedRuns(const Picture& picture, int y) {
  int runs = 0;
  for (int x = 0; x < picture.width; ++x)
    runs += IsRed(picture, x, y) && (x == 0 || !IsRed(picture, x - 1, y));
  return runs;
}

int RedPixels(const Picture& picture) {
  int count = 0;
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) count += IsRed(picture, x, y);
  return count;
}

class SceneTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      context_ = std::make_unique<OffscreenContext>();
    } catch (const std::runtime_error& error) {
      GTEST_SKIP() << error.what();
    }
    scene_ = std::make_unique<Scene>(LoadModelFromText(kBall),
                                     SceneConfig{.width = kWidth, .height = kHeight});
  }
  void TearDown() override {
    scene_.reset();
    context_.reset();
  }

  void Add(double x, double y, const Eigen::Vector3d& offset = {0, 0, 0}) {
    const std::array<double, 2> qpos = {x, y};
    scene_->AddRobot(qpos, offset);
  }
  Picture Show() {
    scene_->Draw({0, 0, kWidth, kHeight});
    Picture picture;
    scene_->Read(picture);
    return picture;
  }

  std::unique_ptr<OffscreenContext> context_;
  std::unique_ptr<Scene> scene_;
};

// The camera, 2 m away, sees 2 * 2 tan(45 deg / 2) = 1.657 m from top to bottom (MuJoCo's fovy is
// 45 deg); a ball of 0.2 m radius has the silhouette of an angle asin(0.2 / 2), so its image has
// the radius tan(asin(0.1)) / tan(22.5 deg) * 60 = 14.56 pixels and the area 666.
TEST_F(SceneTest, ABallIsSeenInTheMiddleAndAsLargeAsPerspectiveSays) {
  scene_->Begin(kView);
  Add(0, 0);
  const Picture picture = Show();
  ASSERT_EQ(picture.width, kWidth);
  ASSERT_EQ(picture.height, kHeight);
  EXPECT_TRUE(IsRed(picture, kWidth / 2, kHeight / 2));
  EXPECT_FALSE(IsRed(picture, 2, 2));
  EXPECT_NEAR(RedPixels(picture), 666, 0.08 * 666);  // a polyhedron, and a rim of half pixels
}

// Looking along y, x is to the right.
TEST_F(SceneTest, ItMovesInThePictureAsItMovesInTheWorld) {
  scene_->Begin(kView);
  Add(0.5, 0);
  const Picture right = Show();
  EXPECT_FALSE(IsRed(right, kWidth / 2, kHeight / 2));
  EXPECT_TRUE(IsRed(right, kWidth / 2 + 36, kHeight / 2));  // 0.5 / 1.657 * 120

  // rows begin at the top: looked at from below its middle, the ball is above
  View low = kView;
  low.point = {0, 0, -0.4};
  scene_->Begin(low);
  Add(0, 0);
  EXPECT_TRUE(IsRed(Show(), kWidth / 2, kHeight / 2 - 29));
}

TEST_F(SceneTest, TwoSideBySideAreTwo) {
  scene_->Begin(kView);
  Add(0, 0, {-0.4, 0, 0});
  Add(0, 0, {0.4, 0, 0});
  const Picture picture = Show();
  EXPECT_EQ(RedRuns(picture, kHeight / 2), 2);
  EXPECT_FALSE(IsRed(picture, kWidth / 2, kHeight / 2));
}

TEST_F(SceneTest, TheSameStateGivesTheSameBytes) {
  const auto show = [&] {
    scene_->Begin(kView);
    Add(0.1, 0.2);
    return Show();
  };
  const Picture first = show();
  scene_->Begin(kView);
  Add(-0.3, 0);
  Show();
  EXPECT_EQ(show().rgb, first.rgb);
}

TEST_F(SceneTest, ArrowsAndTextsAreSeen) {
  scene_->Begin(kView);
  scene_->AddRobot(std::array<double, 2>{5, 0});  // far to the side
  const Picture empty = Show();
  scene_->Begin(kView);
  scene_->AddRobot(std::array<double, 2>{5, 0});
  scene_->AddArrow({-0.5, 0, 0}, {0.5, 0, 0}, 0.05, {1, 0, 0, 1});
  const Picture arrow = Show();
  EXPECT_EQ(RedPixels(empty), 0);
  EXPECT_GT(RedPixels(arrow), 100);

  scene_->Write({0, 0, kWidth, kHeight}, mjGRID_TOPLEFT, "text");
  Picture text;
  scene_->Read(text);
  EXPECT_NE(text.rgb, arrow.rgb);
}

}  // namespace
}  // namespace doggo::sim
