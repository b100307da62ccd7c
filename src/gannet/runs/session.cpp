#include "gannet/runs/session.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/headeronly/version.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "gannet/base/machine.h"
#include "gannet/base/version.h"
#include "gannet/data/registry.h"
#include "gannet/models/legacy_names.h"
#include "gannet/models/model_file.h"
#include "gannet/runs/detail/run_writer.h"
#include "gannet/runs/detail/trainer_state.h"
#include "gannet/runs/detail/unused_labels.h"
#include "gannet/text/tokenizer.h"
#include "gannet/training/option_checks.h"

namespace gannet {
namespace {

using nlohmann::json;

// The parts of a run, in the order of their construction.
struct Session {
  Config config;
  const Recipe* recipe;
  std::shared_ptr<const Dataset> data;
  std::unique_ptr<Gan> gan;
  std::unique_ptr<Loader> loader;
  std::unique_ptr<Trainer> trainer;
};

// The data; its decisions become a part of the config, so that a resume takes none.
std::unique_ptr<Dataset> open_data(Config& config) {
  SourceOptions options = config.run.source;
  options.threads = config.run.threads;
  std::unique_ptr<Dataset> data = open_dataset(config.run.data, options);
  for (const Decision& d : data->decisions()) {
    if (d.name == "image-size" || d.name == "rate" || d.name == "length")
      set_field(config.run, d.name, d.value);
    config.decisions.push_back(d);
  }
  return data;
}

Session open_session(Config config) {
  if (config.run.data.empty())
    throw UsageError("no data: --data is missing", "",
                     "`gannet data list` shows the built-in sets");
  resolve(config);
  at::set_num_threads(static_cast<int>(config.run.threads));
  at::globalContext().setFlushDenormal(true);
  Session s{.config = std::move(config)};
  s.recipe = &find_recipe(s.config.cfg);
  const Options& o = *s.config.options;
  s.data = prepared(*s.recipe, open_data(s.config), o);
  if (o.mirror && !s.data->info().is_image())
    throw UsageError("--mirror is for images", s.config.run.data);
  if (s.config.run.metrics == "modes" && known_modes(s.config.run.data).centres.empty())
    throw UsageError("--metrics modes is for points whose modes are known", s.config.run.data,
                     "--metrics default");
  s.gan = make_gan(*s.recipe, o, s.data->info(), Setup{.seed = o.seed});
  s.loader = std::make_unique<Loader>(
      s.data, Loader::Options{.seed = o.seed,
                              .batch = o.batch / std::max<int64_t>(1, o.accumulate),
                              .mirror = o.mirror});
  s.trainer = std::make_unique<Trainer>(*s.gan, *s.loader, o);
  return s;
}

std::string data_summary(const Dataset& data) {
  const DatasetInfo& shape = data.info();
  std::string text =
      data.name() + ": " + std::to_string(data.size()) + " samples of " + to_string(shape.dims);
  if (!shape.input_image.empty()) text += ", input images " + to_string(shape.input_image);
  if (!shape.classes.empty()) text += ", " + std::to_string(shape.classes_count()) + " classes";
  if (shape.attributes > 0) text += ", " + std::to_string(shape.attributes) + " attributes";
  if (!data.caption(0).empty()) text += ", with captions";
  return text;
}

void write_options(const RunDirectory& run, Session& s) {
  const Machine machine = read_machine();
  json object = to_json(s.config);
  object["gannet"] = {{"version", version()}, {"libtorch", TORCH_VERSION}};
  object["machine"] = {{"cpu", machine.cpu},
                       {"instruction_sets", machine.instruction_sets},
                       {"threads", s.config.run.threads},
                       {"memory_mb", machine.memory_mb}};
  object["dataset"] = {{"name", s.data->name()},
                       {"hash", s.data->hash()},
                       {"size", s.data->size()},
                       {"shape", s.data->info().dims}};
  object["decisions"] = json::array();
  for (const Decision& d : s.config.decisions)
    object["decisions"].push_back({{"name", d.name}, {"value", d.value}, {"reason", d.reason}});
  write_file(run.options(), object.dump(2) + "\n");
}

// Runs a session to its end in its directory, and writes DONE or FAILED there.
void run_session(Session& s, const RunDirectory& run, ProgressListener& listener, double seconds) {
  bool whole = false;
  try {
    RunWriter writer(run, *s.recipe, s.config, *s.data, listener, seconds);
    writer.start(*s.trainer);
    whole = s.trainer->train(writer);
    if (whole) write_file(run.done(), "done at step " + std::to_string(s.trainer->step()) + "\n");
  } catch (const std::exception& error) {
    try {
      write_file(run.failed(), std::string(error.what()) + "\n");
    } catch (const Error&) {  // the disk may be what failed
    }
    throw;
  }
  if (!whole)
    throw Interrupted("interrupted, state saved at step " + std::to_string(s.trainer->step()),
                      run.path().string(), "gannet resume " + run.path().string());
}

// Token numbers of another tokenizer than the one in training are meaningless.
void check_tokenizer(const Metadata& metadata, const DatasetInfo& shape,
                     const std::string& source) {
  if (shape.tokenizer && metadata_at(metadata, "tokenizer", source) != shape.tokenizer->write())
    throw Error("its tokens are not those of these captions", source,
                "the same data, --vocabulary and --text-length as it began with");
}

// Copies the weights of a network file into a new run's networks.
void start_from(const Path& path, Gan& gan, const DatasetInfo& shape) {
  const Bytes bytes = read_file(path);
  const std::string source = path.string();
  const SafetensorsFile file = read_model_file(
      bytes, "network", source,
      "network-*.safetensors of the same run; gannet resume RUN goes on with a run");
  try {
    check_tokenizer(file.metadata, shape, source);
    read_into(file, network_tensors(gan), source);
  } catch (const Error& error) {
    throw Error("--resume: " + std::string(error.what()), "",
                "its weights are of --cfg " + metadata_at(file.metadata, "recipe", source) +
                    ", and samples of " + metadata_at(file.metadata, "shape", source) +
                    "; recipe, options and data must make the same networks");
  }
}

// Puts the newest state that opens into the trainer; returns the seconds the run took until then,
// or none where there is no state at all.
std::optional<double> load_state(Session& s, const RunDirectory& run, ProgressListener& listener) {
  std::vector<int64_t> steps = run.states();
  for (; !steps.empty(); steps.pop_back()) {
    const std::string source = run.state(steps.back()).string();
    try {
      const Bytes bytes = read_file(source);
      const SafetensorsFile file = read_model_file(bytes, "state", source, "");
      const TrainerState progress =
          trainer_state_from_json(metadata_json(file.metadata, "progress", source), source);
      const double seconds = metadata_json(file.metadata, "seconds", source).get<double>();
      if (metadata_at(file.metadata, "dataset", source) != s.data->hash())
        throw Error(
            "the data is not what this run began with", s.config.run.data,
            "put the same files back; a new run on the new data: gannet train --resume NETWORK");
      check_tokenizer(file.metadata, s.data->info(), source);
      read_into(file, s.trainer->tensors(), source);
      s.trainer->set_state(progress);
      return seconds;
    } catch (const Error& error) {
      if (error.where() == s.config.run.data || steps.size() == 1) throw;
      listener.warning(std::string(error.what()) + " (using the state before)");
    }
  }
  return std::nullopt;
}

void warn_of_changes(const json& options, const Config& config, ProgressListener& listener) {
  const json& machine = options.value("machine", json::object());
  const Machine now = read_machine();
  if (machine.value("instruction_sets", json()) != json(now.instruction_sets) ||
      machine.value("threads", int64_t{0}) != config.run.threads)
    listener.warning(
        "this run began with other threads or on a CPU with other instruction sets: its numbers "
        "may differ in the last bits");
}

std::vector<NetTable> net_tables(Gan& gan) {
  std::vector<NetTable> all;
  for (const Gan::Member& member : gan.members()) {
    const NetSpec& spec = member.net->spec();
    NetTable table{
        .name = spec.name(), .parameters = spec.parameter_count(), .flops = spec.flops()};
    for (const NetSpec::Row& row : spec.table())
      table.rows.push_back({row.layer, row.kind, to_string(row.shape), row.parameters, row.flops});
    all.push_back(std::move(table));
  }
  return all;
}

}  // namespace

std::vector<NetTable> net_tables(const Config& config) {
  const std::string source =
      config.run.data.empty() ? std::string(find_recipe(config.cfg).try_data) : config.run.data;
  const Recipe& recipe = find_recipe(config.cfg);
  const auto data = prepared(recipe, open_dataset(source, config.run.source), *config.options);
  const auto gan = make_gan(recipe, *config.options, data->info(), Setup{});
  return net_tables(*gan);
}

Plan plan(Config& config) {
  Session s = open_session(std::move(config));
  Plan result{
      .nets = net_tables(*s.gan), .data = data_summary(*s.data), .steps = s.trainer->steps_total()};

  if (const auto unused = unused_labels(*s.recipe, *s.config.options, *s.gan, *s.data))
    result.data += "\nlabels: " + *unused;

  // A few real steps tell more than any formula: the first ones warm up, the others are timed for
  // about a second.
  struct Timer : Observer {
    std::vector<double> seconds;
    std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
    double total = 0;
    bool on_step(const Trainer&) override {
      const auto now = std::chrono::steady_clock::now();
      seconds.push_back(std::chrono::duration<double>(now - last).count());
      last = now;
      total += seconds.back();
      return total < 2 || seconds.size() < 6;
    }
  } timer;
  s.trainer->train(timer);
  if (!timer.seconds.empty()) {
    std::ranges::sort(timer.seconds);
    result.seconds = timer.seconds[timer.seconds.size() / 2] * static_cast<double>(result.steps);
  }
  result.memory_mb = resident_memory().peak_mb;
  config = std::move(s.config);
  return result;
}

Path train(Config config, ProgressListener& listener) {
  Session s = open_session(std::move(config));
  if (!s.config.run.resume.empty()) start_from(s.config.run.resume, *s.gan, s.data->info());
  std::string name =
      s.config.cfg + "-" + s.data->name() + "-batch" + std::to_string(s.config.options->batch);
  if (!s.config.run.desc.empty()) name += "-" + s.config.run.desc;
  const RunDirectory run = RunDirectory::create(s.config.run.outdir, name);
  const FileLock lock(run.lock());
  write_options(run, s);
  for (const std::string& line : unwise_choices(*s.config.options, s.data->info()))
    listener.warning(line);
  for (const Decision& d : s.config.decisions)
    listener.line(d.name + " = " + d.value + ": " + d.reason);
  listener.line(data_summary(*s.data));
  if (const auto unused = unused_labels(*s.recipe, *s.config.options, *s.gan, *s.data))
    listener.line("labels: " + *unused);
  for (const std::string& warning : s.data->warnings()) listener.warning(warning);
  listener.line("run: " + run.path().string());
  run_session(s, run, listener, 0);
  return run.path();
}

Path resume(const Path& path, ProgressListener& listener) {
  const RunDirectory run = RunDirectory::open(path);
  const FileLock lock(run.lock());
  const std::string source = run.options().string();
  const json options = json::parse(read_text(run.options()), nullptr, /*allow_exceptions=*/false);
  if (options.is_discarded()) throw Error("not JSON", source);
  Config config = config_from_json(current_options(options), source);
  if (std::filesystem::exists(run.done())) {
    listener.line("this run is done already: " + run.path().string());
    return run.path();
  }
  Session s = open_session(std::move(config));
  warn_of_changes(options, s.config, listener);
  const std::optional<double> seconds = load_state(s, run, listener);
  if (!seconds && !s.config.run.resume.empty())
    start_from(s.config.run.resume, *s.gan, s.data->info());
  run.cut(s.trainer->step(), s.trainer->images_seen() / 1000);
  listener.line(seconds ? "going on from step " + std::to_string(s.trainer->step()) + ": " +
                              run.path().string()
                        : "no state was written yet, starting over: " + run.path().string());
  run_session(s, run, listener, seconds.value_or(0));
  return run.path();
}

}  // namespace gannet
