// gannet serve: the page and the HTTP API over a folder of runs.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "cli/commands.h"
#include "cli/device.h"
#include "cli/signals.h"
#include "cli/threads.h"
#include "gannet/base/temporary_files.h"
#include "gannet/server/server.h"

namespace gannet::cli {

int run_serve(const Arguments& arguments) {
  server::ServerOptions options;
  if (!parse({.program = "gannet serve",
              .summary = "The page and the HTTP API over a folder of runs, until Ctrl-C.",
              .groups = {{"Options", &options}},
              .footer = "Example: gannet serve --runs runs --port 8080",
              .not_empty = {"host", "runs", "token", "tls", "web", "network", "host-name"}},
             arguments))
    return 0;
  check(options);
  options.threads = chosen_threads(options.threads);
  options.device = chosen_device(options.device, /*quiet=*/false);
  watch_signals();
  std::mutex printing;
  const auto log = [&](const std::string& line) {
    const std::lock_guard lock(printing);
    print(line + "\n");
  };
  server::Server server(options, log, std::filesystem::read_symlink("/proc/self/exe").string());
  log("Gannet's page: " + server.url() + " (Ctrl-C ends it)");
  for (const std::string& url : server.urls_of_others()) log("from other machines: " + url);
  if (std::error_code failed; !std::filesystem::exists(options.runs, failed))
    log("there is no folder " + options.runs + " yet: the first training makes it");
  server.run(was_interrupted);
  log("the server has ended");
  // What is still computed, for clients that are gone, is not waited for.
  remove_temporary_files();
  std::fflush(nullptr);
  std::_Exit(0);
}

}  // namespace gannet::cli
