// The group by c10d. The only source file that knows it.
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iterator>
#include <map>
#include <thread>
#include <vector>

#include "gannet/training/detail/listen.h"
#include "gannet/training/processes.h"

#ifdef GANNET_GLOO
#include <c10/util/Logging.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif

namespace gannet {

#ifndef GANNET_GLOO

std::unique_ptr<Processes> Processes::join(const ProcessPlace& place) {
  throw Error("this build trains in one process: it was made without Gloo's headers",
              std::to_string(place.size) + " processes",
              "libgloo-dev, and build again (docs/install.md); unset WORLD_SIZE trains in one");
}

#else

namespace {

using namespace std::chrono_literals;

constexpr auto kToMeet = 300s, kToAnswer = 1800s, kToLeave = 10s;

std::string of(int64_t rank, int64_t size) {
  return "process " + std::to_string(rank) + " of " + std::to_string(size);
}

// What work() returns; where it fails, a LostProcess.
template <class Work>
auto guarded(Work work) {
  try {
    return work();
  } catch (const std::exception&) {
    throw LostProcess("another process is gone", "");
  }
}

// Rank 0's socket listens at the address that the others were told, not at all of the machine.
c10::intrusive_ptr<c10d::Store> meet(const ProcessPlace& place) {
  c10d::TCPStoreOptions options;
  options.port = place.port;
  options.timeout = kToMeet;
  options.waitWorkers = false;
  options.isServer = place.rank == 0 && !place.agent_store;
  options.useLibUV = false;  // whose server of 2.7 and older does not take a socket
  const std::string where = place.address + ":" + std::to_string(place.port);
  if (options.isServer) {
    const int fd = listen_at(place.address, place.port);
    if (fd < 0)
      throw Error("process 0 cannot listen here (" + std::string(std::strerror(errno)) + ")", where,
                  "MASTER_ADDR of the machine of process 0, and a free MASTER_PORT");
    options.masterListenFd = fd;
  }
  try {
    return c10::make_intrusive<c10d::TCPStore>(place.address, options);
  } catch (const std::exception&) {
    throw Error(of(place.rank, place.size) + " does not reach process 0", where,
                "is process 0 started, with the same MASTER_ADDR and MASTER_PORT?");
  }
}

class Gloo : public Processes {
 public:
  explicit Gloo(const ProcessPlace& place) : place_(place) {
    const auto interface = device();
    store_ = c10::make_intrusive<c10d::PrefixStore>("gannet/" + place.attempt, meet(place));
    store_->setTimeout(kToMeet);
    meet_all();
    auto options = c10d::ProcessGroupGloo::Options::create(kToMeet);
    options->devices.push_back(interface);
    try {
      group_ = c10::make_intrusive<c10d::ProcessGroupGloo>(
          c10::make_intrusive<c10d::PrefixStore>("gloo", store_), static_cast<int>(place.rank),
          static_cast<int>(place.size), options);
    } catch (const std::exception&) {
      throw Error(of(place.rank, place.size) + " does not reach the others", "",
                  "GLOO_SOCKET_IFNAME names the network interface that all can reach");
    }
    group_->setTimeout(kToAnswer);
  }

  int64_t rank() const override { return place_.rank; }
  int64_t size() const override { return place_.size; }

  void sum(const Tensor& x) const override {
    run([&](std::vector<Tensor>& all) { return group_->allreduce(all); }, x);
  }

  std::function<void()> begin_sum(const Tensor& x) const override {
    if (!x.is_cpu() || !group_) return Processes::begin_sum(x);
    std::vector<Tensor> all{x.detach()};
    auto work = guarded([&] { return group_->allreduce(all); });
    return [work, all] { guarded([&] { return work->wait(); }); };
  }

  void broadcast(const Tensor& x) const override {
    run([&](std::vector<Tensor>& all) { return group_->broadcast(all); }, x);
    x.unsafeGetTensorImpl()->bump_version();  // weights: see Adam::step()
  }

  std::string broadcast(const std::string& text) const override {
    const auto bytes = at::TensorOptions(at::kByte);
    const Tensor length = at::full({1}, static_cast<int64_t>(text.size()), at::kLong);
    broadcast(length);
    const Tensor content = at::empty({length.item<int64_t>()}, bytes);
    if (rank() == 0) std::memcpy(content.mutable_data_ptr(), text.data(), text.size());
    broadcast(content);
    return {static_cast<const char*>(content.const_data_ptr()),
            static_cast<size_t>(content.numel())};
  }

  int64_t local_rank() const override { return place_.local_rank; }
  std::string leave(const std::string& error) override {
    if (!last_words_) last_words_ = last_words(error);
    return *last_words_;
  }

 private:
  std::string last_words(const std::string& error);
  std::string verdict(const std::string& error);
  std::vector<int64_t> wait_for(const char* what, std::vector<int64_t> ranks) const;
  std::string key(const char* what, int64_t rank) const {
    return std::string(what) + "/" + std::to_string(rank);
  }
  std::vector<int64_t> without(const char* what) const;  // the ranks that have not set this key
  void meet_all();
  std::shared_ptr< ::gloo::transport::Device> device() const;
  template <class Start>
  void run(Start start, const Tensor& x) const;

