#include "gannet/server/lanes.h"

#include <algorithm>

namespace gannet::server {

WorkQueue::WorkQueue(size_t threads, size_t most, const Work& begin) : most_(most) {
  for (size_t i = 0; i < threads; ++i)
    threads_.emplace_back([this, begin] {
      if (begin) begin();
      run();
    });
}

WorkQueue::~WorkQueue() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    work_.clear();
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkQueue::add(Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (work_.size() >= most_) return false;
    work_.push_back(std::move(work));
  }
  wake_.notify_one();
  return true;
}

size_t WorkQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return work_.size();
}

void WorkQueue::run() {
  for (;;) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ends_ || !work_.empty(); });
      if (ends_) return;
      work = std::move(work_.front());
      work_.pop_front();
    }
    work();
  }
}

Lanes::Lanes(size_t most, size_t drawers, const Work& begin_drawer, const Work& begin_tool) {
  const auto add = [&](Lane lane, size_t threads, size_t bound, const Work& first) {
    queues_[lane] = std::make_unique<WorkQueue>(threads, bound, first);
  };
  add(Lane::files, 2, 4 * most, nullptr);
  add(Lane::networks, drawers, most, begin_drawer);
  add(Lane::tools, 1, std::min<size_t>(most, 8), begin_tool);
  add(Lane::starts, 2, std::min<size_t>(most, 8), nullptr);
}

void Lanes::add(Lane lane, Work work) {
  if (!queues_.at(lane)->add(std::move(work)))
    throw HttpError(503, "the server has too much to do", "ask again in a moment",
                    {{"Retry-After", "1"}});
}

size_t Lanes::waiting(Lane lane) const { return queues_.at(lane)->waiting(); }

}  // namespace gannet::server
