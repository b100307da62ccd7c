#include "gannet/server/games.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "gannet/base/error.h"
#include "gannet/server/game_json.h"

namespace gannet::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kFrameTime = milliseconds(34);  // not more than 30 a second
constexpr auto kSlice = milliseconds(12);      // of one game, before the next one has its turn
constexpr auto kMany = 6;                      // games of a thread, from which on frames are light
constexpr auto kUnread = seconds(20);          // then a running game waits for its reader
constexpr auto kIdle = seconds(600);           // then a game ends
constexpr double kSlow = 6;  // steps a second up to which the phases are shown one by one

std::string random_id() {
  std::random_device device;
  char text[33];
  std::snprintf(text, sizeof text, "%08x%08x%08x%08x", device(), device(), device(), device());
  return text;
}

HttpError no_game() {
  return {404, "there is no such game, or it was idle and has ended",
          "POST /api/v1/games begins one"};
}

class GameEvents : public EventStream {
 public:
  explicit GameEvents(std::shared_ptr<GameOutput> output) : output_(std::move(output)) {}

  std::string poll() override {
    const std::lock_guard lock(output_->mutex);
    output_->read = Clock::now();
    std::string text;
    if (real_ != output_->real_number) text += output_->real;
    if (frame_ != output_->frame_number) text += output_->frame;
    real_ = output_->real_number;
    frame_ = output_->frame_number;
    return text;
  }
  bool ended() const override {
    const std::lock_guard lock(output_->mutex);
    return output_->ended;
  }
  milliseconds interval() const override { return milliseconds(6); }
  bool reads_files() const override { return false; }

 private:
  std::shared_ptr<GameOutput> output_;
  uint64_t real_ = 0, frame_ = 0;
};

}  // namespace

std::shared_ptr<EventStream> game_events(std::shared_ptr<GameOutput> output) {
  return std::make_shared<GameEvents>(std::move(output));
}

Games::Games(std::string name, size_t most, std::function<void()> begin)
    : name_(std::move(name)), most_(most), thread_([this, begin = std::move(begin)] {
        begin();
        play();
      }) {}

Games::~Games() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Games::run(std::function<Response()> work, Reply reply) {
  constexpr size_t kMostWaiting = 256;
  const std::lock_guard lock(mutex_);
  if (work_.size() >= kMostWaiting)
    throw HttpError(503, "the games have too much to do", "", {{"Retry-After", "1"}});
  work_.push_back([work = std::move(work), reply = std::move(reply)] {
    Response response;
    try {
      response = work();
    } catch (...) {
      response = error_response(std::current_exception());
    }
    reply(std::move(response));
  });
  wake_.notify_all();
}

OpenGame& Games::open(GameSetup setup) {
  end_idle_ones();
  if (games_.size() >= most_)
    throw HttpError(503, std::to_string(most_) + " games are open, and no more may be",
                    "end one, or come again in some minutes", {{"Retry-After", "60"}});
  auto game = std::make_unique<OpenGame>();
  game->game = std::make_unique<Game>(std::move(setup));
  game->id = name_ + random_id();
  OpenGame& opened = *(games_[game->id] = std::move(game));
  count_ = games_.size();
  show_reals(opened);
  show(opened);
  return opened;
}

OpenGame& Games::find(const std::string& id) {
  const auto found = games_.find(id);
  if (found == games_.end()) throw no_game();
  found->second->asked = Clock::now();
  return *found->second;
}

void Games::close(const std::string& id) {
  OpenGame& game = find(id);
  {
    const std::lock_guard lock(game.output->mutex);
    game.output->ended = true;
  }
  games_.erase(id);
  count_ = games_.size();
}

void Games::end_idle_ones() {
  std::vector<std::string> idle;
  for (const auto& [id, game] : games_) {
    const std::lock_guard lock(game->output->mutex);
    if (Clock::now() - std::max(game->asked, game->output->read) > kIdle) idle.push_back(id);
  }
  for (const std::string& id : idle) close(id);
}

