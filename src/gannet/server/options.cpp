#include "gannet/server/options.h"

#include <filesystem>

#include "gannet/base/error.h"
#include "gannet/server/http/guard.h"
#include "gannet/server/tls.h"

namespace gannet::server {

void ServerOptions::fields(FieldVisitor& v) {
  v.field("runs", runs, {.help = "the folder of runs; trainings that the page starts go there"});
  v.field("port", port, {.help = "the port to listen on; 0: any free one", .min = 0, .max = 65535});
  v.field("host", host,
          {.help = "the address to listen on: this machine's own, or 0.0.0.0 for all, which needs "
                   "--token or --classroom"});
  v.field("host-name", host_name,
          {.help = "further names that the server is reached by, with commas between them"});
  v.field("token", token,
          {.help = "a secret that every request must have (Authorization: Bearer TOKEN; the page "
                   "asks for it); without --tls it is not encrypted on its way"});
  v.field("tls", tls,
          {.help = "CERT.pem,KEY.pem: HTTPS by this certificate (its chain behind it) and private "
                   "key; or one file that has both"});
  v.field("classroom", classroom,
          {.help = "without the token one may look, draw samples and play games, but not start, "
                   "stop, upload or delete"});
  v.field("network", network,
          {.help = "network files to draw from besides those of the runs, with commas between "
                   "them"});
  v.field("threads", threads,
          {.help = "threads of tensor operators of each of samples, tools and games",
           .min = 1,
           .max = 1024,
           .automatic = true});
  v.field("memory", memory,
          {.help = "networks are kept in memory up to so much; the one that was not used for "
                   "longest goes first",
           .unit = "MB",
           .min = 1,
           .max = 1e6});
  v.field("queue", queue,
          {.help = "requests that may wait for a network; one more is told to come again",
           .min = 1,
           .max = 10000});
  v.field("upload", upload,
          {.help = "the largest data set to upload", .unit = "MB", .min = 1, .max = 100000});
  v.field("trainings", trainings,
          {.help = "trainings that the page may run at once; 0: none", .min = 0, .max = 64});
  v.field("games", games, {.help = "games that may be open at once", .min = 0, .max = 1000});
  v.field(
      "request-time", request_time,
      {.help = "a request that takes longer to arrive is ended", .unit = "s", .min = 1, .max = 60});
  v.field("device", device, {.help = "where samples are drawn: auto, cpu, cuda or cuda:N"});
  v.field("web", web, {.help = "a folder with the files of the page, instead of those built in"});
}

void check(const ServerOptions& options) {
  std::error_code failed;
  if (std::filesystem::exists(options.runs, failed) &&
      !std::filesystem::is_directory(options.runs, failed))
    throw UsageError("is a file, expected the folder of runs", "--runs " + options.runs);
  if (!options.web.empty() &&
      !std::filesystem::exists(std::filesystem::path(options.web) / "index.html", failed))
    throw UsageError("no page there, expected a folder with index.html", "--web " + options.web,
                     "leave --web out for the page that is built in");
  if (!is_loopback_name(options.host) && options.token.empty() && !options.classroom)
    throw UsageError("others could reach this server, and it has no token",
                     "--host " + options.host,
                     options.tls.empty()
                         ? "--token SECRET; or --classroom, where others may look and play only"
                         : "--token SECRET, since TLS does not say who asks; or --classroom, where "
                           "others may look and play only");
  if (!options.tls.empty()) (void)tls_files(options.tls);
  if (options.token.find_first_of(" \t\r\n;,\"") != std::string::npos)
    throw UsageError("a token has no spaces, quotes, commas or semicolons", "--token");
}

}  // namespace gannet::server
