#include "gannet/formats/safetensors.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "gannet/formats/checksum.h"
#include "support/formats.h"

namespace gannet {
namespace {

using Metadata = std::map<std::string, std::string>;

// A file with this header text and as many bytes of data; no checksum unless the text has one.
Bytes file_of(std::string_view header, size_t data = 0) {
  Bytes bytes;
  append_little(bytes, header.size(), 8);
  append(bytes, header);
  append(bytes, Bytes(data));
  return bytes;
}

std::string error_reading(const Bytes& bytes, Checksum checksum = Checksum::if_present) {
  const std::string text = error_of([&] { read_safetensors(bytes, "a.st", checksum); });
  return text.ends_with(": a.st") ? text.substr(0, text.size() - 6) : text;
}

struct Sample {
  Bytes weight = random_bytes(4 * 6, 1), bias = random_bytes(2 * 3, 2), steps = random_bytes(8, 3);
  Metadata metadata = {
      {"kind", "network"}, {"recipe", "dcgan"}, {"options", "{\"nz\": \"\\\"ü\"}"}};
  std::vector<TensorView> tensors = {{"G.weight", Dtype::F32, {2, 3}, weight},
                                     {"G.bias", Dtype::BF16, {3}, bias},
                                     {"G.empty", Dtype::F64, {0, 7}, {}},
                                     {"steps", Dtype::I64, {}, steps}};
  Bytes bytes() const { return safetensors_bytes(metadata, tensors); }
};

void expect_equal(const SafetensorsFile& file, const Metadata& metadata,
                  const std::vector<TensorView>& tensors) {
  Metadata without = file.metadata;
  without.erase("checksum");
  EXPECT_EQ(without, metadata);
  ASSERT_EQ(file.tensors.size(), tensors.size());
  for (size_t i = 0; i < tensors.size(); ++i) {
    EXPECT_EQ(file.tensors[i].name, tensors[i].name);
    EXPECT_EQ(file.tensors[i].dtype, tensors[i].dtype);
    EXPECT_EQ(file.tensors[i].shape, tensors[i].shape);
    EXPECT_EQ(as_text(file.tensors[i].bytes), as_text(tensors[i].bytes));
  }
}

TEST(Safetensors, ReadsBackWhatItWrote) {
  const Sample sample;
  const Bytes bytes = sample.bytes();
  expect_equal(read_safetensors(bytes, "a.st", Checksum::required), sample.metadata,
               sample.tensors);
}

TEST(Safetensors, AnyTensorsSurvive) {
  rc::check([] {
    std::vector<Bytes> data;
    std::vector<TensorView> tensors;
    for (int i = 0; i < *rc::gen::inRange(0, 6); ++i) {
      TensorView tensor;
      tensor.name =
          "net." + std::to_string(i) + *rc::gen::element<std::string>("", "\"", "é", "\n", " ");
      tensor.dtype = static_cast<Dtype>(*rc::gen::inRange(0, 10));
      tensor.shape = *rc::gen::container<std::vector<int64_t>>(*rc::gen::inRange(0, 4),
                                                               rc::gen::inRange<int64_t>(0, 5));
      data.push_back(
          random_bytes(*array_bytes(tensor.shape, tensor.dtype), static_cast<unsigned>(i)));
      tensors.push_back(tensor);
    }
    for (size_t i = 0; i < tensors.size(); ++i) tensors[i].bytes = data[i];
    const Bytes bytes = safetensors_bytes({{"k", "v"}}, tensors);
    const SafetensorsFile file = read_safetensors(bytes, "a.st", Checksum::required);
    RC_ASSERT(file.tensors.size() == tensors.size());
    RC_ASSERT(safetensors_bytes(file.metadata, file.tensors) == bytes);
  });
}

TEST(Safetensors, TheFileOnDiskIsTheSame) {
  const TemporaryFolder folder;
  const Sample sample;
  const Path path = folder / "a.safetensors";
  write_safetensors(path, sample.metadata, sample.tensors);
  EXPECT_EQ(read_file(path), sample.bytes());
}

TEST(Safetensors, AfterEachPieceWorkOfTheBackgroundCanRest) {
  const TemporaryFolder folder;
  const Path path = folder / "a.safetensors";
  const Bytes data = random_bytes((size_t{600} << 10) + 4, 1);  // three pieces
  const std::vector<TensorView> tensors = {
      {"w", Dtype::F32, {static_cast<int64_t>(data.size() / 4)}, data},
      {"empty", Dtype::F32, {0}, {}}};
  int pieces = 0;
  write_safetensors(path, {}, tensors, [&] { ++pieces; });
  EXPECT_EQ(pieces, 2 * 3);  // hashed, and written
  EXPECT_EQ(read_file(path), safetensors_bytes({}, tensors));
}

TEST(Safetensors, AFullDiskLeavesTheOldFile) {
  const TemporaryFolder folder;
  const Sample sample;
  const Path path = folder / "a.safetensors";
  write_file(path, "old");
  // The header, three tensors with bytes, flush, rename.
  for (int64_t step = 0; step < 6; ++step) {
    inject_write_failure([&](int64_t n) { return n == step; });
    EXPECT_EQ(error_of([&] { write_safetensors(path, sample.metadata, sample.tensors); }),
              "cannot write (No space left on device): " + path.string());
    inject_write_failure({});
    EXPECT_EQ(read_text(path), "old");
  }
}

TEST(Safetensors, DataBeginsAlignedAndBytesAreAFunctionOfTheInput) {
  const Sample sample;
  const Bytes bytes = sample.bytes();
  const uint64_t data = sample.weight.size() + sample.bias.size() + sample.steps.size();
  EXPECT_EQ((bytes.size() - data) % 64, 0u);
  EXPECT_EQ(bytes, Sample().bytes());
}

TEST(Safetensors, TheChecksumIsSha256WithItsOwnDigitsAsZeros) {
  const Bytes bytes = Sample().bytes();
  std::string text(as_text(bytes));
  const size_t digits = text.find("sha256:") + 7;
  const std::string found = text.substr(digits, 64);
  text.replace(digits, 64, std::string(64, '0'));
  EXPECT_EQ(found, sha256_hex(as_bytes(text)));
  EXPECT_EQ(read_safetensors(bytes, "a.st").metadata.at("checksum"), "sha256:" + found);
}

TEST(Safetensors, AnOldChecksumInTheMetadataIsReplaced) {
  const Sample sample;
  Metadata metadata = sample.metadata;
  metadata["checksum"] = "sha256:something old";
  EXPECT_EQ(safetensors_bytes(metadata, sample.tensors), sample.bytes());
}

TEST(Safetensors, EveryFlippedBitIsDetected) {
  EXPECT_EQ(
      count_undetected_flips(Sample().bytes(),
                             [](ByteSpan b) { read_safetensors(b, "a.st", Checksum::required); }),
      0);
}

TEST(Safetensors, EveryCutIsRefused) {
  const Bytes bytes = Sample().bytes();
  expect_every_cut_is_refused(bytes, [](ByteSpan b) { read_safetensors(b, "a.st"); });
  const Bytes cut(bytes.begin(), bytes.end() - 1);
  EXPECT_EQ(error_reading(cut), "truncated at " + std::to_string(cut.size()) + " of " +
                                    std::to_string(bytes.size()) + " bytes");
}

TEST(Safetensors, BytesTooManyAreRefused) {
  Bytes bytes = Sample().bytes();
  bytes.push_back(std::byte{0});
  EXPECT_EQ(error_reading(bytes), "1 bytes too many at the end");
}

TEST(Safetensors, ADamagedOrMissingChecksumIsNamed) {
  Bytes bytes = Sample().bytes();
  bytes.back() ^= std::byte{4};
  EXPECT_EQ(error_reading(bytes), "checksum does not match: the file is damaged");
  EXPECT_EQ(error_reading(file_of("{}")), "no error");
  EXPECT_EQ(error_reading(file_of("{}"), Checksum::required), "has no checksum in its metadata");
  EXPECT_EQ(error_reading(file_of(R"({"__metadata__":{"checksum":"md5:1"}})")),
            "checksum is not 'sha256:' and 64 hex digits");
  const std::string digits = "sha256:" + std::string(64, 'a');
  EXPECT_EQ(error_reading(file_of(R"({"__metadata__":{"checksum":")" + digits + "\"}}")),
            "checksum does not match: the file is damaged");
  EXPECT_EQ(error_reading(file_of(R"({"__metadata__":{"checksum":")" + digits + R"(","x":")" +
                                  digits + "\"}}")),
            "checksum does not stand in the header exactly once");
  EXPECT_EQ(
      error_reading(file_of(R"({"__metadata__":{"checksum":"\u0073)" + digits.substr(1) + "\"}}")),
      "checksum does not stand in the header exactly once");
}

