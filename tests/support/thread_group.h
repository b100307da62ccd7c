// A group of "processes" that are threads of a test.
#pragma once

#include <barrier>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "gannet/tensor/process_group.h"

namespace gannet::test {

class ThreadGroup : public ProcessGroup {
 public:
  struct Shared {
    explicit Shared(int64_t size) : parts(static_cast<size_t>(size)), barrier(size) {}
    std::vector<at::Tensor> parts;
    std::barrier<> barrier;
  };
  ThreadGroup(int64_t rank, std::shared_ptr<Shared> shared)
      : rank_(rank), shared_(std::move(shared)) {}

  int64_t rank() const override { return rank_; }
  int64_t size() const override { return static_cast<int64_t>(shared_->parts.size()); }
  void sum(const at::Tensor& x) const override {
    shared_->parts[static_cast<size_t>(rank_)] = x.detach().clone();
    shared_->barrier.arrive_and_wait();
    at::Tensor total = shared_->parts[0].clone();
    for (size_t i = 1; i < shared_->parts.size(); ++i) total.add_(shared_->parts[i]);
    shared_->barrier.arrive_and_wait();
    x.copy_(total);
  }

 private:
  const int64_t rank_;
  const std::shared_ptr<Shared> shared_;
};

// work(group) by each of `size` ranks at once.
inline void in_a_group(int64_t size, const std::function<void(const ProcessGroup&)>& work) {
  const auto shared = std::make_shared<ThreadGroup::Shared>(size);
  std::vector<std::thread> threads;
  for (int64_t rank = 0; rank < size; ++rank)
    threads.emplace_back([&, rank] { work(ThreadGroup(rank, shared)); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace gannet::test
