#include "gannet/server/trainings.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "gannet/base/error.h"
#include "gannet/base/spelling.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/list.h"
#include "gannet/tools/catalogue.h"

namespace gannet::server {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kStartTime{600};  // a large set takes its time to be read
constexpr std::string_view kTraining = "training";

// Options of the command line that name files, or that the server decides.
constexpr std::string_view kOwn[] = {"data", "cfg", "config", "outdir", "desc", "dry-run", "seeds"};

// run: "" while it is not known.
std::string name_of_training(const std::string& run) {
  return std::string(kTraining) + (run.empty() ? "" : " of " + run);
}

std::string text_of(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// What stands after a word at the begin of a line; "" where no line begins with it.
std::string after_word(const std::string& output, const std::string& word) {
  const std::string all = "\n" + output;
  const size_t at = all.find("\n" + word);
  if (at == std::string::npos) return "";
  const size_t from = at + 1 + word.size(), end = all.find('\n', from);
  return end == std::string::npos ? "" : all.substr(from, end - from);
}

// The process that holds a run's lock, or was the last to hold it; 0 where none ever did.
int64_t last_holder_of(const Path& run) {
  const Path lock = RunDirectory(run).lock();
  return fs::exists(lock) ? std::atoll(read_text(lock, 64).c_str()) : 0;
}
int64_t holder_of(const Path& run) {
  return is_locked(RunDirectory(run).lock()) ? last_holder_of(run) : 0;
}

// Is it a `gannet` of ours? The number in a lock could be another machine's, on a shared disk.
bool is_gannet(int64_t pid) {
  const Path process = "/proc/" + std::to_string(pid);
  struct stat about {};
  std::error_code failed;
  const Path program = fs::read_symlink(process / "exe", failed);
  return pid > 1 && stat(process.c_str(), &about) == 0 && about.st_uid == getuid() &&
         program.filename().string().starts_with("gannet");
}

std::string how_ended(const Ending& ending) {
  if (ending.signal == 0) {
    const std::string& error = ending.complaint.error;
    return "its process ended with exit status " + std::to_string(ending.status) +
           (error.empty() ? "" : ": " + error);
  }
  const char* name = sigabbrev_np(ending.signal);
  const std::string signal = "signal " + std::to_string(ending.signal) +
                             (name == nullptr ? "" : std::string(", SIG") + name);
  if (ending.signal == SIGKILL)
    return "its process was killed (" + signal + "), as the system does when memory runs out";
  return "its process was ended by a signal (" + signal + ")";
}

}  // namespace

Trainings::Trainings(Networks& networks, Uploads& uploads, Children& children, size_t most)
    : networks_(networks), uploads_(uploads), children_(children), most_(most) {}

size_t Trainings::running() const { return children_.running(std::string(kTraining)); }

std::string Trainings::explain(RunSummary& run) const {
  constexpr std::chrono::milliseconds kToBeReaped{500};
  constexpr int kInterrupted = 130;  // it was asked to stop, and saved its state
  if (run.state != "stopped" || !run.why.empty()) return "";
  const std::optional<Ending> ending =
      children_.ending(last_holder_of(run.path), name_of_training(run.name), kToBeReaped);
  if (!ending || ending->status == 0 || ending->status == kInterrupted) return "";
  run.why = how_ended(*ending);
  const std::vector<int64_t> states = RunDirectory(run.path).states();
  return states.empty()
             ? "it had written no state yet: a resume starts it over"
             : "a resume goes on from its last state, step " + std::to_string(states.back());
}

std::string Trainings::data_of(const std::string& name) const {
  if (const std::string path = uploads_.path_of(name); !path.empty()) return path;
  if (is_built_in_set(name)) return name;
  throw HttpError(404, "there is no data set '" + name + "'",
                  "GET /api/v1/datasets lists them; POST /api/v1/datasets uploads one");
}

// Each as --name=value, so that no value is taken for an option. Throws HttpError 422.
std::vector<std::string> Trainings::flags(const std::string& recipe, const Json& options) const {
  const std::vector<FieldText> known = recipe_options(recipe);
  std::vector<std::string> all;
  for (const auto& [key, value] : options.items()) {
    std::string name = key;
    std::ranges::replace(name, '_', '-');
    std::string text = text_of(value);
    const bool own = std::ranges::find(kOwn, name) != std::end(kOwn);
    if (own || std::ranges::count(known, name, &FieldText::name) == 0)
      throw HttpError(422, "unknown option: " + key,
                      own ? "it is a key of the request, or the server's"
                          : "GET /api/v1/recipes/" + recipe + " lists them");
    if (name == "resume" && !text.empty()) text = networks_.find(text).file.string();
    if (name == "labels" && text != "auto" && text != "folders" && text != "none")
      throw HttpError(422, "labels: expected auto, folders or none, found '" + text + "'");
    if (text.size() > 1000 || text.find('\n') != std::string::npos)
      throw HttpError(422, key + ": expected one short line");
    all.push_back("--" + name + "=" + text);
  }
  return all;
}

std::string Trainings::start(const std::vector<std::string>& arguments, const std::string& run) {
  const std::lock_guard lock(starting_);
  // One that was just stopped may be on its way out.
  for (int i = 0; i < 30 && most_ > 0 && running() >= most_; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  if (running() >= most_)
    throw HttpError(409, std::to_string(most_) + " trainings run, and no more may",
                    "stop one, or gannet serve --trainings N");
  const int64_t pid = children_.start(arguments, name_of_training(run));
  const auto begun = [](const std::string& output) {
    for (const char* word : {"run: ", "going on from step ", "no state was written yet, "})
      if (const std::string rest = after_word(output, word); !rest.empty())
        return std::string(word) == "run: " ? rest : rest.substr(rest.find(": ") + 2);
    return std::string();
  };
  const Outcome outcome = children_.wait(
      pid, kStartTime, [&](const std::string& output) { return !begun(output).empty(); });
  const std::string id = Path(begun(outcome.output)).filename().string();
  if (!id.empty() && run.empty()) children_.rename(pid, name_of_training(id));
  children_.forget_output(pid);
  if (!id.empty()) return id;
  if (outcome.status == 0)
    throw HttpError(409, "this run is done already", "a larger kimg makes it longer");
  throw_complaint(outcome, "the training");
}

std::string Trainings::begin(const Json& body) {
  const std::string recipe = body.value("cfg", "auto");
  std::vector<std::string> arguments = {"train", "--cfg=" + recipe,
                                        "--data=" + data_of(body["data"].get<std::string>()),
                                        "--outdir=" + networks_.runs().string()};
  if (const std::string note = body.value("desc", ""); !note.empty())
    arguments.push_back("--desc=" + note);
  if (recipe != "auto" && std::ranges::count(recipe_abouts(), recipe, &RecipeAbout::name) == 0)
    throw HttpError(404, "there is no recipe '" + recipe + "'", "GET /api/v1/recipes lists them");
  const std::string of = recipe == "auto" ? "vanilla" : recipe;
  for (std::string& flag : flags(of, body.value("options", Json::object())))
    arguments.push_back(std::move(flag));
  return start(arguments, "");
}

void Trainings::check_free(const Path& run) const {
  if (is_locked(RunDirectory(run).lock()))
    throw HttpError(409, "the run is in use: it trains", "stop it first");
}

std::string Trainings::resume(const std::string& id, const Json& body) {
  const Path run = run_folder(networks_.runs(), id);
  check_free(run);
  std::vector<std::string> arguments = {"resume", run.string()};
  for (std::string& flag : flags(run_settings(run).recipe, body.value("options", Json::object())))
    arguments.push_back(std::move(flag));
  return start(arguments, id);
}

std::string Trainings::fork(const std::string& id, const Json& body) {
  const Path run = run_folder(networks_.runs(), id);
  const RunSettings settings = run_settings(run);
  const Json changes = body.value("options", Json::object());
  static constexpr std::string_view kNot[] = {"outdir",  "desc",  "resume", "resume-partial",
                                              "minutes", "hours", "device", "preset"};
  std::vector<std::string> arguments = {"train", "--cfg=" + settings.recipe,
                                        "--outdir=" + networks_.runs().string(), "--preset=paper"};
  for (const auto& [name, text] : settings.options)
    if (std::ranges::find(kNot, name) == std::end(kNot) && !text.empty())
      arguments.push_back("--" + name + "=" + text);
  for (std::string& flag : flags(settings.recipe, changes)) arguments.push_back(std::move(flag));
  arguments.push_back("--desc=" + body.value("desc", "fork-of-" + id.substr(0, 5)));
  if (!changes.contains("resume")) {
    arguments.push_back("--resume=" + networks_.find(id).file.string());
    arguments.push_back("--resume-partial=1");
  }
  return start(arguments, "");
}

void Trainings::stop(const std::string& id) {
  const int64_t pid = holder_of(run_folder(networks_.runs(), id));
  if (pid == 0) throw HttpError(409, "the run does not train");
  if (!is_gannet(pid) || kill(static_cast<pid_t>(pid), SIGTERM) != 0)
    throw HttpError(409, "the run is in use by another process than a gannet of this user");
}

void Trainings::remove(const std::string& id) {
  const Path run = run_folder(networks_.runs(), id);
  check_free(run);
  remove_run(run);
}

}  // namespace gannet::server