  const ProcessPlace place_;
  c10::intrusive_ptr<c10d::Store> store_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
  std::optional<std::string> last_words_;
};

std::vector<int64_t> Gloo::without(const char* what) const {
  std::vector<int64_t> ranks;
  for (int64_t rank = 0; rank < size(); ++rank)
    if (!store_->check({key(what, rank)})) ranks.push_back(rank);
  return ranks;
}

std::string list(const std::vector<int64_t>& ranks) {
  std::string text;
  for (size_t i = 0; i < ranks.size() && i < 8; ++i)
    text += (i > 0 ? ", " : "") + std::to_string(ranks[i]);
  return text + (ranks.size() > 8 ? " and more" : "");
}

void Gloo::meet_all() {
  if (store_->add(key("taken", rank()), 1) > 1)
    throw Error("two processes were told that they are " + of(rank(), size()), "RANK",
                "numbers from 0 on, each once; or torchrun");
  store_->set(key("here", rank()), std::to_string(size()));
  std::vector<std::string> keys;
  for (int64_t each = 0; each < size(); ++each) keys.push_back(key("here", each));
  try {
    store_->wait({keys[0]}, kToMeet);
    if (const std::string first = store_->get_to_str(keys[0]); first != std::to_string(size()))
      throw Error("process 0 was told of " + first + " processes, and process " +
                      std::to_string(rank()) + " of " + std::to_string(size()),
                  "WORLD_SIZE");
    store_->wait(keys, kToMeet);
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    throw Error("not all processes came within five minutes",
                "missing of " + std::to_string(size()) + ": " + list(without("here")),
                "each needs the same WORLD_SIZE, MASTER_ADDR and MASTER_PORT");
  }
}

std::shared_ptr< ::gloo::transport::Device> Gloo::device() const {
  const char* name = std::getenv("GLOO_SOCKET_IFNAME");
  try {
    if (name != nullptr && *name != '\0')
      return c10d::ProcessGroupGloo::createDeviceForInterface(name);
    return c10d::ProcessGroupGloo::createDeviceForHostname(
        own_address_towards(place_.address, place_.port));
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    throw Error("this machine has no such network interface with an address",
                "GLOO_SOCKET_IFNAME=" + std::string(name == nullptr ? "" : name),
                "`ip address` lists them");
  }
}

// Of x in place; over the CPU's memory where it is elsewhere.
template <class Start>
void Gloo::run(Start start, const Tensor& x) const {
  if (x.numel() == 0) return;
  if (!group_) throw LostProcess("this process has left its group", "");
  std::vector<Tensor> all{x.detach().cpu()};
  guarded([&] { return start(all)->wait(); });
  if (!x.is_cpu()) x.copy_(all[0]);
}

std::string ended(const std::vector<int64_t>& ranks, int64_t size) {
  return (ranks.size() == 1 ? "process " : "processes ") + list(ranks) + " of " +
         std::to_string(size) + " ended without a word: killed, or out of memory";
}

// Waits until each of these ranks has set this key, but not longer than kToLeave; returns those
// that have not.
std::vector<int64_t> Gloo::wait_for(const char* what, std::vector<int64_t> ranks) const {
  const auto end = std::chrono::steady_clock::now() + kToLeave;
  for (;;) {
    std::erase_if(ranks, [&](int64_t rank) { return store_->check({key(what, rank)}); });
    if (ranks.empty() || std::chrono::steady_clock::now() > end) return ranks;
    std::this_thread::sleep_for(20ms);
  }
}

// The store outlives the connections: it has who ended, and by what.
std::string Gloo::verdict(const std::string& error) {
  store_->set(key("left", rank()), "left" + error);
  group_.reset();  // its connections close, and the others notice
  std::vector<int64_t> all, there;
  for (int64_t each = 0; each < size(); ++each) all.push_back(each);
  const std::vector<int64_t> gone = wait_for("left", all);
  std::ranges::set_difference(all, gone, std::back_inserter(there));
  std::map<int64_t, std::string> errors;
  for (const int64_t each : there)
    errors[each] = store_->get_to_str(key("left", each)).substr(std::strlen("left"));
  store_->set(key("read", rank()), "");
  if (rank() == 0) wait_for("read", there);  // the store may end with this process
  if (!error.empty()) return rank() > 0 && errors[0] == error ? "" : error;
  const auto first_lost =
      std::ranges::find(errors, "", &std::pair<const int64_t, std::string>::second);
  const bool said =
      std::ranges::any_of(errors, [](const auto& each) { return !each.second.empty(); });
  return said || rank() != first_lost->first || gone.empty() ? "" : ended(gone, size());
}

std::string Gloo::last_words(const std::string& error) {
  try {
    store_->setTimeout(kToLeave);
    return verdict(error);
  } catch (const std::exception&) {  // the store went with process 0, or with torchrun
    if (!error.empty()) return error;
    return rank() == 1 ? ended({0}, size()) : "";
  }
}

}  // namespace

// c10d's own warnings, with a backtrace each, say nothing that an Error here does not.
std::unique_ptr<Processes> Processes::join(const ProcessPlace& place) {
  if (std::getenv("TORCH_CPP_LOG_LEVEL") == nullptr) FLAGS_caffe2_log_level = 3;  // fatal
  try {
    return std::make_unique<Gloo>(place);
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    throw LostProcess("process 0 ended before all had come", place.address);
  }
}

#endif

}  // namespace gannet
