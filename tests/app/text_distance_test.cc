#include "app/text_distance.h"

#include <gtest/gtest.h>

namespace doggo::app {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsSubstitutionsAndExchanges) {
  EXPECT_EQ(EditDistance("gamma", "gamma"), 0);
  EXPECT_EQ(EditDistance("gama", "gamma"), 1);
  EXPECT_EQ(EditDistance("gammma", "gamma"), 1);
  EXPECT_EQ(EditDistance("gamna", "gamma"), 1);
  EXPECT_EQ(EditDistance("agmma", "gamma"), 1);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);  // the classic example
  EXPECT_EQ(EditDistance("", "abc"), 3);
  EXPECT_EQ(EditDistance("abc", ""), 3);
  EXPECT_EQ(EditDistance("", ""), 0);
}

TEST(EditDistance, IsTheSameBothWays) {
  EXPECT_EQ(EditDistance("abcd", "badce"), EditDistance("badce", "abcd"));
}

TEST(EditDistance, CaseAndDashesCountForNothing) {
  EXPECT_EQ(EditDistance("Target-KL", "target_kl"), 0);
}

TEST(NearestName, IsTheNearestOfThoseWithinASlipOfTheFingers) {
  const std::vector<std::string> names = {"anymal_flat", "anymal_rough", "smoke"};
  EXPECT_EQ(NearestName("anymal_flatt", names), "anymal_flat");
  EXPECT_EQ(NearestName("anymal_ruogh", names), "anymal_rough");
  EXPECT_EQ(NearestName("anymal", names), "");
  EXPECT_EQ(NearestName("", names), "");
  EXPECT_EQ(NearestName("x", {}), "");
}

TEST(NearestKey, ComparesWholeKeysAndLastParts) {
  const std::vector<std::string> keys = {"train.threads", "ppo.gamma", "ppo.kl", "actuator.kp"};
  EXPECT_EQ(NearestKey("ppo.gama", keys), "ppo.gamma");
  EXPECT_EQ(NearestKey("gama", keys), "ppo.gamma");
  EXPECT_EQ(NearestKey("train.gamma", keys), "ppo.gamma");
  EXPECT_EQ(NearestKey("ppogamma", keys), "ppo.gamma");
  EXPECT_EQ(NearestKey("actuatr.kp", keys), "actuator.kp");
  // the same section does not make different last parts alike
  EXPECT_EQ(NearestKey("ppo.lr", keys), "");
  EXPECT_EQ(NearestKey("ppo.momentum", keys), "");
}

TEST(NearestKey, PrefersTheSameSection) {
  EXPECT_EQ(NearestKey("a.gain", {"b.gain", "a.gains", "c.gain"}), "a.gains");
}

}  // namespace
}  // namespace doggo::app