TEST(Safetensors, HeaderLengthsAreBounded) {
  EXPECT_EQ(error_reading({}), "truncated at 0 of 8 bytes");
  EXPECT_EQ(error_reading(Bytes(7)), "truncated at 7 of 8 bytes");
  EXPECT_EQ(error_reading(Bytes(8)), "header does not begin with '{': not a safetensors file");
  EXPECT_EQ(error_reading(Bytes(100, std::byte{0xff})),
            "header of 18446744073709551615 bytes: not a safetensors file");
  Bytes bytes = file_of("{}");
  bytes[0] = std::byte{3};
  EXPECT_EQ(error_reading(bytes), "truncated at 10 of 11 bytes");
}

TEST(Safetensors, OnlyItsOwnKindOfJsonIsAHeader) {
  EXPECT_EQ(error_reading(file_of("[]")), "header does not begin with '{': not a safetensors file");
  EXPECT_EQ(error_reading(file_of(" {}")),
            "header does not begin with '{': not a safetensors file");
  EXPECT_EQ(error_reading(file_of("{}   ")), "no error");
  EXPECT_EQ(error_reading(file_of("{}\n")), "header does not end with '}'");
  EXPECT_EQ(error_reading(file_of("{}}")).substr(0, 26), "header is not JSON at byte");
  EXPECT_EQ(error_reading(file_of("{\"a\xff\":1}")).substr(0, 26), "header is not JSON at byte");
  EXPECT_EQ(error_reading(file_of("{\"a\":}")).substr(0, 26), "header is not JSON at byte");
  for (const char* value : {"1", "-1", "1.5", "null", "true", "\"x\"", "[]", "[[]]"}) {
    EXPECT_EQ(error_reading(file_of("{\"a\":" + std::string(value) + "}")).substr(0, 8), "header: ")
        << value;
  }
  EXPECT_EQ(error_reading(file_of(R"({"__metadata__":{"a":1}})")),
            "header: a number in '__metadata__' where none may be");
  EXPECT_EQ(error_reading(file_of(R"({"__metadata__":{"a":{"b":"c"}}})")),
            "header: an object in '__metadata__' where none may be");
  EXPECT_EQ(error_reading(file_of(R"({"__metadata__":[]})")),
            "header: an array in '__metadata__' where none may be");
}

