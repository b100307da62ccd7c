#include "gannet/server/uploads.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/formats/zip.h"
#include "gannet/server/http/multipart.h"
#include "gannet/server/same_files.h"
#include "gannet/tools/catalogue.h"

namespace gannet::server {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMostUnpacked = uint64_t{1} << 33;  // bytes of a zip's members together
constexpr uint64_t kMostRatio = 200;                   // of them to the zip's own, above 64 MB
constexpr uint64_t kCheckMemory = 6000;                // MB of address space of a check
constexpr std::chrono::seconds kCheckTime{600};

// A file in memory, without reading it.
class MappedFile {
 public:
  explicit MappedFile(const Path& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about {};
    if (fd >= 0 && fstat(fd, &about) == 0 && about.st_size > 0) {
      size_ = static_cast<size_t>(about.st_size);
      void* at = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
      data_ = at == MAP_FAILED ? nullptr : static_cast<const char*>(at);
    }
    if (fd >= 0) close(fd);
    if (data_ == nullptr) throw HttpError(400, "the body is empty");
  }
  ~MappedFile() { munmap(const_cast<char*>(data_), size_); }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::string_view text() const { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  size_t size_ = 0;
};

// A zip bomb is told by its directory, before anything is unpacked.
void check_zip(const Part& part) {
  uint64_t size = 0;
  for (const ZipMember& member : read_zip(as_bytes(part.data), part.file_name)) size += member.size;
  const uint64_t packed = part.data.size();
  if (size > kMostUnpacked || (size > (uint64_t{1} << 26) && size > kMostRatio * packed))
    throw HttpError(422,
                    "the zip says that it unpacks to " + std::to_string(size >> 20) + " MB, of " +
                        std::to_string(packed >> 10) + " kB",
                    "a zip of the plain pictures, sounds or tables");
}

uint64_t bytes_of(const Path& path) {
  std::error_code failed;
  if (!fs::is_directory(path)) return fs::file_size(path, failed);
  uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path, failed))
    if (entry.is_regular_file()) bytes += entry.file_size(failed);
  return bytes;
}

std::vector<Part> file_parts(std::string_view body, const Request& request) {
  std::vector<Part> parts =
      parse_multipart(body, multipart_boundary(request.header("content-type")));
  for (const Part& part : parts)
    if (part.name != "file")
      throw HttpError(400, "the form has an unknown field '" + display_name(part.name) + "'",
                      "it takes file, once or for each file of a folder");
    else if (part.file_name.empty())
      throw HttpError(400, "a file of the form has no name");
  return parts;
}

// Of a text what stands before and after each of these words: the place of an upload means nothing
// to who sent it.
std::string without(std::string text, const std::string& word) {
  for (size_t at; (at = text.find(word)) != std::string::npos;) text.erase(at, word.size());
  return text;
}

// Writes the parts below `folder`; returns the source that they are for `gannet data check`.
Path unpack_parts(const std::vector<Part>& parts, const Path& folder) {
  std::set<std::string> names;
  Path source;
  for (const Part& part : parts) {
    const Path path = upload_path(part.file_name);
    if (!names.insert(path.string()).second)
      throw HttpError(400, "the form has '" + path.string() + "' twice");
    if (part.data.substr(0, 4) == std::string_view("PK\3\4", 4)) check_zip(part);
    fs::create_directories((folder / path).parent_path());
    write_file(folder / path, as_bytes(part.data));
    source = folder / *path.begin();
  }
  const auto tops = std::distance(fs::directory_iterator(folder), fs::directory_iterator());
  return tops == 1 ? source : folder;
}

}  // namespace

Path upload_path(const std::string& file_name) {
  const auto refuse = [&](const char* why) {
    throw HttpError(400, "the file name '" + display_name(file_name.substr(0, 100)) + "' " + why);
  };
  std::string name = display_name(file_name);
  std::ranges::replace(name, '\\', '/');
  if (name.size() > 1 && name[1] == ':') name.erase(0, 2);
  Path path;
  int depth = 0;
  for (const Path& each : Path(name).relative_path()) {
    const std::string part = each.string();
    if (part.empty() || part == "." || part == "/") continue;
    if (part == "..") refuse("leads out of its folder");
    if (part[0] == '.') refuse("begins with a dot");
    if (part.size() > 200) refuse("is too long");
    path /= part;
    ++depth;
  }
  if (depth == 0) refuse("is none");
  if (depth > 8) refuse("is too deep in folders");
  return path;
}

