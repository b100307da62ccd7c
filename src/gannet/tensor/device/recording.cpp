#include "gannet/tensor/recording.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "gannet/base/error.h"

namespace gannet {
namespace {

namespace fs = std::filesystem;

thread_local Recording* recording = nullptr;

using Make = std::unique_ptr<Graphs> (*)();

std::map<c10::DeviceType, Make>& registered() {
  static std::map<c10::DeviceType, Make> all;
  return all;
}

// Beside the program, beside the library that this is linked into, or where it is installed.
std::vector<fs::path> places() {
  std::vector<fs::path> all;
  Dl_info info = {};
  (void)dladdr(reinterpret_cast<void*>(&make_graphs), &info);
  for (const char* file : {"/proc/self/exe", info.dli_fname}) {
    std::error_code error;
    const fs::path folder = fs::canonical(file != nullptr ? file : "", error).parent_path();
    if (!error)
      for (const fs::path& place : {folder, folder.parent_path(), folder / "../lib/gannet"})
        all.push_back(place);
  }
  all.emplace_back(GANNET_LIBRARY_FOLDER);
  return all;
}

struct Library {
  Make make = nullptr;
  std::string why_not;
};

Library open_library() {
  for (const fs::path& place : places()) {
    const fs::path file = place / "libgannet_cuda.so";
    std::error_code error;
    if (!fs::exists(file, error)) continue;
    void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return {.why_not = dlerror()};
    const auto made_for = reinterpret_cast<const char* (*)()>(dlsym(library, "gannet_made_for"));
    const auto make = reinterpret_cast<Make>(dlsym(library, "gannet_make_graphs"));
    if (made_for == nullptr || make == nullptr || std::string(made_for()) != GANNET_MADE_FOR)
      return {.why_not = file.string() + " is of another build"};
    return {.make = make};
  }
  return {.why_not = "libgannet_cuda.so was not built: CUDA's headers were not found"};
}

const Library& library() {
  static const Library opened = open_library();
  return opened;
}

bool switched_off() {
  const char* const value = std::getenv("GANNET_GRAPHS");
  return value != nullptr && std::string_view(value) == "0";
}

}  // namespace

std::unique_ptr<Graphs> make_graphs(at::Device device) {
  if (device.is_cpu() || switched_off()) return nullptr;
  if (device.is_cuda()) return library().make != nullptr ? library().make() : nullptr;
  const auto found = registered().find(device.type());
  return found != registered().end() ? found->second() : nullptr;
}

std::string why_no_graphs() { return switched_off() ? "GANNET_GRAPHS=0" : library().why_not; }

void set_graphs(c10::DeviceType type, Make make) { registered()[type] = make; }

Recording::Recording(Values v) : values(std::move(v)) {
  if (recording != nullptr) throw Error("a step is being recorded already", "");
  recording = this;
}

Recording::~Recording() { recording = nullptr; }

Recording* Recording::current() { return recording; }

void takes_from_host(const char* what) {
  if (recording != nullptr && recording->from_host.empty()) recording->from_host = what;
}

}  // namespace gannet