TEST(Safetensors, DeepNestingIsRefusedAtOnce) {
  std::string header = "{\"a\":";
  for (int i = 0; i < 1'000'000; ++i) header += "[";
  header += "}";
  EXPECT_EQ(error_reading(file_of(header)), "header: an array in 'a' where none may be");
}

TEST(Safetensors, NamesGivenTwiceAreRefusedAtEveryLevel) {
  const std::string tensor = R"({"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  EXPECT_EQ(error_reading(file_of("{\"a\":" + tensor + ",\"a\":" + tensor + "}")),
            "header: 'a' stands there twice");
  EXPECT_EQ(error_reading(file_of(R"({"__metadata__":{},"__metadata__":{}})")),
            "header: '__metadata__' stands there twice");
  EXPECT_EQ(error_reading(file_of(R"({"__metadata__":{"k":"1","k":"1"}})")),
            "header: metadata 'k' stands there twice");
  EXPECT_EQ(error_reading(
                file_of(R"({"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}})")),
            "header: tensor 'a' has dtype twice");
}

TEST(Safetensors, TensorsNeedExactlyTheirThreeKeys) {
  const auto error = [](const std::string& fields, size_t data = 4) {
    return error_reading(file_of("{\"a\":{" + fields + "}}", data));
  };
  EXPECT_EQ(error(R"("dtype":"U8","shape":[4],"data_offsets":[0,4])"), "no error");
  EXPECT_EQ(error(R"("dtype":"U8","shape":[4])"),
            "header: tensor 'a' needs dtype, shape and data_offsets");
  EXPECT_EQ(error(R"("dtype":"U8","shape":[4],"data_offsets":[0,4],"x":1)"),
            "header: tensor 'a' has an unknown key 'x'");
  EXPECT_EQ(error(R"("dtype":"F33","shape":[4],"data_offsets":[0,4])"),
            "header: tensor 'a' has unknown type 'F33'");
  EXPECT_EQ(error(R"("dtype":8,"shape":[4],"data_offsets":[0,4])"),
            "header: a number in 'a' where none may be");
  EXPECT_EQ(error(R"("dtype":"U8","shape":"4","data_offsets":[0,4])"),
            "header: a text in 'a' where none may be");
  EXPECT_EQ(error(R"("dtype":"U8","shape":[[4]],"data_offsets":[0,4])"),
            "header: an array in 'a' where none may be");
  EXPECT_EQ(error(R"("dtype":"U8","shape":[-4],"data_offsets":[0,4])"),
            "header: a negative number in 'a' where none may be");
  EXPECT_EQ(error(R"("dtype":"U8","shape":[4.0],"data_offsets":[0,4])"),
            "header: a number with a fraction in 'a' where none may be");
  EXPECT_EQ(error(R"("dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,4])"),
            "header: a huge number in 'a' where none may be");
  EXPECT_EQ(error(R"("dtype":"U8","shape":[4],"data_offsets":[0,2,4])"),
            "header: data_offsets of tensor 'a' are not two numbers");
}

