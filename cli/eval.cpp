// gannet eval: metrics of a network's samples, or of two sets of samples, with their protocol.
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/device.h"
#include "cli/format.h"
#include "cli/progress.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/data/raw_samples.h"
#include "gannet/evaluation/result_json.h"
#include "gannet/models/network_path.h"
#include "gannet/models/zoo.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/session.h"
#include "gannet/tensor/batch.h"

namespace gannet::cli {
namespace {

using Json = nlohmann::ordered_json;

struct EvalFields : Fields {
  std::string network, data, real, fake, metrics = "default", features = "auto";
  SourceOptions source;
  std::string split = "auto", split_fake = "train", device = "auto";
  uint64_t seed = 0;
  int64_t threads = -1;
  bool reference = true, cache = true, json = false;

  void fields(FieldVisitor& v) override {
    v.field("network", network,
            {.help = "a network file, or a run: its best, else newest, network; RUN@last, "
                     "RUN@best, RUN@KIMG; zoo:NAME"});
    v.field("data", data,
            {.help = "real samples, as for train; --real is the same; of a run: without, its own"});
    v.field(
        "real", real,
        {.help = "real samples: .npy, .npz, .csv, an IDX file, a folder or zip, a built-in set"});
    v.field("fake", fake, {.help = "samples to judge in place of a network's, as --real"});
    v.field("metrics", metrics,
            {.help = "names parted by commas, with numbers of samples and neighbours: "
                     "fd10k,kid,precision_k5,prdc,two-sample; default: those of the data"});
    v.field("features", features,
            {.help = "what samples are compared by: pixels, mnist, fashion-mnist (the feature nets "
                     "of these), or a FILE of gannet classifier; auto: the feature net of the data "
                     "where there is one, else pixels"});
    v.field("split", split,
            {.help = "part of the real samples; auto: train, and of a run's own data test, where "
                     "it has one",
             .choices = {"auto", "train", "val", "test"}});
    v.field("split-fake", split_fake,
            {.help = "part of --fake", .choices = {"train", "val", "test"}});
    v.field("reference", reference, {.help = "also the value of real samples against real ones"});
    v.field("cache", cache, {.help = "keep statistics of the real samples for the next time"});
    v.field("seed", seed, {.help = "of choices of samples; a network draws by --seed and on"});
    v.field("json", json, {.help = "print one JSON document"});
    v.field("threads", threads,
            {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
    device_field(v, device);
    source_fields(v, source);
  }
};

Json as_json(const Evaluation& evaluation) {
  Json document;
  document["results"] = Json::array();
  for (const MetricResult& r : evaluation.results) {
    document["results"].push_back(to_json(r));
  }
  document["notes"] = evaluation.notes;
  return document;
}

std::string as_text(const Evaluation& evaluation) {
  std::vector<std::vector<std::string>> rows = {
      {"metric", "value", "real against real", "better", ""}};
  std::string protocols;
  for (const MetricResult& r : evaluation.results) {
    const EvaluationProtocol& p = r.protocol;
    const Metric& metric = metric_of(r.request);
    rows.push_back({r.request.name,
                    number(r.value, "%.4g") + (r.error ? " +- " + number(*r.error, "%.2g") : ""),
                    r.reference ? number(r.reference->value, "%.4g") : "-",
                    std::string(better_text(metric.better)),
                    std::string(metric.summary) + (p.k > 0 ? ", k = " + std::to_string(p.k) : "")});
    std::string line = std::to_string(p.n_fake) + " of " + p.fake + " against " +
                       std::to_string(p.n_real) + " of " + p.data + " (" + p.split + "), " +
                       to_string(p.shape) + ", features " + p.features + ", filter " + p.filter +
                       ", seed " + std::to_string(p.seed);
    if (r.reference)
      line += "; real against real: " + r.reference->what + ", " +
              std::to_string(r.reference->n_other) + " against " +
              std::to_string(r.reference->n_real);
    line += ".\n";
    if (protocols.find(line) == std::string::npos) protocols += line;
  }
  std::string text = table(rows) + "\n" + protocols;
  for (const std::string& note : evaluation.notes) text += note + "\n";
  return text;
}

bool has_test_part(const std::string& data, SourceOptions source) {
  try {
    const std::string whole = open_samples(data, source)->hash();
    source.split = "test";
    return open_samples(data, source)->hash() != whole;
  } catch (const Error&) {
    return false;
  }
}

// The test part where there is one; returns what the real samples are.
std::string take_split(EvalFields& options) {
  if (options.split == "auto")
    options.split = has_test_part(options.real, options.source) ? "test" : "train";
  return "real samples: " + options.real + " (" + options.split + ")";
}

// The data of the run that the network is of, and its test part where there is one; returns what is
// said about it. Nothing where there is no run.
std::string take_data_of_run(EvalFields& options, const Arguments& arguments) {
  if (names_zoo(options.network)) {
    options.real = data_of_zoo(options.network);
    return take_split(options) + ", what the network learned from";
  }
  const Path run = network_path(options.network).parent_path();
  if (!std::filesystem::exists(RunDirectory(run).options())) return "";
  const Config config = config_of_run(run);
  struct : Fields {
    SourceOptions source;
    void fields(FieldVisitor& visitor) override { source_fields(visitor, source); }
  } of_data;
  for (const FieldText& field : list_fields(of_data))
    if (field.name != "threads" && field.type != "bool" && peek(arguments, field.name))
      throw UsageError("is of data that --data names, and none is named", "--" + field.name,
                       "--data " + config.run.data);
  options.real = config.run.data;
  options.source = config.run.source;
  options.source.threads = options.threads;
  return take_split(options) + ", the data of the run";
}

void check(EvalFields& options) {
  if (options.real.empty()) options.real = options.data;
  const std::string example = "gannet eval --network RUN --data fashion-mnist";
  if (options.network.empty() == options.fake.empty())
    throw UsageError(options.network.empty() ? "nothing to judge: --network or --fake is missing"
                                             : "--network and --fake exclude each other",
                     "gannet eval", example);
  if (options.real.empty() && options.network.empty())
    throw UsageError("no real samples: --data or --real is missing", "gannet eval", example);
  if (!options.data.empty() && options.data != options.real)
    throw UsageError("--data and --real are the same option, and have two values", "gannet eval",
                     example);
  if (options.fake.empty() && options.split_fake != "train")
    throw UsageError("a network's samples have no parts", "--split-fake",
                     "--split is that of the data");
}

}  // namespace

int run_eval(const Arguments& arguments) {
  EvalFields options;
  if (!parse({.program = "gannet eval",
              .summary = "Metrics of a network's samples, or of two sets, each with its protocol.",
              .groups = {{"Options", &options}},
              .footer = "Examples: gannet eval --network RUN\n"
                        "          gannet eval --network RUN --data fashion-mnist --split test\n"
                        "          gannet eval --real real/ --fake samples.npy --metrics "
                        "fd5k,kid5k,prdc --json",
              .not_empty = {"network", "data", "real", "fake", "metrics", "features"}},
             arguments))
    return 0;
  check(options);
  options.threads = chosen_threads(options.threads);
  set_threads(options.threads);
  options.source.threads = options.threads;
  std::string note;
  if (options.real.empty()) note = take_data_of_run(options, arguments);
  if (options.real.empty())
    throw UsageError("no real samples: --data or --real is missing, and this network is of no run",
                     "gannet eval", "gannet eval --network RUN --data fashion-mnist");
  if (options.split == "auto") options.split = "train";
  EvaluationRequest request{.real = {options.real, options.source},
                            .network = options.network,
                            .fake = {options.fake, options.source},
                            .metrics = options.metrics,
                            .features = options.features,
                            .seed = options.seed,
                            .reference = options.reference,
                            .cache = options.cache,
                            .device = chosen_device(options.device, options.json)};
  request.real.options.split = options.split;
  request.fake.options.split = options.split_fake;
  LiveLine live;
  Evaluation result = evaluate(request, [&](const std::string& line) {
    if (!options.json) live.show(line);
  });
  live.clear();
  if (!note.empty()) result.notes.insert(result.notes.begin(), note);
  print(options.json ? as_json(result).dump(2) + "\n" : as_text(result));
  return 0;
}

}  // namespace gannet::cli
