#include "gannet/server/server.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "gannet/base/error.h"
#include "gannet/base/machine.h"
#include "gannet/server/api/api.h"
#include "gannet/server/games.h"
#include "gannet/server/listener.h"
#include "gannet/server/page.h"
#include "gannet/server/trainings.h"
#include "gannet/tools/compute.h"

namespace gannet::server {
namespace {

std::vector<std::string> parted(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::vector<std::string> host_names(const ServerOptions& options) {
  std::vector<std::string> names = parted(options.host_name);
  if (is_loopback_name(options.host)) return names;
  char own[256] = {};
  if (gethostname(own, sizeof own - 1) == 0 && own[0] != 0) {
    names.emplace_back(own);
    names.push_back(std::string(own) + ".local");
  }
  names.push_back(options.host);
  for (std::string& name : names)
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return names;
}

std::vector<Path> network_files(const std::string& list) {
  std::vector<Path> files;
  for (const std::string& name : parted(list)) {
    (void)network_about(name);  // throws for what is none
    files.push_back(std::filesystem::absolute(name));
  }
  return files;
}

// Two samples at once, each by its own thread, are quicker than one after the other by two: up to
// four draw, and share the threads of tensor operators.
size_t drawers_of(int64_t threads) {
  return static_cast<size_t>(std::clamp<int64_t>(threads, 1, 4));
}

std::string scheme(const ServerOptions& options) {
  return options.tls.empty() ? "http://" : "https://";
}

int64_t threads_of(const ServerOptions& options) {
  return options.threads > 0 ? options.threads : read_machine().threads();
}

}  // namespace

struct Server::State : Application {
  State(ServerOptions o, std::function<void(const std::string&)> log, std::string program)
      : options(std::move(o)),
        guard({.loopback = is_loopback_name(options.host),
               .host_names = host_names(options),
               .token = options.token,
               .classroom = options.classroom,
               .https = !options.tls.empty()}),
        page(options.web),
        networks(options.runs, network_files(options.network), options.memory << 20,
                 static_cast<int64_t>(drawers_of(threads_of(options))), options.device),
        listener({.host = options.host,
                  .port = static_cast<uint16_t>(options.port),
                  .request_time = std::chrono::seconds(options.request_time),
                  .tls = options.tls.empty() ? nullptr : tls_settings(tls_files(options.tls))},
                 *this),
        children(std::move(program), log),
        uploads(std::make_shared<Uploads>(Path(options.runs),
                                          static_cast<uint64_t>(options.upload) << 20, children)),
        trainings(std::make_shared<Trainings>(networks, *uploads, children,
                                              static_cast<size_t>(options.trainings))),
        games(std::make_shared<GameRooms>(static_cast<size_t>(threads_of(options)),
                                          static_cast<size_t>(options.games),
                                          [] { prepare_compute_thread(1); })),
        services{options,  guard,
                 networks, counters,
                 lanes,    drawers_of(threads_of(options)),
                 log,      [this] { return gauges(); }},
        router(make_routes()),
        lanes(
            static_cast<size_t>(options.queue), services.drawers,
            [n = std::max<int64_t>(1,
                                   threads_of(options) / static_cast<int64_t>(services.drawers))] {
              prepare_compute_thread(n);
            },
            [n = threads_of(options)] { prepare_compute_thread(n); }) {}

  std::vector<Route> make_routes() {
    Routes routes;
    add_health_routes(routes, services);
    add_recipe_routes(routes, services);
    add_run_routes(routes, services, trainings);
    add_network_routes(routes, services);
    add_generate_routes(routes, services);
    add_game_routes(routes, games);
    add_training_routes(routes, trainings);
    add_dataset_routes(routes, uploads);
    add_picture_routes(routes, services);
    add_judge_routes(routes, services, uploads);
    add_quiz_routes(routes, services);
    add_random_page(routes, services);
    add_openapi_route(routes);
    return routes;
  }