// When the next game has something to do.
Clock::time_point Games::next_due() const {
  Clock::time_point due = Clock::now() + milliseconds(500);
  for (const auto& [id, game] : games_) {
    if (game->changed) due = std::min(due, game->next_frame);
    if (game->running) due = std::min(due, game->next_step);
  }
  return due;
}

void Games::play() {
  Clock::time_point cleaned = Clock::now();
  for (;;) {
    std::deque<std::function<void()>> work;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_until(lock, next_due(), [this] { return ends_ || !work_.empty(); });
      if (ends_) return;
      work.swap(work_);
    }
    for (const auto& each : work) each();
    const auto running =
        std::ranges::count_if(games_, [](const auto& each) { return each.second->running; });
    // Of many games each has its turn once a frame, if there is time enough.
    const auto slice = std::max<Clock::duration>(
        milliseconds(2), running < 3 ? Clock::duration(kSlice) : kSlice / (running / 2 + 1));
    for (const auto& [id, game] : games_) {
      game->light = running >= kMany;
      play_a_little(*game, slice);
    }
    if (Clock::now() - cleaned > seconds(10)) {
      end_idle_ones();
      cleaned = Clock::now();
    }
  }
}

void Games::play_a_little(OpenGame& game, Clock::duration slice) {
  const Clock::time_point end = Clock::now() + slice;
  {
    const std::lock_guard lock(game.output->mutex);
    if (game.running && Clock::now() - std::max(game.asked, game.output->read) > kUnread) return;
  }
  try {
    // Where few play, frames come in time; where many do, each learns for its slice first.
    const bool prompt = slice >= kSlice;
    while (game.running && Clock::now() >= game.next_step && Clock::now() < end &&
           !(prompt && game.changed && Clock::now() >= game.next_frame))
      step(game);
    if (game.changed && Clock::now() >= game.next_frame) show(game);
  } catch (const Error& error) {
    game.running = false;
    game.error = error.what();
    show_error(game);
  }
}

void Games::step(OpenGame& game) {
  const bool slow = game.speed > 0 && game.speed <= kSlow;
  if (slow) {
    game.game->step(game.half ? Player::G : Player::D);
    game.phase = game.half ? "G" : "D";
    game.half = !game.half;
  } else {
    game.game->step(Player::both);
    game.phase = "";
    game.half = false;
  }
  game.changed = true;
  game.counted += slow ? (game.half ? 0 : 1) : 1;
  if (game.speed <= 0) return;
  const auto period = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>((slow ? 0.5 : 1) / game.speed));
  // What was missed is not made up for by a burst.
  game.next_step = std::max(game.next_step + period, Clock::now() - milliseconds(100));
}

void Games::show(OpenGame& game) {
  const auto now = Clock::now();
  const double since = std::chrono::duration<double>(now - game.counted_since).count();
  if (since > 0.5) {
    game.steps_per_second = static_cast<double>(game.counted) / since;
    game.counted = 0;
    game.counted_since = now;
  }
  show_frame(game);
  game.changed = false;
  game.next_frame = now + kFrameTime;
}

GameRooms::GameRooms(size_t rooms, size_t most, const std::function<void()>& begin) {
  for (size_t i = 0; i < rooms; ++i)
    rooms_.push_back(std::make_unique<Games>(std::to_string(i) + "-",
                                             most / rooms + (i < most % rooms ? 1 : 0), begin));
}

Games& GameRooms::emptiest() {
  return **std::ranges::min_element(rooms_, {}, [](const auto& room) { return room->count(); });
}

Games& GameRooms::of(const std::string& id) {
  for (size_t i = 0; i < rooms_.size(); ++i)
    if (id.starts_with(std::to_string(i) + "-")) return *rooms_[i];
  throw no_game();
}

size_t GameRooms::count() const {
  size_t all = 0;
  for (const auto& room : rooms_) all += room->count();
  return all;
}

}  // namespace gannet::server
