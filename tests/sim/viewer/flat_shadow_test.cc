// Shadows of known shapes, by geometry, and against the map of what the sun sees.
#include "sim/viewer/flat_shadow.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "sim/viewer/offscreen.h"
#include "sim/viewer/renderer.h"
#include "sim/viewer/scene.h"

namespace doggo::sim {
namespace {

// A ball 0.5 m above grey ground, under a sun that stands at 45 deg, and a light that casts none.
constexpr char kBall[] = R"(
<mujoco>
  <statistic center="0 0 0" extent="2"/>
  <visual>
    <headlight ambient="0.2 0.2 0.2" diffuse="0 0 0" specular="0 0 0"/>
    <rgba fog="0.5 0.5 0.5 1"/> <map fogstart="50" fogend="100"/>
  </visual>
  <worldbody>
    <light type="directional" dir="0 0 -1" diffuse="0.1 0.1 0.1" specular="0 0 0"
           castshadow="false"/>
    <light type="directional" pos="-1 0 1.5" dir="1 0 -1" diffuse="0.5 0.5 0.5"
           specular="0 0 0"/>
    <geom type="plane" size="0 0 1" rgba="0.8 0.6 0.4 1"/>
    <body pos="0 0 0.5">
      <joint type="slide" axis="1 0 0"/>
      <geom type="sphere" size="0.2" rgba="0 0 1 1"/>
    </body>
  </worldbody>
</mujoco>)";

constexpr int kWidth = 160, kHeight = 120;
const View kFromAbove = {.azimuth = 90, .elevation = -89, .distance = 3, .point = {0, 0, 0}};

class FlatShadowTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      context_ = std::make_unique<OffscreenContext>();
    } catch (const std::runtime_error& error) {
      GTEST_SKIP() << error.what();
    }
  }
  void TearDown() override { context_.reset(); }

  static Picture Draw(bool flat, int shadow_size) {
    Scene scene(LoadModelFromText(kBall), {.width = kWidth,
                                           .height = kHeight,
                                           .samples = 0,
                                           .shadow_size = shadow_size,
                                           .flat = flat});
    scene.Begin(kFromAbove);
    const double x = 0;
    scene.AddRobot({&x, 1});
    scene.Draw({0, 0, kWidth, kHeight});
    Picture picture;
    scene.Read(picture);
    return picture;
  }
  static bool IsBall(const uint8_t* p) { return p[2] > p[0]; }
  // Lit ground: 0.8 (0.2 + 0.1 + 0.5 / sqrt(2)) 255 = 133 of red; in the shadow 0.8 * 0.3 * 255
  // = 61.
  static bool IsShadow(const uint8_t* p) { return !IsBall(p) && p[0] < 100; }

  std::unique_ptr<OffscreenContext> context_;
};

TEST_F(FlatShadowTest, ItFallsWhereTheSunsMapSaysAndIsAsDark) {
  const Picture flat = Draw(true, 1), map = Draw(false, 4096), none = Draw(true, 0);
  int in_flat = 0, in_map = 0, in_both = 0, in_none = 0;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const bool a = IsShadow(flat.pixel(x, y)), b = IsShadow(map.pixel(x, y));
      in_flat += a, in_map += b, in_both += a && b;
      in_none += IsShadow(none.pixel(x, y));
      for (int i = 0; a && b && i < 3; ++i)
        EXPECT_NEAR(flat.pixel(x, y)[i], map.pixel(x, y)[i], 2) << x << " " << y;
    }
  }
  // an ellipse of 0.2 m by 0.28 m, at 120 / (2 * 3 tan(22.5 deg)) = 48 pixels a metre: 408 pixels
  // in all, of which the ball hides a little
  EXPECT_GT(in_map, 300);
  EXPECT_GT(in_both, 0.9 * std::max(in_flat, in_map));
  EXPECT_EQ(in_none, 0);
}

// Light that goes 1 to the side while it falls by 1 carries a point at 0.5 m by 0.5 m.
TEST(FlatShadow, OfAPointIsWhereTheLightCarriesIt) {
  mjvGeom shape;
  const mjtNum pos[] = {0.1, 0.2, 0.8};
  mjv_initGeom(&shape, mjGEOM_SPHERE, nullptr, pos, nullptr, nullptr);
  const ShadowGround ground = {.height = 0.3f, .color = {1, 1, 1}};
  const mjvGeom shadow = ShadowOf(shape, ground, {.direction = {1, 0, -1}, .color = {0, 0, 0}});
  EXPECT_NEAR(shadow.pos[0], 0.6, 1e-6);
  EXPECT_NEAR(shadow.pos[1], 0.2, 1e-6);
  EXPECT_NEAR(shadow.pos[2], 0.3, 0.005);
  EXPECT_GT(shadow.pos[2], 0.3);
}

TEST(FlatShadow, GroundIsALevelPlaneOfTheWorldWithItsMeanColor) {
  const auto ground = [](const std::string& world) {
    const ModelPtr model = LoadModelFromText(
        "<mujoco><asset><texture name='t' type='2d' builtin='checker' width='8' height='8' "
        "rgb1='1 0 0' rgb2='0 0 1'/><material name='m' texture='t' rgba='0.5 1 1 1'/></asset>"
        "<worldbody>" +
        world + "</worldbody></mujoco>");
    return FindGround(*model);
  };
  EXPECT_FALSE(ground("<geom size='1'/>"));
  EXPECT_FALSE(ground("<geom type='plane' size='1 1 1' euler='10 0 0'/>"));
  const auto found = ground("<geom type='plane' size='1 1 1' pos='0 0 0.5' material='m'/>");
  ASSERT_TRUE(found);
  EXPECT_FLOAT_EQ(found->height, 0.5f);
  EXPECT_LT((found->color - Eigen::Vector3f(0.25f, 0, 0.5f)).norm(), 1e-6);
}

TEST(Renderer, KnowsTheProcessorByItsNames) {
  EXPECT_TRUE(IsSoftwareRenderer("llvmpipe (LLVM 15.0.6, 256 bits)"));
  EXPECT_TRUE(IsSoftwareRenderer("softpipe"));
  EXPECT_FALSE(IsSoftwareRenderer("NVIDIA H100/PCIe/SSE2"));
  EXPECT_FALSE(IsSoftwareRenderer(""));
}

}  // namespace
}  // namespace doggo::sim