  std::vector<Counters::Gauge> gauges() const {
    const Networks::Kept kept = networks.kept();
    const auto number = [](auto n) { return static_cast<double>(n); };
    return {{"connections", "open connections", number(listener.counts().connections.load())},
            {"event_streams", "open event streams", number(listener.counts().streams.load())},
            {"networks_loaded", "networks in memory", number(kept.networks)},
            {"networks_bytes", "bytes of the files of networks in memory", number(kept.bytes)},
            {"games", "open games", number(games->count())},
            {"trainings", "trainings that the page started", number(trainings->running())},
            {"queue", "requests that wait for a network", number(lanes.waiting(Lane::networks))},
            {"resident_memory_bytes", "of this process", resident_memory().now_mb * 1e6}};
  }

  Admission admit(Request& head) override {
    guard.check_origin(head);
    head.trusted = guard.is_trusted(head);
    head.route = router.find(head);
    if (head.route == nullptr) return {};
    guard.check_access(*head.route, head);
    Admission admission{.most_body = head.route->most_body};
    if (head.route->body == BodyKind::none) admission.most_body = 65536;
    if (head.route->body == BodyKind::upload) {
      const std::shared_ptr<Uploads::Place> place = uploads->begin();
      admission.file = place->body();
      admission.keeps = place;
    }
    return admission;
  }

  void handle(Request request, Reply reply) override {
    const Route* route = request.route;
    const auto start = std::chrono::steady_clock::now();
    Reply finish = [this, route, start, reply = std::move(reply)](Response response) {
      const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
      counters.add_request(route == nullptr ? "page" : route->id, response.status, time.count());
      reply(std::move(response));
    };
    try {
      if (route != nullptr) read_body(*route, request);
      if (route != nullptr && route->late_handler) return route->late_handler(request, finish);
      const Lane lane = route == nullptr ? Lane::files : route->lane;
      if (lane == Lane::sockets) return finish(route->handler(request));
      lanes.add(lane, [this, route, request = std::move(request), finish] {
        finish(answer(route, request));
      });
    } catch (...) {
      finish(error_response(std::current_exception()));
    }
  }

  Response answer(const Route* route, const Request& request) {
    try {
      try {
        return route == nullptr ? page.get(request) : route->handler(request);
      } catch (...) {
        rethrow_plain(std::current_exception());
      }
    } catch (...) {
      return error_response(std::current_exception());
    }
  }

  void run_elsewhere(std::function<void()> work) override {
    lanes.add(Lane::files, std::move(work));
  }

  // The lanes end first: their threads use all the rest.
  ServerOptions options;
  Guard guard;
  Page page;
  Counters counters;
  Networks networks;
  Listener listener;
  Children children;
  std::shared_ptr<Uploads> uploads;
  std::shared_ptr<Trainings> trainings;
  std::shared_ptr<GameRooms> games;
  Services services;
  Router router;
  Lanes lanes;
};

Server::Server(ServerOptions options, std::function<void(const std::string&)> log,
               std::string program) {
  check(options);
  state_ = std::make_unique<State>(std::move(options), std::move(log), std::move(program));
}

Server::~Server() = default;

std::string Server::url() const {
  const std::string& host = state_->options.host;
  const bool any = host == "0.0.0.0" || host == "::";
  return scheme(state_->options) +
         (any                                   ? "127.0.0.1"
          : host.find(':') != std::string::npos ? "[" + host + "]"
                                                : host) +
         ":" + std::to_string(state_->listener.port()) + "/";
}

std::vector<std::string> Server::urls_of_others() const {
  const std::string& host = state_->options.host;
  std::vector<std::string> urls;
  ifaddrs* all = nullptr;
  if ((host != "0.0.0.0" && host != "::") || getifaddrs(&all) != 0) return urls;
  for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
    char text[INET_ADDRSTRLEN] = {};
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET ||
        (each->ifa_flags & (IFF_UP | IFF_LOOPBACK)) != IFF_UP)
      continue;
    sockaddr_in address;
    std::memcpy(&address, each->ifa_addr, sizeof address);
    if (inet_ntop(AF_INET, &address.sin_addr, text, sizeof text) != nullptr)
      urls.push_back(scheme(state_->options) + text + ":" +
                     std::to_string(state_->listener.port()) + "/");
  }
  freeifaddrs(all);
  return urls;
}

void Server::run(const std::function<bool()>& stops) {
  state_->listener.run(stops);
  state_->children.end();
}

}  // namespace gannet::server
