#include "cli/device.h"

#include "gannet/tensor/device.h"

namespace gannet::cli {

void device_field(FieldVisitor& visitor, std::string& device) {
  visitor.field("device", device, {.help = kDeviceHelp});
}

std::string chosen_device(const std::string& option, bool silent) {
  const ChosenDevice device = choose_device(option);
  if (!device.is_cpu() && !silent) print("device: " + device.text() + "\n");
  if (const std::string text = device.warning(); !text.empty()) warn(text);
  return device.name;
}

}  // namespace gannet::cli
