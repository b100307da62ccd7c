#include "gannet/formats/safetensors.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/formats/checksum.h"

namespace gannet {
namespace {

constexpr uint64_t kMostHeader = 100'000'000;  // as the format's own reader has it
constexpr uint64_t kAlignment = 64;
constexpr size_t kPiece = size_t{256} << 10;
constexpr std::string_view kChecksumPrefix = "sha256:";
constexpr size_t kDigits = 64;

struct Entry {
  TensorView tensor;
  uint64_t begin = 0, end = 0;
};

std::string in_quotes(std::string_view name) {
  constexpr size_t kShown = 100;
  return "'" + std::string(name.substr(0, kShown)) + (name.size() > kShown ? "...'" : "'");
}

// Parses the header's JSON event by event, so that depth, types and duplicate names are checked
// before anything is built: {"__metadata__": {K: "V"}, NAME: {"dtype": "F32", "shape": [N],
// "data_offsets": [B, E]}}.
class HeaderReader {
 public:
  explicit HeaderReader(const ByteReader& file) : file_(file) {}

  std::map<std::string, std::string> metadata;
  std::vector<Entry> entries;

  bool start_object(size_t) {
    if (depth_ == 1 && place_ == Place::metadata_begin) {
      place_ = Place::metadata;
    } else if (depth_ == 1 && place_ == Place::tensor_begin) {
      place_ = Place::tensor;
      seen_.clear();
    } else if (depth_ != 0) {
      unexpected("an object");
    }
    ++depth_;
    return true;
  }

  bool end_object() {
    if (--depth_ == 1) {
      if (place_ == Place::tensor && seen_.size() != 3) {
        file_.fail("header: tensor " + in_quotes(name_) + " needs dtype, shape and data_offsets");
      }
      if (place_ == Place::tensor) finish_tensor();
      place_ = Place::top;
    }
    return true;
  }

  bool key(std::string& name) {
    if (depth_ == 1) {
      if (!names_.insert(name).second)
        file_.fail("header: " + in_quotes(name) + " stands there twice");
      name_ = name;
      place_ = name == "__metadata__" ? Place::metadata_begin : Place::tensor_begin;
    } else if (place_ == Place::metadata) {
      if (metadata.contains(name))
        file_.fail("header: metadata " + in_quotes(name) + " stands there twice");
      key_ = name;
    } else {
      if (name != "dtype" && name != "shape" && name != "data_offsets") {
        file_.fail("header: tensor " + in_quotes(name_) + " has an unknown key " + in_quotes(name));
      }
      if (!seen_.insert(name).second) {
        file_.fail("header: tensor " + in_quotes(name_) + " has " + name + " twice");
      }
      key_ = name;
    }
    return true;
  }

  bool string(std::string& value) {
    if (depth_ == 2 && place_ == Place::metadata) {
      metadata[key_] = value;
      return true;
    }
    if (depth_ != 2 || place_ != Place::tensor || key_ != "dtype" || in_array_)
      unexpected("a text");
    const std::optional<Dtype> type = find_dtype(value);
    if (!type)
      file_.fail("header: tensor " + in_quotes(name_) + " has unknown type " + in_quotes(value));
    dtype_ = *type;
    return true;
  }

  bool start_array(size_t) {
    if (depth_ != 2 || place_ != Place::tensor || key_ == "dtype" || in_array_)
      unexpected("an array");
    in_array_ = true;
    numbers_.clear();
    return true;
  }

  bool end_array() {
    in_array_ = false;
    if (key_ == "shape") {
      shape_.assign(numbers_.begin(), numbers_.end());
    } else if (numbers_.size() == 2) {
      begin_ = numbers_[0], end_ = numbers_[1];
    } else {
      file_.fail("header: data_offsets of tensor " + in_quotes(name_) + " are not two numbers");
    }
    return true;
  }

  bool number_unsigned(uint64_t value) {
    if (!in_array_) unexpected("a number");
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
      unexpected("a huge number");
    numbers_.push_back(static_cast<int64_t>(value));
    return true;
  }

  bool null() { unexpected("null"); }
  bool boolean(bool) { unexpected("a boolean"); }
  bool number_integer(int64_t) { unexpected("a negative number"); }
  bool number_float(double, const std::string&) { unexpected("a number with a fraction"); }
  bool binary(std::vector<uint8_t>&) { unexpected("binary"); }
  bool parse_error(size_t position, const std::string&, const nlohmann::json::exception&) {
    file_.fail("header is not JSON at byte " + std::to_string(8 + position));
  }