TEST(Safetensors, SizesMustBeThoseOfTheShapes) {
  const auto error = [](const std::string& shape, const std::string& offsets, size_t data) {
    return error_reading(file_of(
        R"({"a":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}", data));
  };
  EXPECT_EQ(error("[2]", "[0,8]", 8), "no error");
  EXPECT_EQ(error("[3]", "[0,8]", 8),
            "tensor 'a' of shape [3] and type F32 has 8 bytes, expected 12");
  EXPECT_EQ(error("[1]", "[8,4]", 8), "tensor 'a' ends before it begins");
  EXPECT_EQ(error("[1]", "[4,8]", 8), "tensor 'a' leaves a hole of 4 bytes before it");
  EXPECT_EQ(error("[2]", "[0,8]", 9), "1 bytes too many at the end");
  EXPECT_EQ(error("[2]", "[0,8]", 7).substr(0, 13), "truncated at ");
  EXPECT_EQ(error("[4611686018427387904,4]", "[0,0]", 0),
            "tensor 'a' has an impossible shape [4611686018427387904, 4]");
  EXPECT_EQ(error("[0,4611686018427387904,4]", "[0,0]", 0),
            "tensor 'a' has an impossible shape [0, 4611686018427387904, 4]");
  EXPECT_EQ(error("[2305843009213693951]", "[0,9223372036854775804]", 8).substr(0, 13),
            "truncated at ");
}

TEST(Safetensors, OverlapsAndHolesAreRefused) {
  const auto two = [](const std::string& a, const std::string& b) {
    return error_reading(file_of(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)" + a +
                                     R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + b +
                                     "}}",
                                 8));
  };
  EXPECT_EQ(two("[0,4]", "[4,8]"), "no error");
  EXPECT_EQ(two("[4,8]", "[0,4]"), "no error");
  EXPECT_EQ(two("[0,4]", "[3,7]"), "tensor 'b' overlaps the one before");
  EXPECT_EQ(two("[0,4]", "[0,4]"), "tensor 'b' overlaps the one before");
  EXPECT_EQ(two("[0,4]", "[5,9]").substr(0, 13), "truncated at ");
}

TEST(Safetensors, TensorsComeInTheOrderOfTheirBytes) {
  const Bytes bytes = file_of(R"({"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]},
    "none":{"dtype":"U8","shape":[0],"data_offsets":[4,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})",
                              8);
  const SafetensorsFile file = read_safetensors(bytes, "a.st");
  ASSERT_EQ(file.tensors.size(), 3u);
  EXPECT_EQ(file.tensors[0].name, "a");
  EXPECT_EQ(file.tensors[1].name, "none");
  EXPECT_EQ(file.tensors[2].name, "b");
}

TEST(Safetensors, OnlyTensorsThatMakeSenseAreWritten) {
  const Bytes data(8);
  const TensorView good{"a", Dtype::F32, {2}, data};
  EXPECT_EQ(error_of([&] { safetensors_bytes({}, {good, good}); }), "two tensors of one name: a");
  EXPECT_EQ(error_of([&] {
              safetensors_bytes({}, {{"a", Dtype::F32, {3}, data}});
            }),
            "tensor has 8 bytes, which its shape [3] has not: a");
  EXPECT_THROW(safetensors_bytes({}, {{"__metadata__", Dtype::F32, {2}, data}}), Error);
  EXPECT_EQ(error_of([&] {
              safetensors_bytes({{"k", "\xff"}}, {good});
            }),
            "metadata or tensor names are not UTF-8: safetensors");
}

}  // namespace
}  // namespace gannet
