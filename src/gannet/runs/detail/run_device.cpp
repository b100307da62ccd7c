#include "gannet/runs/detail/run_device.h"

#include "gannet/base/error.h"
#include "gannet/base/machine.h"
#include "gannet/base/nvidia_driver.h"

namespace gannet {
namespace {

using nlohmann::json;

// Runs of before there was a choice were on the CPU.
json device_before(const json& options) {
  const json machine = options.value("machine", json::object());
  json device = {{"device", machine.value("device", "cpu")}};
  if (machine.contains("gpu")) device["gpu"] = machine["gpu"];
  return device;
}

std::string words(const json& device) {
  return device.value("gpu", device.value("device", "cpu") == "cpu" ? std::string("the CPU")
                                                                    : device.value("device", ""));
}

}  // namespace

void tell_device(const Session& s, ProgressListener& listener) {
  if (!s.device.is_cpu()) listener.line("device: " + s.device.text());
  if (const std::string text = s.device.warning(); !text.empty()) listener.warning(text);
  if (s.device.is_cpu() && s.config.options->precision == "tf32")
    listener.warning("--precision tf32 is a GPU's: the CPU computes in float32");
  if (s.device.is_cpu() && s.config.options->precision == "bf16" && !read_machine().has_bf16())
    listener.warning(
        "this CPU has no instructions for bfloat16 (avx512_bf16, AMX): --precision bf16 is slower "
        "than f32");
}

void keep_device(Config& config, const json& options, ProgressListener& listener) {
  if (config.run.device != "auto") return;
  const std::string kind = device_before(options).value("device", "cpu");
  if (kind == "cpu") {
    config.run.device = kind;
    if (has_nvidia_device_files())
      listener.line("this run goes on on the CPU, where it began; --device cuda takes the GPU");
    return;
  }
  try {
    config.run.device = choose_device(kind).name;
  } catch (const Error&) {  // auto takes what there is, and device_change() says that it differs
  }
}

json device_change(const Session& s, const json& options, ProgressListener& listener) {
  const json before = device_before(options), now = device_to_json(s.device);
  if (before == now) return {};
  listener.warning("this run was on " + words(before) + " and goes on on " + words(now) +
                   ": its numbers may differ in the last bits");
  return {{"option", "device"}, {"from", before["device"]}, {"to", now["device"]}};
}

json device_to_json(const ChosenDevice& device) {
  json object = {{"device", device_kind(device.name)}};
  if (!device.model.empty()) object["gpu"] = device.model;
  return object;
}

}  // namespace gannet