Uploads::Place::Place(Path place, Uploads& owner) : folder(std::move(place)), uploads(owner) {}

Uploads::Place::~Place() {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  --uploads.coming_;
}

Uploads::Uploads(Path runs, uint64_t most, Children& children)
    : runs_(std::move(runs)), most_(most), children_(children) {
  std::error_code ignored;  // of a server that was killed
  for (const auto& entry : fs::directory_iterator(folder(), ignored))
    if (entry.path().filename().string().starts_with(".coming-"))
      fs::remove_all(entry.path(), ignored);
}

std::shared_ptr<Uploads::Place> Uploads::begin() {
  constexpr int kMostComing = 4;
  if (++coming_ > kMostComing) {
    --coming_;
    throw HttpError(503, "other data sets are coming in", "", {{"Retry-After", "10"}});
  }
  static std::atomic<int> number{0};
  auto place = std::make_shared<Place>(
      folder() / (".coming-" + std::to_string(getpid()) + "-" + std::to_string(++number)), *this);
  std::error_code failed;
  fs::create_directories(place->folder, failed);
  const auto space = fs::space(fs::exists(runs_) ? runs_ : Path("."), failed);
  if (failed || !fs::is_directory(place->folder))
    throw HttpError(503, "cannot keep an upload (" + failed.message() + ")", "",
                    {{"Retry-After", "60"}});
  if (space.available < (uint64_t{1} << 28))
    throw HttpError(503, "the disk is nearly full", "", {{"Retry-After", "60"}});
  return place;
}

std::string Uploads::path_of(const std::string& name) const {
  for (const Uploaded& each : list())
    if (each.name == name) return fs::absolute(folder() / name).string();
  return "";
}

std::vector<Uploads::Uploaded> Uploads::list() const {
  std::vector<Uploaded> all;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder(), failed)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with('.')) all.push_back({name, bytes_of(entry.path())});
  }
  std::ranges::sort(all, {}, &Uploaded::name);
  return all;
}

// The name of the kept set with the same content; "" where there is none.
std::string Uploads::same_as(const Path& source) const {
  for (const Uploaded& each : list())
    if (same_files(source, folder() / each.name)) return each.name;
  return "";
}

std::string Uploads::free_name(const std::string& wanted) const {
  const Path path(wanted);
  std::string name = wanted;
  for (int i = 2; fs::exists(folder() / name) || is_built_in_set(name); ++i)
    name = path.stem().string() + "-" + std::to_string(i) + path.extension().string();
  return name;
}

Uploads::Checked Uploads::keep(const Request& request) {
  const Path place = request.body_file.parent_path(), content = place / "content";
  Path source;
  {
    const MappedFile body(request.body_file);
    const std::vector<Part> parts = file_parts(body.text(), request);
    fs::create_directories(content);
    source = unpack_parts(parts, content);
  }
  fs::remove(request.body_file);
  const int64_t pid =
      children_.start({"data", "check", source.string(), "--json"}, "check", kCheckMemory);
  const Outcome outcome = children_.wait(pid, kCheckTime);
  children_.forget_output(pid);
  const size_t brace = outcome.output.find("\n{") + 1;  // after warnings; npos + 1 is 0
  const size_t end = outcome.output.rfind("\n}");
  const Json check =
      Json::parse(outcome.output.substr(brace, end == std::string::npos ? end : end + 2 - brace),
                  nullptr, false);
  if (outcome.status != 0 || !check.is_object()) try {
      throw_complaint({.status = outcome.status,
                       .output = without(without(outcome.output, content.string() + "/"),
                                         ", as " + content.string())},
                      "the check");
    } catch (const HttpError& error) {
      throw Refused{error, check.is_object() ? check : Json()};
    }
  const std::lock_guard lock(keeping_);
  if (const std::string name = same_as(source); !name.empty()) return {name, true, check};
  const std::string name = free_name(source == content ? "upload" : source.filename().string());
  fs::rename(source, folder() / name);
  return {name, false, check};
}

}  // namespace gannet::server
