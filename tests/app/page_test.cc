#include "app/page.h"

#include <gtest/gtest.h>

#include "app/chart.h"
#include "tests/app/well_formed.h"

namespace doggo::app {
namespace {

Page Example() {
  Page page;
  page.title = "Title & co";
  page.verdict = "It walks <well>.";
  page.picture = Svg(Chart{"picture", "x", "y", {{"a", {0, 1}, {0, 1}}}});
  page.figures = {{"0.12", "m/s", "speed error"}, {"3", "", "falls <of 20>"}};
  page.sections = {
      {"Curves", {Paragraph{"a < b"}, Picture{page.picture}}},
      {"Tables & text",
       {Table{{"name", "value"}, {{"<x>", "-1.5 %"}, {"y"}}}, Preformatted{"  k: \"v\"\n"}}}};
  page.configuration = "seed: 1  # <&>\n";
  page.command = "./doggo fit 'a & b'";
  return page;
}

TEST(Page, IsWellFormedAndEscapesAllText) {
  const std::string html = Html(Example());
  EXPECT_EQ(Malformed(html), "");
  EXPECT_EQ(html.rfind("<!DOCTYPE html>", 0), 0u);
  for (const char* text :
       {"Title &amp; co", "It walks &lt;well&gt;.", "falls &lt;of 20&gt;", "a &lt; b", "&lt;x&gt;",
        "  k: &quot;v&quot;\n", "seed: 1  # &lt;&amp;&gt;", "./doggo fit 'a &amp; b'"})
    EXPECT_NE(html.find(text), std::string::npos) << text;
}

TEST(Page, AsksTheNetworkForNothing) {
  std::string html = Html(Example());
  EXPECT_EQ(Count(html, "://"), Count(html, "=\"http://www.w3.org/2000/svg\""));
  for (const char* load : {" src=", "href=", "url(", "@import", "<script", "<link"})
    EXPECT_EQ(html.find(load), std::string::npos) << load;
}

TEST(Page, HoldsEverySectionOnceAndInOrder) {
  const std::string html = Html(Example());
  size_t before = 0;
  for (const char* part :
       {"<p class=\"verdict\">", "<svg", "<div class=\"figures\">", "<h2>Curves</h2>",
        "<h2>Tables &amp; text</h2>", "<table>", "<pre>./doggo", "<details>"}) {
    const size_t at = html.find(part);
    ASSERT_NE(at, std::string::npos) << part;
    EXPECT_GT(at, before) << part;
    before = at;
  }
  EXPECT_EQ(Count(html, "<h2>Curves</h2>"), 1);
  EXPECT_EQ(Count(html, "<h2>Tables &amp; text</h2>"), 1);
  EXPECT_EQ(Count(html, "<details>"), 1);
}

TEST(Page, LeavesOutWhatIsEmpty) {
  Page page;
  page.title = "only a title";
  const std::string html = Html(page);
  EXPECT_EQ(Malformed(html), "");
  for (const char* part : {"<h2>", "<svg", "<p ", "<details>", "class=\"figures\"", "<pre>"})
    EXPECT_EQ(html.find(part), std::string::npos) << part;
}

TEST(Page, NumbersStandAtTheRightAndShortRowsAreFilledUp) {
  Page page;
  page.sections = {
      {"s",
       {Table{{"name", "value"}, {{"a", "1.5", "2 of 3"}, {"c", "nan", "fine"}, {"b", "-2"}}}}}};
  const std::string html = Html(page);
  EXPECT_NE(html.find("<td>a</td><td class=\"number\">1.5</td><td>2 of 3</td>"), std::string::npos);
  EXPECT_NE(html.find("<td>b</td><td class=\"number\">-2</td><td></td>"), std::string::npos);
  EXPECT_NE(html.find("<th class=\"number\">value</th>"), std::string::npos);
}

}  // namespace
}  // namespace doggo::app
