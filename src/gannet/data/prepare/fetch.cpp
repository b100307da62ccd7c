#include "gannet/data/prepare/fetch.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>

#include "gannet/base/error.h"
#include "gannet/base/files.h"
#include "gannet/base/options.h"
#include "gannet/base/spelling.h"
#include "gannet/data/registry.h"

extern char** environ;

namespace gannet {
namespace {

constexpr const char* kShared = "common.sh";  // sourced by the others

void check_name(const std::string& name) {
  std::vector<std::string> names;
  for (const FetchScript& script : fetch_scripts()) {
    if (script.name == kShared || !script.name.ends_with(".sh")) continue;
    names.push_back(script.name.substr(0, script.name.size() - 3));
    if (names.back() == name) return;
  }
  for (const BuiltInSet& set : built_in_sets())
    if (set.name == name && !set.made_of.empty())
      throw UsageError("data set is made of the images of " + set.made_of, name,
                       "gannet data fetch " + set.made_of);
    else if (set.name == name)
      throw UsageError("data set is part of Gannet, there is nothing to fetch", name);
  const std::string near = closest_name(name, names);
  throw UsageError("no such data set to fetch", name,
                   near.empty() ? "gannet data list names them" : "did you mean " + near + "?");
}

// The scripts as files of a temporary folder.
class ScriptFolder {
 public:
  ScriptFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "gannet-fetch-XXXXXX").string();
    if (!mkdtemp(name.data()))
      throw Error("cannot make a folder (" + std::string(std::strerror(errno)) + ")", name);
    path_ = name;
    for (const FetchScript& script : fetch_scripts()) write_file(path_ / script.name, script.text);
  }
  ~ScriptFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScriptFolder(const ScriptFolder&) = delete;
  ScriptFolder& operator=(const ScriptFolder&) = delete;
  const Path& path() const { return path_; }

 private:
  Path path_;
};

// Ours, the settings as GANNET_SET_COUNT=5000, and where this program is, for scripts that call it.
std::vector<std::string> environment(const std::map<std::string, std::string>& settings) {
  std::vector<std::string> all;
  for (char** each = environ; *each; ++each)
    if (!std::string_view(*each).starts_with("GANNET_SET_")) all.emplace_back(*each);
  for (const auto& [key, value] : settings) {
    std::string upper = key;
    for (char& letter : upper) letter = static_cast<char>(std::toupper(letter));
    all.push_back("GANNET_SET_" + upper + "=" + value);
  }
  std::error_code none;
  const Path program = std::filesystem::read_symlink("/proc/self/exe", none);
  if (!none) all.push_back("GANNET_PROGRAM=" + program.string());
  return all;
}

std::string last_line(const std::string& text) {
  const size_t end = text.find_last_not_of(" \r\n");
  if (end == std::string::npos) return "";
  const size_t newline = text.rfind('\n', end);
  const size_t start = newline == std::string::npos ? 0 : newline + 1;
  return text.substr(start, end + 1 - start);
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

// Runs bash SCRIPT FOLDER with our standard output; its standard error goes to `messages`. Returns
// the wait status; -1 where there is no bash.
int run(const Path& script, const std::string& folder, std::vector<std::string> variables,
        std::string& messages) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    throw Error("cannot make a pipe (" + std::string(std::strerror(errno)) + ")", "");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::vector<std::string> words = {"bash", script.string(), folder};
  pid_t child = -1;
  const int failed = posix_spawnp(&child, "bash", &actions, nullptr, pointers(words).data(),
                                  pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) != 0;) {
    if (n < 0 && errno != EINTR) break;
    if (n > 0) messages.append(buffer, static_cast<size_t>(n));
  }
  close(ends[0]);
  if (failed) return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

void fetch(const std::string& name, const std::map<std::string, std::string>& settings) {
  check_name(name);
  const std::string folder = data_folder() + "/" + name;
  const ScriptFolder scripts;
  std::string messages;
  const int status = run(scripts.path() / (name + ".sh"), folder, environment(settings), messages);
  if (status == -1) throw Error("no bash here to run the script that fetches " + name, "");
  if (WIFSIGNALED(status))
    throw Error("fetching " + name + " was stopped by signal " + std::to_string(WTERMSIG(status)),
                folder);
  if (WEXITSTATUS(status) == 0) return;
  const std::string reason = last_line(messages);
  throw Error(reason.empty() ? "fetching " + name + " failed" : reason, "");
}

}  // namespace gannet
