#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "gannet/base/error.h"
#include "gannet/formats/detail/npy_header.h"

namespace gannet {
namespace {

constexpr uint64_t kAlignment = 64;

struct Descr {
  Dtype type;
  std::string_view text;
};
constexpr std::array<Descr, 12> kDescr = {{{Dtype::F64, "<f8"},
                                           {Dtype::F32, "<f4"},
                                           {Dtype::F16, "<f2"},
                                           {Dtype::I64, "<i8"},
                                           {Dtype::I32, "<i4"},
                                           {Dtype::I16, "<i2"},
                                           {Dtype::I8, "|i1"},
                                           {Dtype::U64, "<u8"},
                                           {Dtype::U32, "<u4"},
                                           {Dtype::U16, "<u2"},
                                           {Dtype::U8, "|u1"},
                                           {Dtype::BOOL, "|b1"}}};

// The header: a Python dictionary with exactly the keys descr, fortran_order and shape.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const ByteReader& file) : text_(text), file_(file) {}

  NpyHeader parse() {
    NpyHeader header;
    std::set<std::string> seen;
    need('{');
    while (!accept('}')) {
      const std::string key = string();
      if (!seen.insert(key).second) fail("has the key '" + key + "' twice");
      need(':');
      if (key == "descr") {
        header.dtype = dtype(string());
        header.big_endian = big_endian_;
      } else if (key == "fortran_order") {
        header.fortran_order = boolean();
      } else if (key == "shape") {
        header.shape = shape();
      } else {
        fail("has an unknown key '" + key + "'");
      }
      if (accept('}')) break;
      need(',');
    }
    if (seen.size() != 3) fail("needs descr, fortran_order and shape");
    skip_blanks();
    if (text_ != "\n") fail("does not end with a line feed");
    return header;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { file_.fail("NumPy header " + what); }

  void skip_blanks() {
    while (text_.starts_with(' ')) text_.remove_prefix(1);
  }

  bool accept(char c) {
    skip_blanks();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void need(char c) {
    if (!accept(c)) fail(std::string("has no '") + c + "' where one must be");
  }

  std::string string() {
    const char quote = accept('\'') ? '\'' : '"';
    if (quote == '"') need('"');
    const size_t end = text_.find(quote);
    if (end == std::string_view::npos || end > 32) fail("has a text that does not end");
    std::string value(text_.substr(0, end));
    text_.remove_prefix(end + 1);
    return value;
  }

  bool boolean() {
    skip_blanks();
    for (const std::string_view word : {"False", "True"}) {
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return word == "True";
    }
    fail("has no truth value for fortran_order");
  }

  Dtype dtype(const std::string& descr) {
    for (const Descr& row : kDescr) {
      const bool one_byte = row.text[0] == '|' && descr == "<" + std::string(row.text.substr(1));
      if (descr == row.text || one_byte) return row.type;
    }
    if (descr.starts_with('>') && !big_endian_) {
      big_endian_ = true;
      return dtype("<" + descr.substr(1));
    }
    fail("has a type that is not read: '" + descr +
         "', expected bool, integers or floats of up to 64 bits");
  }

  std::vector<int64_t> shape() {
    std::vector<int64_t> sizes;
    need('(');
    bool comma = true;
    while (!accept(')')) {
      if (!comma) fail("has a shape that is not a tuple");
      skip_blanks();
      int64_t size = -1;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
      if (error != std::errc() || size < 0) fail("has a shape that is not of numbers");
      text_.remove_prefix(static_cast<size_t>(end - text_.data()));
      sizes.push_back(size);
      comma = accept(',');
    }
    if (sizes.size() == 1 && !comma) fail("has a shape that is not a tuple");
    return sizes;
  }

  std::string_view text_;
  const ByteReader& file_;
  bool big_endian_ = false;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text, const ByteReader& file) {
  return HeaderParser(text, file).parse();
}

Bytes make_npy_header(Dtype dtype, const std::vector<int64_t>& shape, uint64_t least) {
  const auto* row =
      std::find_if(kDescr.begin(), kDescr.end(), [&](const Descr& d) { return d.type == dtype; });
  if (row == kDescr.end()) {
    throw Error("NumPy has no type for " + std::string(dtype_name(dtype)), "npy");
  }
  std::string text =
      "{'descr': '" + std::string(row->text) + "', 'fortran_order': False, 'shape': (";
  for (size_t i = 0; i < shape.size(); ++i) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  text += shape.size() == 1 ? ",), }" : "), }";
  const uint64_t prefix = kNpyMagic.size() + 4;
  uint64_t total = (prefix + text.size() + 1 + kAlignment - 1) / kAlignment * kAlignment;
  total = std::max(total, least);
  text.resize(total - prefix - 1, ' ');
  if (text.size() + 1 > 0xffff) throw Error("shape has too many axes", "npy");
  Bytes bytes;
  append(bytes, kNpyMagic);
  append_little(bytes, 1, 2);  // version 1.0
  append_little(bytes, text.size() + 1, 2);
  append(bytes, text + "\n");
  return bytes;
}

}  // namespace gannet
