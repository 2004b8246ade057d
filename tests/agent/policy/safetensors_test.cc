#include "agent/policy/safetensors.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "tests/agent/policy/support.h"

namespace doggo::agent {
namespace {

using namespace test;  // NOLINT: what the tests share

TensorFile SmallFile() {
  const float odd[] = {1.5f, -2.f, 3e-8f};
  const double precise[] = {0.1, -0.2};
  const int64_t counts[] = {int64_t{1} << 60};
  TensorFile file;
  file.tensors["a.odd"] = MakeTensor(odd, {3, 1});
  file.tensors["b.bytes"] = MakeTensor("state", {5});
  file.tensors["c.precise"] = MakeTensor(precise, {1, 2});
  file.tensors["d.count"] = MakeTensor(counts, {1});
  file.tensors["e.empty"] = MakeTensor(odd, {0, 7});
  file.tensors["f.scalar"] = MakeTensor(odd, {});
  file.metadata = {{"kind", "test"}, {"text", "{\"quoted\": \"\\n\"} and 3 \xc2\xb5m"}};
  return file;
}

std::string ReadMessage(const std::filesystem::path& path) {
  return Message<std::runtime_error>([&] { ReadTensorFile(path); });
}

// A file with this header, as another program might have written it.
std::string Crafted(const std::string& header, const std::string& data) {
  const uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + data;
}

TEST(Safetensors, ReadsBackWhatItWrote) {
  const TemporaryFolder folder;
  const TensorFile file = SmallFile();
  WriteTensorFile(file, folder / "x.safetensors");
  const TensorFile read = ReadTensorFile(folder / "x.safetensors");
  EXPECT_TRUE(read.tensors == file.tensors);
  EXPECT_EQ(read.metadata, file.metadata);
  EXPECT_EQ(read.path, folder / "x.safetensors");

  std::array<float, 3> odd{};
  std::array<double, 2> precise{};
  int64_t count = 0;
  std::array<char, 5> bytes{};
  ReadTensor(read, "a.odd", {3, 1}, odd.data());
  ReadTensor(read, "c.precise", {1, 2}, precise.data());
  ReadTensor(read, "d.count", {1}, &count);
  ReadTensor(read, "b.bytes", {5}, bytes.data());
  EXPECT_EQ(odd, (std::array<float, 3>{1.5f, -2.f, 3e-8f}));
  EXPECT_EQ(precise, (std::array<double, 2>{0.1, -0.2}));
  EXPECT_EQ(count, int64_t{1} << 60);
  EXPECT_EQ(std::string(bytes.data(), 5), "state");
}

TEST(Safetensors, TheSameContentGivesTheSameBytes) {
  const TemporaryFolder folder;
  WriteTensorFile(SmallFile(), folder / "a");
  WriteTensorFile(ReadTensorFile(folder / "a"), folder / "b");
  EXPECT_EQ(ReadBytes(folder / "a"), ReadBytes(folder / "b"));
}

// Worked by hand from the format's description.
TEST(Safetensors, ReadsAFileOfAnotherProgram) {
  const TemporaryFolder folder;
  const std::string header =
      R"({"x":{"dtype":"F32","shape":[1,2],"data_offsets":[1,9]},"y":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}   )";
  const std::string data = std::string("\x07", 1) + std::string("\0\0\x80\x3f\0\0\0\xc0", 8);
  WriteBytes(folder / "x", Crafted(header, data));
  const TensorFile file = ReadTensorFile(folder / "x");
  EXPECT_TRUE(file.metadata.empty());
  EXPECT_EQ(file.tensors.at("y").bytes, std::vector<char>{7});
  std::array<float, 2> x{};
  ReadTensor(file, "x", {1, 2}, x.data());
  EXPECT_EQ(x, (std::array<float, 2>{1, -2}));
}

// With nothing but Python's standard library, and as strict as the format: no gaps, no overlaps,
// every tensor at a multiple of its number's size.
TEST(Safetensors, IsReadableByAnIndependentParser) {
  if (std::system("python3 -c pass 2>/dev/null") != 0) GTEST_SKIP() << "no python3";
  const TemporaryFolder folder;
  WriteTensorFile(SmallFile(), folder / "x.safetensors");
  WriteBytes(folder / "check.py", R"(
import json, struct, sys
data = open(sys.argv[1], "rb").read()
length, = struct.unpack("<Q", data[:8])
assert length % 8 == 0 and data[8:9] == b"{"
header = json.loads(data[8:8 + length])
metadata = header.pop("__metadata__")
assert metadata.pop("checksum").isalnum()
assert metadata == {"kind": "test", "text": '{"quoted": "\\n"} and 3 \u00b5m'}, metadata
body, end, found = data[8 + length:], 0, {}
for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
    code, size = {"F32": ("f", 4), "F64": ("d", 8), "I64": ("q", 8), "U8": ("B", 1)}[entry["dtype"]]
    begin, stop = entry["data_offsets"]
    assert begin == end and begin % size == 0, name
    end = stop
    found[name] = entry["shape"], list(struct.unpack(f"<{(stop - begin) // size}{code}", body[begin:stop]))
assert end == len(body)
f32 = lambda x: struct.unpack("f", struct.pack("f", x))[0]
assert found == {
    "a.odd": ([3, 1], [1.5, -2, f32(3e-8)]),
    "b.bytes": ([5], list(b"state")),
    "c.precise": ([1, 2], [0.1, -0.2]),
    "d.count": ([1], [2**60]),
    "e.empty": ([0, 7], []),
    "f.scalar": ([], [1.5]),
}, found
)");
  const std::string command =
      "python3 " + (folder / "check.py").string() + " " + (folder / "x.safetensors").string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(Safetensors, SaysOfEveryFileThatWasCutShortThatItIs) {
  const TemporaryFolder folder;
  WriteTensorFile(SmallFile(), folder / "whole");
  const std::string whole = ReadBytes(folder / "whole");
  for (size_t size = 0; size < whole.size(); ++size) {
    WriteBytes(folder / "cut", whole.substr(0, size));
    ExpectSentence(ReadMessage(folder / "cut"), folder / "cut", "cut short");
  }
}

// Either it is told, or it changed nothing that is said (the checksum's own name).
TEST(Safetensors, TellsOfEveryFlippedByte) {
  const TemporaryFolder folder;
  const TensorFile file = SmallFile();
  WriteTensorFile(file, folder / "whole");
  const std::string whole = ReadBytes(folder / "whole");
  int num_unnoticed = 0;
  for (size_t position = 0; position < whole.size(); ++position) {
    for (const int flip : {0x01, 0x08, 0x20, 0x80, 0xff}) {
      std::string bytes = whole;
      bytes[position] = static_cast<char>(bytes[position] ^ flip);
      WriteBytes(folder / "flipped", bytes);
      try {
        const TensorFile read = ReadTensorFile(folder / "flipped");
        ++num_unnoticed;
        EXPECT_TRUE(read.tensors == file.tensors) << position;
        for (const auto& [key, text] : file.metadata) EXPECT_EQ(read.metadata.at(key), text);
      } catch (const std::runtime_error& error) {
        ExpectSentence(error.what(), folder / "flipped", ";");
      }
    }
  }
  EXPECT_LE(num_unnoticed, 5 * 8);  // the letters of "checksum"
}

TEST(Safetensors, SurvivesRandomDamage) {
  const TemporaryFolder folder;
  WriteTensorFile(SmallFile(), folder / "whole");
  const std::string whole = ReadBytes(folder / "whole");
  Random random(1, Stream::kTest);
  for (int i = 0; i < 5000; ++i) {
    std::string bytes = whole;
    for (uint32_t k = random.Below(10); k < 10; ++k) {
      const uint32_t at = random.Below(static_cast<uint32_t>(bytes.size()));
      const uint32_t from = random.Below(static_cast<uint32_t>(bytes.size()));
      if (k % 3 == 0) bytes[at] = static_cast<char>(random.Bits());
      if (k % 3 == 1) bytes.insert(at, bytes.substr(from, random.Below(20)));
      if (k % 3 == 2) bytes.erase(at, random.Below(20));
      if (bytes.empty()) bytes = whole;
    }
    WriteBytes(folder / "damaged", bytes);
    try {
      ReadTensorFile(folder / "damaged");
    } catch (const std::runtime_error& error) {
      ExpectSentence(error.what(), folder / "damaged", ";");
    }
  }
}

TEST(Safetensors, RefusesWhatTheFormatForbids) {
  const TemporaryFolder folder;
  const auto expect = [&](const std::string& part, const std::string& bytes) {
    WriteBytes(folder / "x", bytes);
    ExpectSentence(ReadMessage(folder / "x"), folder / "x", part);
  };
  const auto tensor = [](const std::string& entry) {
    return Crafted("{\"t\":{" + entry + "}}", std::string(8, '\0'));
  };
  const std::string f32 = R"("dtype":"F32",)";

  // the header
  expect("does not begin with the length", std::string(100, '\xff'));
  expect("does not begin with the length", std::string("# a text file, not tensors at all"));
  expect("not a JSON object", Crafted("[]", ""));
  expect("not a JSON object", Crafted("{\"t\":", ""));
  expect("not a JSON object", Crafted(std::string(1'000'000, '['), ""));
  expect("its metadata is not a JSON object", Crafted(R"({"__metadata__":3})", ""));
  expect("its metadata is not all text", Crafted(R"({"__metadata__":{"a":3}})", ""));
  expect("checksum", Crafted(R"({"__metadata__":{"checksum":"0"}})", ""));

  // a tensor's entry
  expect("'t' has no proper dtype", Crafted(R"({"t":3})", ""));
  expect("'t' has no proper dtype", tensor(f32 + R"("shape":[2])"));
  expect("a dtype that is no text", tensor(R"("dtype":3,"shape":[2],"data_offsets":[0,8])"));
  expect("the dtype 'F16'", tensor(R"("dtype":"F16","shape":[4],"data_offsets":[0,8])"));
  expect("a shape", tensor(f32 + R"("shape":2,"data_offsets":[0,8])"));
  expect("a shape", tensor(f32 + R"("shape":[-2],"data_offsets":[0,8])"));
  expect("a shape", tensor(f32 + R"("shape":[2.5],"data_offsets":[0,8])"));
  expect("a shape", tensor(f32 + R"("shape":[18446744073709551615],"data_offsets":[0,8])"));
  expect("do not fit its shape", tensor(f32 + R"("shape":[3],"data_offsets":[0,8])"));
  expect("do not fit its shape", tensor(f32 + R"("shape":[2],"data_offsets":[8,0])"));
  // 2^31 * 2^31 * 4 bytes = 2^64 = 0
  expect("do not fit its shape",
         tensor(f32 + R"("shape":[2147483648,2147483648],"data_offsets":[0,0])"));
  expect("no two positions", tensor(f32 + R"("shape":[2],"data_offsets":[0])"));
  expect("no two positions", tensor(f32 + R"("shape":[2],"data_offsets":[0,"8"])"));
  expect("cut short", tensor(f32 + R"("shape":[1000000000000],"data_offsets":[0,4000000000000])"));

  // tensors beside each other
  const auto pair = [](const std::string& a, const std::string& b) {
    return Crafted(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)" + a +
                       R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + b + "}}",
                   std::string(8, '\0'));
  };
  WriteBytes(folder / "x", pair("[4,8]", "[0,4]"));
  EXPECT_EQ(ReadTensorFile(folder / "x").tensors.size(), 2u);
  expect("'b' leaves a gap or overlaps", pair("[0,4]", "[2,6]"));
  expect("'b' leaves a gap or overlaps", pair("[0,4]", "[0,4]"));
  expect("'a' leaves a gap or overlaps", pair("[1,5]", "[5,9]"));
  expect("'b' leaves a gap or overlaps", pair("[0,4]", "[9,13]"));
  expect("bytes at its end belong to no tensor", Crafted("{}", "x"));
}

TEST(Safetensors, SaysThatAFileIsNotThere) {
  const TemporaryFolder folder;
  ExpectSentence(ReadMessage(folder / "nothing"), folder / "nothing", "not there");
  ExpectSentence(ReadMessage(folder / ""), folder / "", "not a file");
}

TEST(Safetensors, NamesTheTensorThatDoesNotFit) {
  const TemporaryFolder folder;
  WriteTensorFile(SmallFile(), folder / "x");
  const TensorFile file = ReadTensorFile(folder / "x");
  std::array<float, 16> values{};
  std::array<double, 16> doubles{};
  const auto message = [&](const std::string& name, std::vector<int64_t> shape, auto* out) {
    return Message<std::runtime_error>([&] { ReadTensor(file, name, shape, out); });
  };
  ExpectSentence(message("z", {3}, values.data()), folder / "x", "has no tensor 'z'");
  ExpectSentence(message("a.odd", {1, 3}, values.data()), folder / "x",
                 "'a.odd' is F32 (3, 1) instead of F32 (1, 3)");
  ExpectSentence(message("a.odd", {3, 1}, doubles.data()), folder / "x", "instead of F64 (3, 1)");
}

TEST(Safetensors, WritesNothingThatIsNoTensorFile) {
  const TemporaryFolder folder;
  TensorFile file = SmallFile();
  file.tensors["a.odd"].bytes.pop_back();
  EXPECT_THROW(WriteTensorFile(file, folder / "x"), std::invalid_argument);
  file = SmallFile();
  file.tensors["__metadata__"] = file.tensors["a.odd"];
  EXPECT_THROW(WriteTensorFile(file, folder / "x"), std::invalid_argument);
  file = SmallFile();
  file.metadata["text"] = "\xff";
  ExpectSentence(Message<std::runtime_error>([&] { WriteTensorFile(file, folder / "x"); }),
                 folder / "x", "not UTF-8");
  EXPECT_EQ(folder.NumFiles(), 0);
}

}  // namespace
}  // namespace doggo::agent
