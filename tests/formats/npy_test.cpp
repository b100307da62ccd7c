#include "gannet/formats/npy.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstring>

#include "gannet/formats/zip.h"
#include "support/formats.h"

namespace gannet {
namespace {

using Shape = std::vector<int64_t>;

std::string error_reading(ByteSpan bytes) {
  return error_of([&] { read_npy(bytes, "a.npy"); });
}

// A version 1.0 file with this header text and as many bytes of data.
Bytes file_of(std::string header, size_t data) {
  header += '\n';
  Bytes bytes = to_bytes(std::string("\x93NUMPY\x01\x00", 8));
  append_little(bytes, header.size(), 2);
  append(bytes, header);
  append(bytes, Bytes(data));
  return bytes;
}

Bytes floats(std::initializer_list<float> values) {
  Bytes bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.begin(), bytes.size());
  return bytes;
}

TEST(Npy, ReadsBackWhatItWrote) {
  rc::check([] {
    const Dtype dtype =
        *rc::gen::element(Dtype::F64, Dtype::F32, Dtype::F16, Dtype::I64, Dtype::I32, Dtype::I16,
                          Dtype::U16, Dtype::U32, Dtype::U64, Dtype::I8, Dtype::U8, Dtype::BOOL);
    const Shape shape =
        *rc::gen::container<Shape>(*rc::gen::inRange(0, 5), rc::gen::inRange<int64_t>(0, 6));
    const Bytes data = random_bytes(*array_bytes(shape, dtype), *rc::gen::arbitrary<unsigned>());
    const Bytes file = write_npy({dtype, shape, data});
    const NpyArray array = read_npy(file, "a.npy");
    RC_ASSERT(array.dtype == dtype);
    RC_ASSERT(array.shape == shape);
    RC_ASSERT(std::equal(array.bytes.begin(), array.bytes.end(), data.begin(), data.end()));
    RC_ASSERT((file.size() - data.size()) % 64 == 0u);
  });
}

TEST(Npy, ReadsWhatNumpyWrites) {
  // numpy.save of [[1.5, -2]] as float32, byte for byte.
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
  header.resize(117, ' ');
  Bytes file = file_of(header, 0);
  ASSERT_EQ(file.size(), 128u);
  append(file, floats({1.5f, -2.0f}));
  const NpyArray array = read_npy(file, "a.npy");
  EXPECT_EQ(array.dtype, Dtype::F32);
  EXPECT_EQ(array.shape, (Shape{1, 2}));
  EXPECT_EQ(Bytes(array.bytes.begin(), array.bytes.end()), floats({1.5f, -2.0f}));
}

TEST(Npy, TheHeaderMayBeWrittenInOtherWays) {
  for (const char* header :
       {"{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}",
        "{'shape': (3,), 'fortran_order': False, 'descr': '|u1'}",
        "{\"descr\":\"<u1\",\"fortran_order\":False,\"shape\":(3,),}   ",
        "  { 'descr' : '|u1' , 'fortran_order' : False , 'shape' : ( 3 , ) , }"}) {
    EXPECT_EQ(read_npy(file_of(header, 3), "a.npy").shape, Shape{3}) << header;
  }
  EXPECT_EQ(
      read_npy(file_of("{'descr': '<f8', 'fortran_order': False, 'shape': ()}", 8), "a").shape,
      Shape{});
  EXPECT_EQ(read_npy(file_of("{'descr': '<f8', 'fortran_order': False, 'shape': (1,2,3)}", 48), "a")
                .shape,
            (Shape{1, 2, 3}));
}

TEST(Npy, FortranOrderAndBigEndianAreTurned) {
  Bytes columns = file_of("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3)}", 0);
  append(columns, std::string_view("adbecf"));
  const NpyArray turned = read_npy(columns, "a.npy");
  EXPECT_EQ(turned.shape, (Shape{2, 3}));
  EXPECT_EQ(as_text(turned.bytes), "abcdef");
  Bytes big = file_of("{'descr': '>i2', 'fortran_order': False, 'shape': (2,)}", 0);
  append(big, std::string_view("\x01\x02\x00\x07", 4));
  EXPECT_EQ(to_doubles(read_npy(big, "a.npy"), "a.npy"), (std::vector<double>{258, 7}));
  Bytes both = file_of("{'descr': '>i2', 'fortran_order': True, 'shape': (1, 2, 2)}", 0);
  append(both, std::string_view("\0\1\0\3\0\2\0\4", 8));
  EXPECT_EQ(to_doubles(read_npy(both, "a.npy"), "a.npy"), (std::vector<double>{1, 2, 3, 4}));
  EXPECT_TRUE(read_npy(file_of("{'descr': '<f4', 'fortran_order': True, 'shape': (0, 3)}", 0), "a")
                  .bytes.empty());
}

TEST(Npy, VersionTwoHasALongerLength) {
  const std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }\n";
  Bytes bytes = to_bytes(std::string("\x93NUMPY\x02\x00", 8));
  append_little(bytes, header.size(), 4);
  append(bytes, header + "abc");
  EXPECT_EQ(read_npy(bytes, "a.npy").bytes.size(), 3u);
  bytes[6] = std::byte{3};
  EXPECT_EQ(error_reading(bytes), "NumPy file of version 3.0, expected 1.0 or 2.0: a.npy");
}

