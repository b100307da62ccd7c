#include <c10/core/DeviceType.h>

#include <memory>
#include <utility>

#include "device/strict_device.h"
#include "gannet/tensor/detail/device_draws.h"
#include "gannet/tensor/recording.h"

namespace gannet::test {
namespace {

constexpr auto kStrict = c10::DeviceType::PrivateUse1;

Tape* current = nullptr;  // of the test's thread

class Recorded : public Graphs {
 public:
  void record(const std::function<void()>& work) override {
    Tape tape;
    record_on(current = &tape);
    try {
      work();
    } catch (...) {
      record_on(current = nullptr);
      throw;
    }
    record_on(current = nullptr);
    parts_.push_back(std::move(tape));
    ++StrictGraphs::recorded;
  }
  void replay(size_t part) override {
    for (const auto& operation : parts_.at(part)) operation();
    ++StrictGraphs::replayed;
  }

 private:
  std::vector<Tape> parts_;
};

// With the CPU's functions, on the memory behind the device's.
class Draws : public DeviceDraws {
 public:
  void floats(Kind kind, const DrawPlace& place, const Tensor& out) override {
    later([=] {
      auto* data = static_cast<float*>(near_address(out.mutable_data_ptr()));
      const auto rows = static_cast<size_t>(out.size(0)),
                 row = static_cast<size_t>(out.numel()) / std::max<size_t>(rows, 1);
      for (uint32_t i = 0; i < rows; ++i) {
        const std::span<float> numbers(data + i * row, row);
        kind == Kind::normal ? normal(address_of(place), place.first + i, numbers)
                             : uniform(address_of(place), place.first + i, numbers);
      }
    });
  }
  void integers(uint32_t below, const DrawPlace& place, const Tensor& out) override {
    later([=] {
      auto* data = static_cast<int64_t*>(near_address(out.mutable_data_ptr()));
      for (uint32_t i = 0; i < out.size(0); ++i)
        data[i] = integer(address_of(place), place.first + i, below);
    });
  }

 private:
  static Address address_of(const DrawPlace& place) {
    Address address = place.address;
    if (place.step != nullptr)
      address.step = static_cast<uint32_t>(*static_cast<const int64_t*>(near_address(place.step)));
    return address;
  }
  static void later(std::function<void()> draw) {
    draw();  // into memory of its own
    if (current != nullptr) current->push_back(std::move(draw));
  }
};

Draws draws;

}  // namespace

StrictGraphs::StrictGraphs() {
  recorded = replayed = 0;
  set_draws(kStrict, &draws);
  set_graphs(kStrict, [] { return std::unique_ptr<Graphs>(std::make_unique<Recorded>()); });
}

StrictGraphs::~StrictGraphs() {
  set_draws(kStrict, nullptr);
  set_graphs(kStrict, [] { return std::unique_ptr<Graphs>(); });
}

}  // namespace gannet::test
