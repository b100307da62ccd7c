// gannet doctor: what this machine has.
#include <ATen/Version.h>
#include <torch/headeronly/version.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "cli/commands.h"
#include "cli/threads.h"
#include "gannet/base/machine.h"
#include "gannet/base/nvidia_driver.h"
#include "gannet/base/version.h"
#include "gannet/data/registry.h"
#ifdef GANNET_SERVER
#include "gannet/server/server.h"
#endif
#include "gannet/tensor/device.h"
#include "gannet/tensor/recording.h"

namespace gannet::cli {
namespace {

struct DoctorOptions : Fields {
  bool json = false;
  void fields(FieldVisitor& visitor) override {
    visitor.field("json", json, {.help = "print one JSON document"});
  }
};

// The OpenMP run-time libraries in this process. Two would each start their own threads.
std::vector<std::string> openmp_libraries() {
  std::set<std::string> found;
  std::ifstream maps("/proc/self/maps");
  const std::regex name("/(lib(gomp|omp|iomp5)[^/ ]*)$");
  for (std::string line; std::getline(maps, line);) {
    if (std::smatch match; std::regex_search(line, match, name)) found.insert(match[1]);
  }
  return {found.begin(), found.end()};
}

// "Intel(R) MKL Version 2026..." -> its first line, without what follows a bracket.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// Free space where `folder` is, or will be.
double free_mb(std::filesystem::path folder) {
  std::error_code error;
  while (!std::filesystem::exists(folder, error) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  const auto space = std::filesystem::space(folder.empty() ? "." : folder, error);
  return error ? 0 : static_cast<double>(space.available) / 1e6;
}

// First of all: libtorch looks for GPUs once, and its CUDA part must be open by then.
nlohmann::json examine_devices() {
  const CudaReport cuda = examine_cuda();
  const NvidiaDriver driver = read_nvidia_driver();
  const ChosenDevice chosen = choose_device("auto");
  nlohmann::json gpus = nlohmann::json::array();
  for (const Gpu& gpu : driver.gpus)
    gpus.push_back({{"name", gpu.name},
                    {"memory_mb", gpu.memory_mb},
                    {"capability", std::to_string(gpu.capability / 10) + "." +
                                       std::to_string(gpu.capability % 10)}});
  return {{"auto", chosen.name},
          {"gpus", gpus},
          {"driver", driver.version},
          {"driver_cuda", driver.cuda > 0 ? cuda_version_text(driver.cuda) : ""},
          {"libtorch_cuda", cuda.runtime},
          {"cudnn", cuda.cudnn},
          {"why_no_gpu", cuda.problem},
          {"why_no_graphs", chosen.is_cpu() ? "no GPU" : why_no_graphs()},
          {"hint", cuda.hint}};
}

// Of the build: has it `gannet serve`, and the page?
#ifdef GANNET_SERVER
bool has_server() { return true; }
bool has_page() { return server::has_page(); }
#else
bool has_server() { return false; }
bool has_page() { return false; }
#endif

nlohmann::json examine() {
  const nlohmann::json devices = examine_devices();
  const Machine machine = read_machine();
  return {{"version", version()},
          {"devices", devices},
          {"cpu", machine.cpu},
          {"instruction_sets", machine.instruction_sets},
          {"logical_cpus", machine.logical_cpus},
          {"physical_cores", machine.physical_cores},
          {"cpu_quota", machine.cpu_quota},
          {"threads", chosen_threads()},
          {"memory_mb", machine.memory_mb},
          {"memory_available_mb", machine.memory_available_mb},
          {"libtorch",
           {{"version", TORCH_VERSION},
            {"cpu_capability", at::get_cpu_capability()},
            {"blas", first_line(at::get_mkl_version())},
            {"onednn", first_line(at::get_mkldnn_version())},
            {"openmp", first_line(at::get_openmp_version())},
            {"configuration", at::show_config()}}},
          {"openmp_libraries", openmp_libraries()},
          {"data_folder", data_folder()},
          {"server", has_server()},
          {"data_free_mb", free_mb(data_folder())},
          {"page", has_page()}};
}

std::string words_text(const nlohmann::json& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word.get<std::string>();
  return text;
}

std::string gigabytes(double mb) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f GB", mb / 1000);
  return text;
}

std::vector<std::vector<std::string>> device_rows(const nlohmann::json& devices) {
  const auto word = [&](const char* key) { return devices[key].get<std::string>(); };
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 0; i < devices["gpus"].size(); ++i) {
    const auto& gpu = devices["gpus"][i];
    rows.push_back({"cuda:" + std::to_string(i),
                    gpu["name"].get<std::string>() + ", " + gigabytes(gpu["memory_mb"]) +
                        ", compute capability " + gpu["capability"].get<std::string>()});
  }
  if (!word("driver_cuda").empty())
    rows.push_back({"NVIDIA driver", (word("driver").empty() ? "" : word("driver") + ", ") +
                                         "runs CUDA " + word("driver_cuda")});
  if (!word("libtorch_cuda").empty())
    rows.push_back({"CUDA", word("libtorch_cuda") + " of libtorch, cuDNN " + word("cudnn")});
  if (word("auto") != "cpu")
    rows.push_back(
        {"CUDA graphs", word("why_no_graphs").empty() ? "yes" : "none: " + word("why_no_graphs")});
  const std::string why = word("why_no_gpu");
  rows.push_back({"--device auto", word("auto") + (why.empty() ? "" : ": " + why)});
  return rows;
}

std::string page_text(bool server, bool page) {
  if (page) return "built in: gannet serve";
  return server ? "none: gannet serve has the API alone (web/dist was not there)"
                : "none: built without the server (libboost-dev)";
}

std::string as_text(const nlohmann::json& report) {
  const auto number = [&](const char* key) { return std::to_string(report[key].get<int64_t>()); };
  const auto torch = [&](const char* key) { return report["libtorch"][key].get<std::string>(); };
  const double quota = report["cpu_quota"];
  std::vector<std::vector<std::string>> rows = {
      {"gannet", report["version"]},
      {"processor", report["cpu"]},
      {"cores", number("physical_cores") + " (" + number("logical_cpus") + " with hyperthreads" +
                    (quota > 0 ? ", limited to " + report["cpu_quota"].dump() : "") + ")"},
      {"instruction sets", words_text(report["instruction_sets"])},
      {"threads", number("threads") + " (--threads or GANNET_THREADS change it)"},
      {"memory", gigabytes(report["memory_mb"]) + ", " + gigabytes(report["memory_available_mb"]) +
                     " available"},
      {"libtorch", torch("version") + ", uses " + torch("cpu_capability")},
      {"BLAS", torch("blas")},
      {"oneDNN", torch("onednn")},
      {"OpenMP", words_text(report["openmp_libraries"]) + ", " + torch("openmp")},
      {"data folder", report["data_folder"].get<std::string>() + ", " +
                          gigabytes(report["data_free_mb"]) + " free"},
  };
  const auto devices = device_rows(report["devices"]);
  rows.insert(rows.end() - 1, devices.begin(), devices.end());
  rows.push_back({"web page", page_text(report["server"], report["page"])});
  return table(rows);
}

}  // namespace

int run_doctor(const Arguments& arguments) {
  DoctorOptions options;
  const Usage usage{.program = "gannet doctor",
                    .summary = "What this machine has for training: processor, memory, libraries.",
                    .groups = {{"Options", &options}}};
  if (!parse(usage, arguments)) return 0;
  const nlohmann::json report = examine();
  if (report["openmp_libraries"].size() > 1) {
    warn("more than one OpenMP library is loaded, training will be slow: " +
         words_text(report["openmp_libraries"]));
  }
  print(options.json ? report.dump(2) + "\n" : as_text(report));
  return 0;
}

}  // namespace gannet::cli
