#include "app/evaluation_gate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "app/config_file.h"

namespace doggo::app {
namespace {

std::filesystem::path FileWith(const std::string& text) {
  const auto path = std::filesystem::path(testing::TempDir()) / "thresholds.yaml";
  std::ofstream(path) << text;
  return path;
}

std::string Refusal(const std::string& text) {
  const auto path = FileWith(text);
  try {
    ReadCriteria(path);
  } catch (const ConfigError& error) {
    return std::string(error.what()).substr(path.string().size());
  }
  return "accepted";
}

TEST(Criteria, AreTheRangesOfTheFileAndNoOthers) {
  const auto criteria =
      ReadCriteria(FileWith("falls:\n  rate: [0, 0.01]\ngait: {slip_mps: [0, 1]}\n"));
  ASSERT_EQ(criteria.size(), 2u);
  EXPECT_EQ(criteria[0].key, "falls.rate");
  EXPECT_EQ(criteria[0].high, 0.01);
  EXPECT_EQ(criteria[1].key, "gait.slip_mps");
}

TEST(Criteria, OfTheProgramsOwnFileAreAllKnown) {
  EXPECT_GE(ReadCriteria("configs/eval.yaml").size(), 10u);
}

TEST(Criteria, RefuseAFigureThatThereIsNotAndNameTheNearest) {
  EXPECT_EQ(Refusal("falls:\n  rates: [0, 1]\n"),
            ":2:3: unknown key 'falls.rates' (did you mean 'falls.rate'?)");
  EXPECT_NE(Refusal("falls:\n  rate: 3\n"), "accepted");
}

TEST(VerdictText, CountsWhatIsMet) {
  const std::string text = VerdictText(
      {{{"falls.rate", 0, 0.01}, 0.002, true}, {{"gait.slip_mps", 0, 1}, std::nan(""), false}});
  EXPECT_NE(text.find("FAILED gait.slip_mps"), std::string::npos) << text;
  EXPECT_NE(text.find("1 of 2 criteria are met."), std::string::npos);
}

}  // namespace
}  // namespace doggo::app