 private:
  enum class Place { top, metadata_begin, metadata, tensor_begin, tensor };

  [[noreturn]] void unexpected(std::string_view what) const {
    std::string in = name_.empty() ? "" : " in " + in_quotes(name_);
    file_.fail("header: " + std::string(what) + in + " where none may be");
  }

  void finish_tensor() {
    Entry entry{{std::move(name_), dtype_, std::move(shape_), {}},
                static_cast<uint64_t>(begin_),
                static_cast<uint64_t>(end_)};
    entries.push_back(std::move(entry));
    name_.clear();
    shape_.clear();
  }

  const ByteReader& file_;
  int depth_ = 0;
  Place place_ = Place::top;
  std::set<std::string> names_, seen_;
  std::string name_, key_;
  bool in_array_ = false;
  std::vector<int64_t> numbers_, shape_;
  Dtype dtype_ = Dtype::F32;
  int64_t begin_ = 0, end_ = 0;
};

// Gives each tensor its bytes; together they must be all of `data`, without hole or overlap.
std::vector<TensorView> place_tensors(std::vector<Entry> entries, ByteReader& file) {
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  uint64_t at = 0;
  for (const Entry& entry : entries) at = std::max(at, entry.end);
  file.need(at);
  std::vector<TensorView> tensors;
  at = 0;
  for (Entry& entry : entries) {
    TensorView& tensor = entry.tensor;
    const auto wrong = [&](const std::string& what) {
      file.fail("tensor " + in_quotes(tensor.name) + what);
    };
    const std::optional<uint64_t> size = array_bytes(tensor.shape, tensor.dtype);
    if (!size) wrong(" has an impossible shape " + shape_text(tensor.shape));
    if (entry.end < entry.begin) wrong(" ends before it begins");
    if (entry.begin < at) wrong(" overlaps the one before");
    if (entry.begin > at) {
      wrong(" leaves a hole of " + std::to_string(entry.begin - at) + " bytes before it");
    }
    if (*size != entry.end - entry.begin) {
      wrong(" of shape " + shape_text(tensor.shape) + " and type " +
            std::string(dtype_name(tensor.dtype)) + " has " +
            std::to_string(entry.end - entry.begin) + " bytes, expected " + std::to_string(*size));
    }
    tensor.bytes = file.take(*size);
    at = entry.end;
    tensors.push_back(std::move(tensor));
  }
  if (file.left() > 0) file.fail(std::to_string(file.left()) + " bytes too many at the end");
  return tensors;
}

// SHA-256 of the file with the digits of its own checksum, which begin at `digits`, as zeros.
std::string zeroed_sha256(ByteSpan file, uint64_t digits) {
  Sha256 sha;
  sha.update(file.first(digits));
  sha.update(as_bytes(std::string(kDigits, '0')));
  sha.update(file.subspan(digits + kDigits));
  return sha.hex();
}

void verify(const std::string& value, ByteSpan bytes, std::string_view header,
            const ByteReader& file) {
  const bool well_formed =
      value.size() == kChecksumPrefix.size() + kDigits && value.starts_with(kChecksumPrefix) &&
      value.find_first_not_of("0123456789abcdef", kChecksumPrefix.size()) == std::string::npos;
  if (!well_formed) file.fail("checksum is not 'sha256:' and 64 hex digits");
  const std::string text = "\"" + value + "\"";
  const size_t at = header.find(text);
  if (at == std::string_view::npos || header.find(text, at + 1) != std::string_view::npos) {
    file.fail("checksum does not stand in the header exactly once");
  }
  const uint64_t digits = 8 + at + 1 + kChecksumPrefix.size();
  if (zeroed_sha256(bytes, digits) != value.substr(kChecksumPrefix.size())) {
    file.fail("checksum does not match: the file is damaged", "use another copy of this file");
  }
}

// Length and header, with zeros for the checksum's digits, which begin at `digits`.
std::string make_header(const std::map<std::string, std::string>& metadata,
                        const std::vector<TensorView>& tensors, size_t& digits) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  nlohmann::ordered_json& meta = header["__metadata__"];
  const std::string zeros = std::string(kChecksumPrefix) + std::string(kDigits, '0');
  // First, so that no other text can be taken for it.
  meta["checksum"] = zeros;
  for (const auto& [key, value] : metadata) {
    if (key != "checksum") meta[key] = value;
  }
  uint64_t at = 0;
  std::set<std::string_view> names = {"__metadata__"};
  for (const TensorView& tensor : tensors) {
    if (!names.insert(tensor.name).second) throw Error("two tensors of one name", tensor.name);
    if (array_bytes(tensor.shape, tensor.dtype) != tensor.bytes.size()) {
      throw Error("tensor has " + std::to_string(tensor.bytes.size()) + " bytes, which its shape " +
                      shape_text(tensor.shape) + " has not",
                  tensor.name);
    }
    header[tensor.name] = {{"dtype", dtype_name(tensor.dtype)},
                           {"shape", tensor.shape},
                           {"data_offsets", {at, at + tensor.bytes.size()}}};
    at += tensor.bytes.size();
  }
  std::string text = header.dump();
  text.resize((8 + text.size() + kAlignment - 1) / kAlignment * kAlignment - 8, ' ');
  Bytes length;
  append_little(length, text.size(), 8);
  text.insert(0, as_text(length));
  digits = text.find(zeros) + kChecksumPrefix.size();
  return text;
}

void for_pieces(ByteSpan bytes, const std::function<void()>& after_piece,
                const std::function<void(ByteSpan)>& take) {
  while (!bytes.empty()) {
    const size_t n = after_piece ? std::min(bytes.size(), kPiece) : bytes.size();
    take(bytes.first(n));
    bytes = bytes.subspan(n);
    if (after_piece) after_piece();
  }
}

std::string checked_header(const std::map<std::string, std::string>& metadata,
                           const std::vector<TensorView>& tensors,
                           const std::function<void()>& after_piece = {}) {
  size_t digits = 0;
  std::string header;
  try {
    header = make_header(metadata, tensors, digits);
  } catch (const nlohmann::json::exception&) {
    throw Error("metadata or tensor names are not UTF-8", "safetensors");
  }
  if (header.size() - 8 > kMostHeader) throw Error("header is larger than 100 MB", "safetensors");
  Sha256 sha;
  sha.update(as_bytes(header));
  for (const TensorView& tensor : tensors)
    for_pieces(tensor.bytes, after_piece, [&](ByteSpan piece) { sha.update(piece); });
  return header.replace(digits, kDigits, sha.hex());
}

}  // namespace

