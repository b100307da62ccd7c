// The threads that do the work of requests, by lanes: a long task holds up its own kind alone, and
// tensors of one kind of task are of its threads alone.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gannet/server/http/route.h"

namespace gannet::server {

using Work = std::function<void()>;

// Threads that take work in its order.
class WorkQueue {
 public:
  // `begin` is called first on each thread. `most`: work that may wait.
  WorkQueue(size_t threads, size_t most, const Work& begin);
  ~WorkQueue();  // ends when the work under way is done; what waits is dropped
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  bool add(Work work);  // false: too much waits
  size_t waiting() const;

 private:
  void run();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Work> work_;
  size_t most_;
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

class Lanes {
 public:
  // most: as above, of each lane; drawers: threads that draw samples. begin_drawer and begin_tool
  // are called on each thread that computes.
  Lanes(size_t most, size_t drawers, const Work& begin_drawer, const Work& begin_tool);

  // Throws HttpError 503 with Retry-After where too much waits. Not for Lane::sockets.
  void add(Lane lane, Work work);
  size_t waiting(Lane lane) const;

 private:
  std::map<Lane, std::unique_ptr<WorkQueue>> queues_;
};

}  // namespace gannet::server
