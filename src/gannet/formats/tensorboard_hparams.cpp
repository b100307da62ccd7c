#include "gannet/formats/tensorboard_hparams.h"

#include "gannet/formats/detail/protobuf.h"

namespace gannet {
namespace {

using namespace protobuf;

// google.protobuf.Value: number_value = 2, string_value = 3, bool_value = 4.
Bytes value_of(const Hyperparameter& one) {
  Bytes value;
  if (const double* number = std::get_if<double>(&one.value)) put_double(value, 2, *number);
  if (const auto* text = std::get_if<std::string>(&one.value)) put_bytes(value, 3, as_bytes(*text));
  if (const bool* flag = std::get_if<bool>(&one.value)) put_integer(value, 4, *flag ? 1 : 0);
  return value;
}

// HParamsPluginData: version = 1 (0: not written), and one of session_start_info = 3,
// session_end_info = 4.
EventPlugin record(std::string tag, uint64_t field, const Bytes& info) {
  EventPlugin plugin{.tag = std::move(tag), .plugin = "hparams", .content = {}};
  put_bytes(plugin.content, field, info);
  return plugin;
}

}  // namespace

// SessionStartInfo: hparams = 1 (a map: entries of key = 1, value = 2), start_time_secs = 5.
EventPlugin hparams_start(const std::vector<Hyperparameter>& values, double start_time) {
  Bytes info;
  for (const Hyperparameter& one : values) {
    Bytes entry;
    put_bytes(entry, 1, as_bytes(one.name));
    put_bytes(entry, 2, value_of(one));
    put_bytes(info, 1, entry);
  }
  put_double(info, 5, start_time);
  return record("_hparams_/session_start_info", 3, info);
}

// SessionEndInfo: status = 1 (1: success, 2: failure), end_time_secs = 2.
EventPlugin hparams_end(bool success, double end_time) {
  Bytes info;
  put_integer(info, 1, success ? 1 : 2);
  put_double(info, 2, end_time);
  return record("_hparams_/session_end_info", 4, info);
}

}  // namespace gannet