SafetensorsFile read_safetensors(ByteSpan bytes, std::string_view source, Checksum checksum) {
  ByteReader file(bytes, source);
  const uint64_t length = file.little(8);
  if (length > kMostHeader)
    file.fail("header of " + std::to_string(length) + " bytes: not a safetensors file");
  const std::string_view header = as_text(file.take(length));
  if (!header.starts_with('{')) file.fail("header does not begin with '{': not a safetensors file");
  if (header[header.find_last_not_of(' ')] != '}') file.fail("header does not end with '}'");
  HeaderReader reader(file);
  nlohmann::json::sax_parse(header, &reader);
  const auto found = reader.metadata.find("checksum");
  if (found == reader.metadata.end() && checksum == Checksum::required)
    file.fail("has no checksum in its metadata");
  SafetensorsFile result;
  result.tensors = place_tensors(std::move(reader.entries), file);
  if (found != reader.metadata.end()) verify(found->second, bytes, header, file);
  result.metadata = std::move(reader.metadata);
  return result;
}

void write_safetensors(const Path& path, const std::map<std::string, std::string>& metadata,
                       const std::vector<TensorView>& tensors,
                       const std::function<void()>& after_piece) {
  AtomicFile file(path);
  file.write(as_bytes(checked_header(metadata, tensors, after_piece)));
  for (const TensorView& tensor : tensors)
    for_pieces(tensor.bytes, after_piece, [&](ByteSpan piece) { file.write(piece); });
  file.commit();
}

Bytes safetensors_bytes(const std::map<std::string, std::string>& metadata,
                        const std::vector<TensorView>& tensors) {
  Bytes bytes;
  append(bytes, checked_header(metadata, tensors));
  for (const TensorView& tensor : tensors) append(bytes, tensor.bytes);
  return bytes;
}

}  // namespace gannet
