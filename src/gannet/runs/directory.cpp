#include "gannet/runs/directory.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "gannet/formats/tensorboard.h"

namespace gannet {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string padded(int64_t number, int width) {
  std::string text = std::to_string(number);
  if (static_cast<int>(text.size()) < width) text.insert(0, width - text.size(), '0');
  return text;
}

// The number of "FRONT123BACK", or -1.
int64_t number_in(const std::string& name, std::string_view front, std::string_view back) {
  if (!name.starts_with(front) || !name.ends_with(back) ||
      name.size() <= front.size() + back.size())
    return -1;
  const std::string digits = name.substr(front.size(), name.size() - front.size() - back.size());
  if (digits.size() > 18 ||
      !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
    return -1;
  return std::stoll(digits);
}

// Keeps the front of a file of JSON lines: whole lines of a step up to `step`.
void cut_lines(const Path& path, int64_t step) {
  if (!fs::exists(path)) return;
  const std::string text = read_text(path);
  size_t keep = 0;
  while (keep < text.size()) {
    const size_t end = text.find('\n', keep);
    if (end == std::string::npos) break;
    const json line =
        json::parse(text.begin() + static_cast<int64_t>(keep),
                    text.begin() + static_cast<int64_t>(end), nullptr, /*allow_exceptions=*/false);
    if (!line.is_object() || !line.contains("step") || !line["step"].is_number_integer() ||
        line["step"].get<int64_t>() > step)
      break;
    keep = end + 1;
  }
  truncate_file(path, keep);
}

}  // namespace

RunDirectory RunDirectory::create(const Path& outdir, const std::string& name) {
  std::error_code failed;
  if (outdir.empty()) throw UsageError("expected the folder of runs, found ''", "--outdir");
  if (name.find('/') != std::string::npos)
    throw UsageError("a run's name cannot have a '/'", name, "--desc takes a short note");
  fs::create_directories(outdir, failed);
  if (!fs::is_directory(outdir))
    throw Error("cannot make the folder (" + (failed ? failed.message() : "not a folder") + ")",
                outdir.string());
  int64_t number = 0;
  for (const auto& entry : fs::directory_iterator(outdir, failed)) {
    const std::string other = entry.path().filename().string();
    const size_t dash = other.find('-');
    if (dash != std::string::npos)
      number = std::max(number, 1 + number_in(other.substr(0, dash), "", ""));
  }
  for (;; ++number) {  // another process may take a number first
    const Path path = outdir / (padded(number, 5) + "-" + name);
    if (fs::create_directory(path, failed)) return RunDirectory(path);
    if (failed)
      throw Error("cannot make the run directory (" + failed.message() + ")", path.string());
  }
}

RunDirectory RunDirectory::open(const Path& path) {
  if (!fs::is_directory(path))
    throw Error("there is no run directory here", path.string(), "`gannet runs list` shows them");
  RunDirectory run(path);
  if (run.path_.filename().empty()) run.path_ = run.path_.parent_path();  // a trailing slash
  if (!fs::exists(run.options()))
    throw Error("not a run directory: it has no options.json", path.string());
  return run;
}

Path RunDirectory::network(int64_t kimg) const {
  return file("network-" + padded(kimg, 6) + ".safetensors");
}
Path RunDirectory::fakes(int64_t kimg) const { return file("fakes-" + padded(kimg, 6) + ".png"); }
Path RunDirectory::state(int64_t step) const {
  return file("state-" + padded(step, 8) + ".safetensors");
}

std::vector<int64_t> RunDirectory::states() const { return numbered("state-", ".safetensors"); }
std::vector<int64_t> RunDirectory::networks() const { return numbered("network-", ".safetensors"); }

std::vector<int64_t> RunDirectory::numbered(std::string_view front, std::string_view back) const {
  std::vector<int64_t> numbers;
  for (const auto& entry : fs::directory_iterator(path_)) {
    const int64_t number = number_in(entry.path().filename().string(), front, back);
    if (number >= 0) numbers.push_back(number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

Path RunDirectory::best_network() const {
  if (fs::exists(best())) return fs::canonical(best());
  const std::vector<int64_t> all = networks();
  if (all.empty())
    throw Error("this run has no network yet", path_.string(),
                "each snapshot writes one; `gannet runs show` tells its state");
  return network(all.back());
}

void RunDirectory::cut(int64_t step, int64_t kimg) const {
  remove_stale_temporaries(path_);
  const int64_t last = step == 0 ? -1 : step;  // the snapshot of a run of no steps is made again
  cut_lines(stats(), last);
  cut_lines(metrics(), last);
  if (fs::exists(events())) {
    const Bytes bytes = read_file(events());
    truncate_file(events(), tensorboard_cut(bytes, step));
  }
  for (const int64_t number : numbered("fakes-", ".png"))
    if (step == 0 || number > kimg) fs::remove(fakes(number));
  for (const int64_t number : networks())
    if (step == 0 || number > kimg) fs::remove(network(number));
  for (const int64_t number : states())
    if (number > step) fs::remove(state(number));
  if (!fs::exists(best())) fs::remove(best());  // a link to a network that was just removed
  fs::remove(done());
  fs::remove(failed());
}

}  // namespace gannet
