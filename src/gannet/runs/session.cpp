#include "gannet/runs/session.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/base/machine.h"
#include "gannet/formats/png.h"
#include "gannet/models/legacy_names.h"
#include "gannet/runs/detail/changes.h"
#include "gannet/runs/detail/json_lines.h"
#include "gannet/runs/detail/load_state.h"
#include "gannet/runs/detail/open_session.h"
#include "gannet/runs/detail/options_file.h"
#include "gannet/runs/detail/orders.h"
#include "gannet/runs/detail/run_device.h"
#include "gannet/runs/detail/run_end.h"
#include "gannet/runs/detail/run_writer.h"
#include "gannet/runs/detail/start_weights.h"
#include "gannet/runs/detail/unused_labels.h"
#include "gannet/runs/plan.h"
#include "gannet/tensor/torch_error.h"
#include "gannet/training/option_checks.h"

namespace gannet {
namespace {

using nlohmann::json;

const char* const kMemoryHint =
    "a new run with a smaller --batch, or with --accumulate 2: the same batch in two rounds";

// Where phases begin or end in the middle of a run, the time left needs the step times of them all:
// some steps of networks of their own.
StepTimes step_times_of(Session& s) {
  if (first_steps(*s.trainer).size() < 2) return {};
  Config config = config_from_json(to_json(s.config), "options");
  config.opened = s.config.opened;
  config.run.device = s.config.run.device;
  Session other = open_session(std::move(config), /*fresh=*/false, s.group);
  order_to_measure(other, 1);
  return measure_step_times(*other.trainer, 1);
}

// Runs a session to its end in its directory, and writes DONE or FAILED there; or returns where it
// is to go back to.
std::optional<RollBack> run_session(Session& s, const RunDirectory& run, ProgressListener& listener,
                                    double seconds) {
  bool whole = false;
  const auto write_failed = [&](const char* why) {
    try {
      write_file(run.failed(), std::string(why) + "\n");
      if (std::filesystem::exists(run.events()))
        EventFile(run.events()).end(s.trainer->step(), /*well=*/false);
    } catch (const Error&) {  // the disk may be what failed
    }
  };
  std::optional<RunWriter> writer;
  try {
    writer.emplace(run, *s.recipe, s.config, *s.data, listener,
                   StatsLog::Before{.seconds = seconds, .step_times = step_times_of(s)});
    writer->start(*s.trainer);
    order_to_train(s);
    whole = s.trainer->train(*writer) || !writer->done_early().empty();
    writer->finish();
    const std::string why = writer->watch().collapse();
    if (whole || writer->watch().stops())
      if (const auto back =
              way_back(run, s.config, s.trainer->step(), writer->watch().watchdog(), why);
          back && !why.empty())
        return back;
    if (!whole && writer->watch().stops()) {
      const Error error = collapsed(run, why);
      write_failed(error.what());
      write_pictures_of_run(run, listener);
      throw error;
    }
    if (whole) write_end(run, s.trainer->step(), *writer, listener);
  } catch (const Diverged& error) {
    try {
      writer->finish();
    } catch (const Error&) {  // there are older states
    }
    if (const auto back =
            way_back(run, s.config, s.trainer->step(), writer->watch().watchdog(), error.what()))
      return back;
    write_failed(error.what());
    throw;
  } catch (const LostProcess&) {
    const std::string why = s.group->leave("");
    write_failed(why.empty() ? "another process ended by an error" : why.c_str());
    throw LostProcess(
        why, run.path().string(),
        "gannet resume " + run.path().string() + ": from its last state, also in fewer processes");
  } catch (const c10::Error& error) {
    const Error plain = plain_error(error, kMemoryHint);
    write_failed(plain.what());
    throw plain;
  } catch (const std::exception& error) {
    write_failed(error.what());
    throw;
  }
  if (!whole)
    throw Interrupted("interrupted, state saved at step " + std::to_string(s.trainer->step()),
                      run.path().string(), "gannet resume " + run.path().string());
  return {};
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

// A run whose data is somewhere else now is told how to go on.
Session open_again(Config config, Processes* group) {
  const std::string data = config.run.data;
  try {
    return open_session(std::move(config), /*fresh=*/false, group);
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    if (std::filesystem::exists(data) || error.where().find(data) == std::string::npos) throw;
    throw Error("the run's data is not there any more", data,
                "gannet resume RUN --data NEWPLACE, where the same files are now");
  }
}

// A step that does not end a tick has its report only because it was the last one, and cut() takes
// that and the grid's event away; the snapshot itself stays.
void cut_to(const RunDirectory& run, const Trainer& trainer) {
  const int64_t step = trainer.step();
  const bool whole = step == 0 || trainer.ends_tick(step);
  run.cut(step, trainer.images_seen() / 1000, whole ? step : step - 1);
  if (whole) return;
  const EventFile events(run.events());
  for (const json& line : read_json_lines(run.snapshots()))
    if (line.value("step", int64_t{-1}) == step && line.contains("fakes")) {
      const Path path = run.file(line["fakes"].get<std::string>());
      const Bytes png = read_file(path);
      events.add_image(step, "fakes", read_png(png, path.string()), png);
    }
  std::vector<std::pair<std::string, double>> metrics;
  for (const json& line : read_json_lines(run.metrics()))
    if (line.value("step", int64_t{-1}) == step && line.contains("value") &&
        line["value"].is_number())
      metrics.emplace_back(line.value("metric", ""), line["value"].get<double>());
  events.add_metrics(step, metrics);
}

// The new values and, by step, what they were.
void write_changes(const RunDirectory& run, const json& changed, Session& s) {
  if (changed.empty()) return;
  json options = read_options(run);
  options.update(to_json(s.config));
  options["machine"].update(device_to_json(s.device));
  json& list = options["changes"];
  if (!list.is_array()) list = json::array();
  for (json change : changed) {
    change["step"] = s.trainer->step();
    change["kimg"] = s.trainer->kimg();
    list.push_back(std::move(change));
  }
  write_file(run.options(), options.dump(2) + "\n");
}

// Where the data of a finished run is now, for the tools that ask its run for it.
void move_data(const RunDirectory& run, Config& before, const json& options, Config config,
               ProgressListener& listener) {
  const Session s = open_again(std::move(config), nullptr);
  check_data(s, options);
  json changed = options;
  changed["data"] = s.config.run.data;
  write_file(run.options(), changed.dump(2) + "\n");
  listener.line("data = " + s.config.run.data + ", was " + before.run.data);
}

UsageError too_short(double done, const Config& now) {
  return {"this run is at " + json(done).dump() + " kimg already",
          "--kimg " + json(now.options->kimg).dump(),
          "--kimg " + json(2 * done).dump() + " doubles it"};
}

// A finished run goes on only to become longer.
bool stays_done(const RunDirectory& run, const Config& before, const Config& now,
                const OptionChanges& changes) {
  if (!std::filesystem::exists(run.done()) || now.options->kimg > before.options->kimg)
    return false;
  // A run that --stop-when or --patience ended goes on without them.
  if (ended_early(run) &&
      (now.run.stop_when != before.run.stop_when || now.run.patience != before.run.patience))
    return false;
  const auto idle = std::ranges::find_if(changes, [](const auto& change) {
    return change.first != "data" && change.first != "kimg" && change.first != "device";
  });
  if (now.options->kimg < before.options->kimg) throw too_short(before.options->kimg, now);
  if (idle != changes.end())
    throw UsageError("this run is done, and --" + idle->first + " changes nothing any more",
                     run.path().string(),
                     "with --kimg above " + json(before.options->kimg).dump() + " it goes on");
  return true;
}

std::vector<Decision> decisions_of(const json& options) {
  std::vector<Decision> all;
  for (const json& d : options.value("decisions", json::array()))
    if (d.is_object() && d.contains("name") && d["name"].is_string())
      all.push_back({d["name"].get<std::string>(), d.value("value", ""), d.value("reason", "")});
  return all;
}

Config read_config(const RunDirectory& run) {
  const json options = read_options(run);
  Config config = config_from_json(current_options(options), run.options().string());
  config.decisions = decisions_of(options);
  resolve(config);
  return config;
}

void tell_processes(const Session& s, ProgressListener& listener) {
  if (s.group == nullptr) return;
  const int64_t size = s.group->size();
  listener.line("processes: " + std::to_string(size) + ", each with " +
                std::to_string(s.config.options->batch / size) + " samples of a batch and " +
                std::to_string(s.config.run.threads) +
                (s.config.run.threads == 1 ? " thread" : " threads"));
  if (!s.config.options->sync_bn)
    listener.line("--sync-bn=0: batch norm of each process' own samples; files keep process 0's");
}

void tell_start(Session& s, const RunDirectory& run, ProgressListener& listener) {
  for (const std::string& line : unwise_choices(*s.config.options, s.data->info()))
    listener.warning(line);
  for (const std::string& line : s.gan->warnings()) listener.warning(line);
  for (const Decision& d : s.config.decisions)
    listener.line(d.name + " = " + d.value + ": " + d.reason);
  listener.line(data_summary(*s.data));
  if (const auto unused = unused_labels(*s.recipe, *s.config.options, *s.gan, *s.data))
    listener.line("labels: " + *unused);
  for (const std::string& warning : s.data->warnings()) listener.warning(warning);
  tell_device(s, listener);
  tell_processes(s, listener);
  listener.line("run: " + run.path().string());
}

// Goes on with a run, whose lock is held, with these options from here on; `why`: of a roll back.
std::optional<RollBack> go_on(const RunDirectory& run, ProgressListener& listener,
                              const OptionChanges& changes, const std::string& why,
                              Processes* group) {
  const json options = read_options(run);
  Config before = read_config(run), config = read_config(run);
  change_options(config, changes, run.path());
  if (stays_done(run, before, config, changes)) {
    if (config.run.data != before.run.data)
      move_data(run, before, options, std::move(config), listener);
    listener.line("this run is done already: " + run.path().string());
    return {};
  }
  keep_device(config, options, listener);
  Session s = open_again(std::move(config), group);
  check_data(s, options);
  warn_of_changes(options, s.config, listener);
  const std::optional<double> seconds = load_changed(s, run, listener, changes, options);
  if (!seconds && !s.config.run.resume.empty()) start_from_weights(s, listener);
  if (s.config.options->kimg != before.options->kimg &&
      s.trainer->steps_total() <= s.trainer->step())
    throw too_short(s.trainer->kimg(), s.config);
  json changed = differences(before, s.config);
  if (const json change = device_change(s, options, listener); !change.is_null())
    changed.push_back(change);
  if (!why.empty())
    for (json& change : changed) change["why"] = why;
  cut_to(run, *s.trainer);
  write_changes(run, changed, s);
  listener.line(seconds ? "going on from step " + std::to_string(s.trainer->step()) + ": " +
                              run.path().string()
                        : "no state was written yet, starting over: " + run.path().string());
  tell_device(s, listener);
  tell_processes(s, listener);
  for (const json& change : changed)
    listener.line("from here on: " + change["option"].get<std::string>() + " = " +
                  change["to"].dump() + ", was " + change["from"].dump());
  if (const std::string note = span_note(before, s.config); !note.empty()) listener.line(note);
  return run_session(s, run, listener, seconds.value_or(0));
}

// Goes back as often as the run asks for it.
void finish(const RunDirectory& run, std::optional<RollBack> back, ProgressListener& listener,
            Processes* group) {
  while (back) {
    Config config = read_config(run);
    const std::string why = "rollback " + std::to_string(roll_backs(run) + 1) + ": " + back->why;
    const std::string line = "watchdog: " + why;
    append_file(run.log(), as_bytes(line + "\n"));
    listener.line(line);
    back = go_on(run, listener, roll_back(run, config, *back), why, group);
  }
}

// A new run's directory, its lock and its session.
Session begin(Config config, ProgressListener& listener, RunDirectory& run,
              std::optional<FileLock>& lock, Processes* group) {
  Session s = open_session(std::move(config), /*fresh=*/true, group);
  if (!s.config.run.resume.empty()) start_from_weights(s, listener);
  std::string name =
      s.config.cfg + "-" + s.data->name() + "-batch" + std::to_string(s.config.options->batch);
  if (!s.config.run.desc.empty()) name += "-" + s.config.run.desc;
  run = RunDirectory::create(s.config.run.outdir, name);
  lock.emplace(run.lock());
  write_options(run, s);
  tell_start(s, run, listener);
  return s;
}

}  // namespace

Path train(Config config, ProgressListener& listener, Processes* group) {
  fit_to_budget(config, group);
  RunDirectory run{Path()};
  std::optional<FileLock> lock;
  std::optional<RollBack> back;
  {
    Session s = begin(std::move(config), listener, run, lock, group);
    back = run_session(s, run, listener, 0);
  }
  finish(run, back, listener, group);
  return run.path();
}

Config config_of_run(const Path& path) { return read_config(RunDirectory::open(path)); }

Path resume(const Path& path, ProgressListener& listener, const OptionChanges& changes,
            Processes* group) {
  const RunDirectory run = RunDirectory::open(path);
  const FileLock lock(run.lock());
  finish(run, go_on(run, listener, changes, "", group), listener, group);
  return run.path();
}

}  // namespace gannet