TEST(Npy, SaysWhatIsWrong) {
  const auto error = [](const std::string& header, size_t data = 3) {
    const std::string text = error_reading(file_of(header, data));
    return text.substr(0, text.rfind(": a.npy"));
  };
  EXPECT_EQ(error_reading(to_bytes("PK\x03\x04 something")), "not a NumPy file: a.npy");
  EXPECT_EQ(error_reading({}), "truncated at 0 of 6 bytes: a.npy");
  EXPECT_EQ(error("{'descr': '<c8', 'fortran_order': False, 'shape': (3,)}"),
            "NumPy header has a type that is not read: '<c8', expected bool, integers or floats of "
            "up to 64 bits");
  EXPECT_EQ(error("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (3,)}"),
            "NumPy header has no '\"' where one must be");
  EXPECT_EQ(error("{'descr': '|u1', 'fortran_order': 0, 'shape': (3,)}"),
            "NumPy header has no truth value for fortran_order");
  EXPECT_EQ(error("{'descr': '|u1', 'shape': (3,)}"),
            "NumPy header needs descr, fortran_order and shape");
  EXPECT_EQ(error("{'descr': '|u1', 'descr': '|u1', 'shape': (3,)}"),
            "NumPy header has the key 'descr' twice");
  EXPECT_EQ(error("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), 'x': 1}"),
            "NumPy header has an unknown key 'x'");
  for (const char* shape :
       {"(3)", "3", "(3 3)", "(-3,)", "(,)", "(3,,)", "(3L,)", "(99999999999999999999,)"}) {
    EXPECT_NE(
        error("{'descr': '|u1', 'fortran_order': False, 'shape': " + std::string(shape) + "}"),
        "no error")
        << shape;
  }
  EXPECT_EQ(error("{'descr': '|u1', 'fortran_order': False, 'shape': (3,)} x"),
            "NumPy header does not end with a line feed");
  EXPECT_EQ(error("{'descr': '|u1", 3), "NumPy header has a text that does not end");
  const std::string good = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}";
  EXPECT_EQ(error(good, 2), "truncated at 68 of 69 bytes");
  EXPECT_EQ(error(good, 5), "NumPy array [3] is followed by 2 bytes too many");
  EXPECT_EQ(error("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4)}"),
            "NumPy array has an impossible shape [4611686018427387904, 4]");
}

TEST(Npy, EveryCutIsRefused) {
  const Bytes data = random_bytes(4 * 5 * 2, 1);
  const Bytes file = write_npy({Dtype::F32, {5, 2}, data});
  expect_every_cut_is_refused(file, [](ByteSpan b) { read_npy(b, "a.npy"); });
}

TEST(Npy, OnlyArraysThatMakeSenseAreWritten) {
  const Bytes data(12);
  EXPECT_EQ(error_of([&] {
              write_npy({Dtype::F32, {4}, data});
            }),
            "array of shape [4] has 12 bytes: npy");
  EXPECT_EQ(error_of([&] {
              write_npy({Dtype::BF16, {6}, data});
            }),
            "NumPy has no type for BF16: npy");
}

