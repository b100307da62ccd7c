#include "gannet/data/fetch.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "gannet/base/error.h"
#include "gannet/base/options.h"
#include "gannet/data/dataset.h"

extern char** environ;

namespace gannet {
namespace {

const FetchScript& find_script(const std::string& name) {
  std::vector<std::string> names;
  for (const FetchScript& script : fetch_scripts()) {
    if (script.name == name) return script;
    names.push_back(script.name);
  }
  for (const BuiltIn& set : built_in_sets())
    if (set.name == name)
      throw UsageError("data set is part of Gannet, there is nothing to fetch", name);
  const std::string near = nearest(name, names);
  throw UsageError("no such data set to fetch", name,
                   near.empty() ? "gannet data list names them" : "did you mean " + near + "?");
}

std::string last_line(const std::string& text) {
  const size_t end = text.find_last_not_of(" \r\n");
  if (end == std::string::npos) return "";
  const size_t newline = text.rfind('\n', end);
  const size_t start = newline == std::string::npos ? 0 : newline + 1;
  return text.substr(start, end + 1 - start);
}

// Runs bash -c SCRIPT NAME FOLDER with our standard output; what it says on standard error comes
// back in `said`. Returns the wait status; -1 where there is no bash.
int run(const FetchScript& script, const std::string& folder, std::string& said) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    throw Error("cannot make a pipe (" + std::string(std::strerror(errno)) + ")", "");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::string words[] = {"bash", "-c", script.text, script.name, folder};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(),
                       words[3].data(), words[4].data(), nullptr};
  pid_t child = -1;
  const int failed = posix_spawnp(&child, "bash", &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) != 0;) {
    if (n < 0 && errno != EINTR) break;
    if (n > 0) said.append(buffer, static_cast<size_t>(n));
  }
  close(ends[0]);
  if (failed) return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

void fetch(const std::string& name) {
  const FetchScript& script = find_script(name);
  const std::string folder = data_folder() + "/" + name;
  std::string said;
  const int status = run(script, folder, said);
  if (status == -1) throw Error("no bash here to run the script that fetches " + name, "");
  if (WIFSIGNALED(status))
    throw Error("fetching " + name + " was stopped by signal " + std::to_string(WTERMSIG(status)),
                folder);
  if (WEXITSTATUS(status) == 0) return;
  const std::string reason = last_line(said);
  throw Error(reason.empty() ? "fetching " + name + " failed" : reason, "");
}

}  // namespace gannet
