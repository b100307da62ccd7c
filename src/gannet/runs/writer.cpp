#include "gannet/runs/writer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

#include "gannet/base/machine.h"
#include "gannet/formats/tensorboard.h"
#include "gannet/metrics/modes.h"
#include "gannet/models/model_file.h"
#include "gannet/models/sampling.h"
#include "gannet/tensor/image_grid.h"

namespace gannet {
namespace {

using nlohmann::json;

constexpr int64_t kMetricSamples = 10000;
constexpr int64_t kStatesKept = 2;

json object(const std::vector<std::pair<std::string, double>>& named) {
  json result = json::object();
  for (const auto& [name, value] : named) result[name] = value;
  return result;
}

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// Keys of nested objects joined by '/': the tags of the event file.
void flatten(const json& value, const std::string& prefix, std::vector<EventScalar>& into) {
  for (const auto& [key, inner] : value.items()) {
    const std::string tag = prefix.empty() ? key : prefix + "/" + key;
    if (inner.is_object())
      flatten(inner, tag, into);
    else if (inner.is_number())
      into.push_back({tag, inner.get<float>()});
  }
}

int64_t kimg_floor(const Trainer& trainer) { return trainer.images_seen() / 1000; }

template <class T>
Tensor tensor_of(const std::vector<T>& values, Shape shape, int64_t n) {
  shape.insert(shape.begin(), n);
  return at::tensor(values).view(shape);
}

// Samples of the set and what goes with them, as a grid shows them.
struct Reals {
  Batch batch;                        // of conditions: all but the labels
  std::vector<std::string> captions;  // with the tokens
};

// The first n samples of the set; where there are classes, place i shows class i mod columns if one
// is near. Pairs are spread over the set, and come with what is given beside them.
Reals real_samples(const Dataset& data, const GridLayout& grid) {
  const int64_t n = grid.rows * grid.columns, size = count(data.info().dims);
  const Shape& given = data.info().input_image;
  std::vector<float> values(n * size), images, vectors;
  std::vector<int64_t> tokens;
  Reals reals;
  Sample sample;
  for (int64_t i = 0, next = 0; i < n; ++i) {
    const bool by_class = !data.info().classes.empty() && !data.info().is_points() && given.empty();
    const int64_t wanted = by_class ? i % grid.columns : -1;
    if (!given.empty()) next = i * data.size() / n;
    for (int64_t tried = 0; tried < data.size(); ++tried) {
      data.get(next++ % data.size(), sample);
      if (wanted < 0 || sample.label == wanted || tried >= 10000) break;
    }
    std::copy(sample.values.begin(), sample.values.end(), values.begin() + i * size);
    images.insert(images.end(), sample.input_image.begin(), sample.input_image.end());
    vectors.insert(vectors.end(), sample.attributes.begin(), sample.attributes.end());
    tokens.insert(tokens.end(), sample.tokens.begin(), sample.tokens.end());
    if (data.info().tokens > 0) reals.captions.push_back(sample.caption);
  }
  reals.batch.real = tensor_of(values, data.info().dims, n);
  if (!given.empty()) reals.batch.cond.input_image = tensor_of(images, given, n);
  if (data.info().attributes > 0)
    reals.batch.cond.attributes = tensor_of(vectors, {data.info().attributes}, n);
  if (data.info().tokens > 0) reals.batch.cond.tokens = tensor_of(tokens, {data.info().tokens}, n);
  return reals;
}

}  // namespace

GridLayout grid_layout(const DatasetInfo& shape, bool image_to_image) {
  if (shape.is_points()) return {32, 32};  // one plot of so many points
  const auto columns = [&](int64_t most, int64_t without) {
    return shape.classes.empty() ? without : std::min(most, shape.classes_count());
  };
  if (shape.is_audio()) return {4, columns(6, 4)};
  if (shape.is_video()) return {8, columns(2, 2)};  // a video is a strip of its frames
  if (image_to_image) return {8, 3};  // each with what it was made from, and the real one
  return {8, columns(16, 8)};
}

json to_json(const TrainerState& p) {
  const auto sums = [](const std::vector<TrainerState::Sum>& all) {
    json list = json::array();
    for (const TrainerState::Sum& s : all) {
      // A sum may be infinite or not a number; JSON has no such numbers.
      if (std::isfinite(s.sum))
        list.push_back({s.name, s.sum, s.count});
      else
        list.push_back({s.name, nullptr, s.count});
    }
    return list;
  };
  return {{"step", p.step},
          {"batches_read", p.batches_read},
          {"optimizer_steps", p.optimizer_steps},
          {"gradient_norm", p.gradient_norm},
          {"loss", sums(p.loss)},
          {"watched", sums(p.scalars)}};
}

TrainerState progress_from_json(const json& object, std::string_view source) {
  try {
    const auto sums = [](const json& list) {
      std::vector<TrainerState::Sum> all;
      for (const json& s : list)
        all.push_back({s.at(0).get<std::string>(), s.at(1).is_null() ? NAN : s.at(1).get<double>(),
                       s.at(2).get<int64_t>()});
      return all;
    };
    return {.step = object.at("step").get<int64_t>(),
            .batches_read = object.at("batches_read").get<int64_t>(),
            .optimizer_steps = object.at("optimizer_steps").get<std::map<std::string, int64_t>>(),
            .gradient_norm = object.at("gradient_norm").get<std::map<std::string, double>>(),
            .loss = sums(object.at("loss")),
            .scalars = sums(object.at("watched"))};
  } catch (const json::exception&) {
    throw Error("the progress in this state is not as expected", std::string(source));
  }
}

RunWriter::RunWriter(const RunDirectory& run, const Recipe& recipe, Config& config,
                     const Dataset& data, ProgressListener& listener, double seconds)
    : run_(run),
      recipe_(recipe),
      config_(config),
      data_(data),
      listener_(listener),
      seconds_before_(seconds),
      tick_seconds_(seconds) {
  if (data.info().is_points())
    reference_ = real_samples(data, grid_layout(data.info(), false)).batch.real;
}

double RunWriter::seconds() const {
  return seconds_before_ +
         std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
}

void RunWriter::start(Trainer& trainer) {
  tick_images_ = trainer.images_seen();
  if (trainer.step() > 0) return;
  write_file(run_.events(), as_text(tensorboard_start(wall_time())));
  const GridLayout grid = grid_layout(data_.info(), recipe_.image_to_image);
  const Reals reals = real_samples(data_, grid);
  const Batch& first = reals.batch;
  const Tensor shown =
      recipe_.image_to_image ? beside({first.cond.input_image, first.real}) : first.real;
  write_file(run_.file("reals.png"), write_png(draw_grid(shown, grid.rows, grid.columns)));
  std::string captions;
  for (const std::string& caption : reals.captions) captions += caption + "\n";
  if (!captions.empty()) write_file(run_.file("captions.txt"), captions);
  write_grid(trainer, run_.file("fakes-init.png"), -1);
}

bool RunWriter::on_step(const Trainer&) { return !listener_.interrupted(); }

void RunWriter::on_tick(const Trainer& trainer, const Tick& tick) {
  const double now = seconds();
  const double rate =
      static_cast<double>(tick.images_seen - tick_images_) / std::max(1e-9, now - tick_seconds_);
  tick_images_ = tick.images_seen;
  tick_seconds_ = now;
  const json line = {{"step", tick.step},
                     {"kimg", static_cast<double>(tick.images_seen) / 1000},
                     {"seconds", now},
                     {"img_per_s", rate},
                     {"loss", object(tick.loss)},
                     {"score", object(tick.scalars)},
                     {"grad_norm", object(tick.gradient_norm)},
                     {"memory_mb", resident_memory().now_mb}};
  append_file(run_.stats(), as_bytes(line.dump() + "\n"));
  Event event{.wall_time = wall_time(), .step = tick.step};
  flatten(line, "", event.scalars);
  append_file(run_.events(), tensorboard_record(event));

  TickReport report{
      .kimg = trainer.kimg(),
      .kimg_total = static_cast<double>(trainer.steps_total() * config_.options->batch) / 1000,
      .images_per_second = rate};
  report.seconds_left = (report.kimg_total - report.kimg) * 1000 / rate;
  for (const auto& [name, value] : tick.loss) report.figures.emplace_back("loss " + name, value);
  report.figures.insert(report.figures.end(), tick.scalars.begin(), tick.scalars.end());
  listener_.tick(report);
}

void RunWriter::on_snapshot(Trainer& trainer) {
  const int64_t kimg = kimg_floor(trainer);
  const Path network = run_.network(kimg);
  write_model(network,
              model_metadata("network", recipe_, *config_.options,
                             trainer.gan().condition_info(data_.info()), trainer.gan(),
                             trainer.images_seen()),
              network_tensors(trainer.gan()));
  write_grid(trainer, run_.fakes(kimg), trainer.step());
  write_metrics(trainer, network);
  write_state(trainer);  // last: it is what makes this snapshot the one to go on from
  log("snapshot at " + std::to_string(kimg) + " kimg: " + run_.fakes(kimg).string());
}

void RunWriter::on_stop(Trainer& trainer) { write_state(trainer); }

void RunWriter::write_state(Trainer& trainer) {
  Metadata m =
      model_metadata("state", recipe_, *config_.options, trainer.gan().condition_info(data_.info()),
                     trainer.gan(), trainer.images_seen());
  m["progress"] = to_json(trainer.state()).dump();
  m["seconds"] = json(seconds()).dump();
  m["dataset"] = data_.hash();
  write_model(run_.state(trainer.step()), m, trainer.tensors());
  const std::vector<int64_t> steps = run_.states();
  for (size_t i = 0; i + kStatesKept < steps.size(); ++i)
    std::filesystem::remove(run_.state(steps[i]));
}

void RunWriter::write_grid(Trainer& trainer, const Path& path, int64_t step) {
  Gan& gan = trainer.gan();
  const DatasetInfo shape = gan.condition_info(data_.info());
  const GridLayout grid = grid_layout(shape, recipe_.image_to_image);
  const int64_t n = grid.rows * grid.columns;
  const Address address{.seed = config_.options->seed, .purpose = Purpose::grid};
  Condition condition = gan.conditions(shape, address, 0, n);
  if (condition.labels.defined())
    condition.labels = at::arange(n, at::kLong).remainder(grid.columns);
  Batch pairs;  // of the data, where samples are made from its images, sentences or vectors
  const bool by_vector = gan.has_input("attributes") && !condition.attributes.defined();
  if (recipe_.image_to_image || shape.tokens > 0 || by_vector)
    pairs = real_samples(data_, grid).batch;
  condition.tokens = pairs.cond.tokens;
  if (by_vector) condition.attributes = pairs.cond.attributes.to(gan.setup().tensor);
  if (recipe_.image_to_image) condition.input_image = pairs.cond.input_image.to(gan.setup().tensor);
  Tensor samples = draw_samples(gan, gan.latents(address, 0, n), condition, address);
  if (recipe_.image_to_image) samples = beside({pairs.cond.input_image, samples, pairs.real});
  const Image image =
      draw_grid(samples.to(at::kCPU, at::kFloat), grid.rows, grid.columns, reference_);
  const Bytes png = write_png(image);
  write_file(path, png);
  if (step < 0) return;
  const Event event{.wall_time = wall_time(),
                    .step = step,
                    .images = {{"fakes", image.width, image.height, image.channels, png}}};
  append_file(run_.events(), tensorboard_record(event));
}

void RunWriter::write_metrics(Trainer& trainer, const Path& network) {
  const Modes modes = known_modes(config_.run.data);
  if (config_.run.metrics == "none" || modes.centres.empty()) return;
  Gan& gan = trainer.gan();
  const DatasetInfo& shape = data_.info();
  const Address address{.seed = config_.options->seed, .purpose = Purpose::metric};
  const auto own_units = [&](const Tensor& x) {
    return x.to(at::kCPU, at::kDouble) * at::tensor(shape.scale, at::kDouble) +
           at::tensor(shape.mean, at::kDouble);
  };
  const Tensor fakes = draw_samples(gan, gan.latents(address, 0, kMetricSamples), {}, address);
  const ModeCount found = count_modes(own_units(fakes), modes);
  const ModeCount real =
      count_modes(own_units(real_samples(data_, {kMetricSamples / 100, 100}).batch.real), modes);
  const json protocol = {{"n_fake", kMetricSamples}, {"n_real", kMetricSamples},
                         {"sigma", modes.sigma},     {"modes_total", modes.centres.size()},
                         {"within", "3 sigma"},      {"seed", config_.options->seed},
                         {"precision", "float32"}};
  std::string lines;
  for (const auto& [metric, value, of_real] :
       {std::tuple{"modes", static_cast<double>(found.modes), static_cast<double>(real.modes)},
        std::tuple{"high_quality", found.high_quality, real.high_quality}})
    lines += json{{"metric", metric},       {"value", value},
                  {"real", of_real},        {"step", trainer.step()},
                  {"kimg", trainer.kimg()}, {"network", network.filename().string()},
                  {"protocol", protocol}}
                 .dump() +
             "\n";
  append_file(run_.metrics(), as_bytes(lines));
  link_best();
}

void RunWriter::link_best() const {
  // Most modes; among equals the largest share of good samples; among equals the newest.
  std::pair<double, double> best{-1, -1};
  std::string network;
  double modes = 0;
  const std::string text = read_text(run_.metrics());
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    const json line = json::parse(text.substr(at, end - at), nullptr, false);
    at = end == std::string::npos ? text.size() : end + 1;
    if (!line.is_object()) continue;
    if (line.value("metric", "") == "modes")
      modes = line.value("value", 0.0);
    else if (const std::pair now{modes, line.value("value", 0.0)}; now >= best) {
      best = now;
      network = line.value("network", "");
    }
  }
  if (!network.empty()) replace_link(run_.best(), network);
}

void RunWriter::log(const std::string& line) {
  append_file(run_.log(), as_bytes(line + "\n"));
  listener_.line(line);
}

}  // namespace gannet