TEST(Npz, ReadsBackWhatItWrote) {
  const Bytes a = random_bytes(24, 2), b = random_bytes(7, 3);
  const Bytes file = write_npz({{"a", {Dtype::F32, {2, 3}, a}}, {"b", {Dtype::U8, {7}, b}}});
  const std::vector<NpzArray> arrays = read_npz(file, "a.npz");
  ASSERT_EQ(arrays.size(), 2u);
  EXPECT_EQ(arrays[0].name, "a");
  EXPECT_EQ(arrays[0].dtype, Dtype::F32);
  EXPECT_EQ(arrays[0].shape, (Shape{2, 3}));
  EXPECT_EQ(Bytes(arrays[0].bytes().begin(), arrays[0].bytes().end()), a);
  EXPECT_EQ(arrays[1].name, "b");
  EXPECT_EQ(Bytes(arrays[1].bytes().begin(), arrays[1].bytes().end()), b);
}

TEST(Npz, SaysWhichMemberIsWrong) {
  const Bytes junk = to_bytes("junk");
  EXPECT_EQ(error_of([&] {
              read_npz(write_zip({{"a.txt", junk}}), "a.npz");
            }),
            "is not a NumPy array: a.npz(a.txt)");
  EXPECT_EQ(error_of([&] {
              read_npz(write_zip({{"a.npy", junk}}), "a.npz");
            }),
            "truncated at 4 of 6 bytes: a.npz(a.npy)");
  const Bytes data(1000);
  const NpyArray array{Dtype::U8, {1000}, data};
  const Bytes file = write_npz({{"a", array}, {"b", array}});
  EXPECT_EQ(error_of([&] { read_npz(file, "a.npz", 1500); }),
            "unpacks to 1128 bytes, at most 372 are read here: a.npz(b.npy)");
}

TEST(NpyWriter, PiecesMakeOneArray) {
  const TemporaryFolder folder;
  const Bytes data = random_bytes(10 * 6, 4);
  for (const char* name : {"a.npy", "a.npz"}) {
    const Path path = folder / name;
    NpyWriter writer(path, Dtype::U8, {3, 2});
    writer.write(ByteSpan(data).first(6));
    writer.write(ByteSpan(data).subspan(6, 48));
    writer.write({});
    writer.write(ByteSpan(data).subspan(54));
    EXPECT_EQ(writer.items(), 10);
    EXPECT_FALSE(std::filesystem::exists(path));
    writer.commit();
    const Bytes file = read_file(path);
    if (path.extension() == ".npz") {
      const std::vector<NpzArray> arrays = read_npz(file, "a.npz");
      ASSERT_EQ(arrays.size(), 1u);
      EXPECT_EQ(arrays[0].name, "samples");
      EXPECT_EQ(arrays[0].shape, (Shape{10, 3, 2}));
      EXPECT_EQ(Bytes(arrays[0].bytes().begin(), arrays[0].bytes().end()), data);
    } else {
      const NpyArray array = read_npy(file, "a.npy");
      EXPECT_EQ(array.shape, (Shape{10, 3, 2}));
      EXPECT_EQ(Bytes(array.bytes.begin(), array.bytes.end()), data);
    }
  }
}

TEST(NpyWriter, NothingAppearsWithoutCommit) {
  const TemporaryFolder folder;
  {
    NpyWriter writer(folder / "a.npy", Dtype::F32, {2});
    writer.write(Bytes(80));
  }
  EXPECT_TRUE(std::filesystem::is_empty((folder / "a.npy").parent_path()));
}

TEST(NpyWriter, NoItemsAndScalarItemsAreArraysToo) {
  const TemporaryFolder folder;
  NpyWriter none(folder / "none.npy", Dtype::F32, {28, 28});
  none.commit();
  EXPECT_EQ(read_npy(read_file(folder / "none.npy"), "none").shape, (Shape{0, 28, 28}));
  NpyWriter scalars(folder / "scalars.npy", Dtype::I64, {});
  scalars.write(Bytes(24));
  scalars.commit();
  EXPECT_EQ(read_npy(read_file(folder / "scalars.npy"), "scalars").shape, Shape{3});
}

TEST(NpyWriter, HalfAnItemIsRefused) {
  const TemporaryFolder folder;
  NpyWriter writer(folder / "a.npy", Dtype::F32, {2});
  EXPECT_NE(error_of([&] { writer.write(Bytes(12)); }), "no error");
  EXPECT_NE(error_of([&] { NpyWriter(folder / "b.npy", Dtype::F32, {0}); }), "no error");
}

}  // namespace
}  // namespace gannet
