#include "agent/data/csv.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace doggo::agent {
namespace {

class Csv : public testing::Test {
 protected:
  ~Csv() override { std::filesystem::remove(path_); }

  const std::filesystem::path& Write(std::string_view text) {
    std::ofstream(path_, std::ios::binary) << text;
    return path_;
  }

  // What reading columns a and b as inputs and y as target says, behind "FILE:".
  std::string Message(std::string_view text) {
    return MessageOf([&] { ReadCsv(Write(text), {"a", "b"}, {"y"}); });
  }
  template <typename Function>
  std::string MessageOf(const Function& read) {
    try {
      read();
    } catch (const std::runtime_error& error) {
      const std::string message = error.what(), file = path_.string() + ":";
      EXPECT_EQ(message.substr(0, file.size()), file);
      EXPECT_EQ(message.find('\n'), std::string::npos);
      return message.substr(std::min(message.size(), file.size()));
    }
    return "no error";
  }

  const std::filesystem::path path_ =
      std::filesystem::temp_directory_path() /
      (std::string("doggo_csv_test_") + std::to_string(getpid()) +
       testing::UnitTest::GetInstance()->current_test_info()->name() + ".csv");
};

const Matrix kInputs = (Matrix(2, 3) << 1, 2.5, -3e-2, /**/ 10, 20, 30).finished();
const Matrix kTargets = (Matrix(1, 3) << 7, 8, 9).finished();

void ExpectRead(const Dataset& data) {
  EXPECT_EQ(data.inputs, kInputs);
  EXPECT_EQ(data.targets, kTargets);
  EXPECT_EQ(data.input_names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(data.target_names, std::vector<std::string>{"y"});
}

TEST_F(Csv, NamedColumnsBecomeRowsInTheOrderAskedFor) {
  ExpectRead(
      ReadCsv(Write("y,b,unused,a\n7,10,x,1\n8,20,,2.5\n9,30,\"z\",-3e-2\n"), {"a", "b"}, {"y"}));
}

TEST_F(Csv, LineEndsByteOrderMarkBlanksAndBlankLastLinesChangeNothing) {
  for (const std::string_view text :
       {"a,b,y\n1,10,7\n2.5,20,8\n-3e-2,30,9", "a,b,y\r\n1,10,7\r\n2.5,20,8\r\n-3e-2,30,9\r\n",
        "\xEF\xBB\xBF"
        "a,b,y\n1,10,7\n2.5,20,8\n-3e-2,30,9\n\n\r\n \n",
        " a , b\t,y\n 1, 10 ,7\n2.5,20 ,8\n-3e-2,30,9 \n",
        "\"a\",\"b\",\"y\"\n\"1\",10,7\n2.5,\"20\" ,8\n-3e-2,30, \"9\"\r\n"})
    ExpectRead(ReadCsv(Write(text), {"a", "b"}, {"y"}));
}

// RFC 4180, rules 5 to 7.
TEST_F(Csv, QuotedFieldsHoldCommasQuotesAndLineEnds) {
  const Dataset data = ReadCsv(Write("\"x, m\",\"the \"\"y\"\"\",note\n"
                                     "1,2,\"two\r\nlines, one \"\"field\"\"\"\n"
                                     "3,4,\n"),
                               {"x, m"}, {"the \"y\""});
  EXPECT_EQ(data.inputs, (Matrix(1, 2) << 1, 3).finished());
  EXPECT_EQ(data.targets, (Matrix(1, 2) << 2, 4).finished());
}

TEST_F(Csv, TargetsMayBeAbsent) {
  const Dataset data = ReadCsv(Write("a\n1\n2\n"), {"a"}, {});
  EXPECT_EQ(data.size(), 2);
  EXPECT_EQ(data.targets.rows(), 0);
  EXPECT_EQ(data.targets.cols(), 2);
}

TEST_F(Csv, AFileThatCannotBeReadIsNamed) {
  EXPECT_EQ(MessageOf([&] { ReadCsv(path_, {"a"}, {}); }),
            " there is no such file, or it cannot be read");
  EXPECT_THROW(ReadCsv(std::filesystem::temp_directory_path(), {"a"}, {}), std::runtime_error);
}

TEST_F(Csv, AFileWithoutHeaderOrRowsIsRefused) {
  constexpr const char* kEmpty =
      "1:1: the file is empty; a line with the names of the columns is expected";
  EXPECT_EQ(Message(""), kEmpty);
  EXPECT_EQ(Message("\n\n"), kEmpty);
  EXPECT_EQ(Message("\xEF\xBB\xBF"), kEmpty);
  EXPECT_EQ(Message("a,b,y\n\n"), "1:1: there are no rows below the header");
}

TEST_F(Csv, AColumnThatIsNotThereIsNamedWithThoseThatAre) {
  EXPECT_EQ(Message("a,\"c,d\",y\n1,2,3\n"),
            "1:1: there is no column 'b'; the columns are 'a', 'c,d', 'y'");
  EXPECT_EQ(Message("a,b,A\n1,2,3\n"),
            "1:1: there is no column 'y'; the columns are 'a', 'b', 'A'");
}

TEST_F(Csv, AColumnNamedTwiceIsRefusedWhereItIsAskedFor) {
  EXPECT_EQ(Message("a,b,y,b\n1,2,3,4\n"), "1:7: a second column is named 'b'; rename one");
  EXPECT_EQ(Message("a,b,y,z,z\n1,2,3,4,5\n"), "no error");
}

TEST_F(Csv, TextWhereANumberIsExpectedIsShownAtItsPlace) {
  for (const std::string text : {"x", "1.5m", "0x10", "1 2", "--1", "1e", ".", "1.2.3", "1;2"})
    EXPECT_EQ(Message("a,b,y\n1,2,3\n4," + text + ",6\n"),
              "3:3: '" + text + "' in column 'b' of row 2 is not a number");
  EXPECT_EQ(Message("a,b,y\n1,2,\n"),
            "2:5: no number in column 'y' of row 1; fill it in or remove the row");
  // after a field of two lines, and the message stays on one
  EXPECT_EQ(Message("n,a,b,y\n\"1\n2\",3, \"4\n\",5\n"),
            "3:7: '4 ' in column 'b' of row 1 is not a number");
}

TEST_F(Csv, NanAndInfinityAreRefusedWithTheirRow) {
  for (const std::string text : {"nan", "NaN", "inf", "-inf", "infinity", "1e999"})
    EXPECT_EQ(Message("a,b,y\n1,2,3\n4,5,6\n" + text + ",8,9\n"),
              "4:1: '" + text + "' in column 'a' of row 3 is not a finite number; remove the row");
}

TEST_F(Csv, RowsOfAnotherLengthThanTheHeaderAreRefused) {
  EXPECT_EQ(Message("a,b,y\n1,2,3\n4,5\n"), "3:1: row 2 has 2 field(s) where the header has 3");
  EXPECT_EQ(Message("a,b,y\n1,2,3,\n"), "2:1: row 1 has 4 field(s) where the header has 3");
  EXPECT_EQ(Message("a,b,y\n\n1,2,3\n"), "2:1: row 1 has 1 field(s) where the header has 3");
}

TEST_F(Csv, BrokenQuotesAreRefusedWhereTheyAre) {
  EXPECT_EQ(Message("a,b,y\n1,\"2,3\n4,5,6\n"), "2:3: this quote is never closed");
  EXPECT_EQ(Message("a,b,y\n1,\"2\"x,3\n"),
            "2:6: text follows a closing quote; write quotes inside quotes twice");
  EXPECT_EQ(Message("a,b,y\n1,2,\""), "2:5: this quote is never closed");
}

TEST_F(Csv, ClassesBecomeOneHotTargets) {
  const Dataset data = ReadCsvOfClasses(Write("a,kind\n1,2\n2,0\n3,1.0\n"), {"a"}, "kind");
  EXPECT_EQ(data.inputs, (Matrix(1, 3) << 1, 2, 3).finished());
  EXPECT_EQ(data.targets, (Matrix(3, 3) << 0, 1, 0, /**/ 0, 0, 1, /**/ 1, 0, 0).finished());
  EXPECT_EQ(data.target_names, (std::vector<std::string>{"kind_0", "kind_1", "kind_2"}));
}

// A held-out file need not show every class.
TEST_F(Csv, ThereMayBeMoreClassesThanAreSeen) {
  const Dataset data = ReadCsvOfClasses(Write("a,kind\n1,0\n"), {"a"}, "kind", 4);
  EXPECT_EQ(data.targets, Vector::Unit(4, 0));
}

TEST_F(Csv, WhatIsNoClassIsRefused) {
  const auto message = [this](const std::string& label, int classes) {
    return MessageOf(
        [&] { ReadCsvOfClasses(Write("a,kind\n1,0\n2," + label), {"a"}, "kind", classes); });
  };
  EXPECT_EQ(message("2", 3), "no error");
  EXPECT_EQ(message("3", 3), "3:3: '3' is no class; classes are whole numbers from 0 to 2");
  for (const std::string label : {"-1", "0.5", "1e9"})
    EXPECT_EQ(message(label, 0),
              "3:3: '" + label + "' is no class; classes are whole numbers from 0 to 9999");
  EXPECT_EQ(message("cat", 0), "3:3: 'cat' in column 'kind' of row 2 is not a number");
}

}  // namespace
}  // namespace doggo::agent
