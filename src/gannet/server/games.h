// The games that are open: each a Game of tools/game.h, all played by one thread, which gives each
// its share of time. No torch in here.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gannet/server/http/message.h"
#include "gannet/tools/game.h"

namespace gannet::server {

using Clock = std::chrono::steady_clock;

// What readers of a game get: the newest frame alone, so that a slow one holds up nothing.
struct GameOutput {
  std::mutex mutex;
  std::string frame, real;  // events, as text
  uint64_t frame_number = 0, real_number = 0;
  bool ended = false;
  Clock::time_point read = Clock::now();  // when somebody last looked
};

// A game, of the thread that plays alone.
struct OpenGame {
  std::string id;
  std::unique_ptr<Game> game;
  std::shared_ptr<GameOutput> output = std::make_shared<GameOutput>();
  bool running = false;
  double speed = 0;  // steps a second; 0: as many as there is time for
  std::string phase, error;
  bool half = false;  // slowly: D has learned, G is next
  bool changed = true;
  bool light = false;  // many play here: frames with less in them, and so more of them
  double steps_per_second = 0;
  Clock::time_point next_step = Clock::now(), next_frame = Clock::now(), asked = Clock::now();
  Clock::time_point counted_since = Clock::now();
  int64_t counted = 0;
};

class Games {
 public:
  // `begin` is called first on the thread. name: what the ids of its games begin with.
  Games(std::string name, size_t most, std::function<void()> begin);
  ~Games();

  // Calls work() on the thread that plays, and replies what it returns or throws.
  void run(std::function<Response()> work, Reply reply);

  // On that thread.
  OpenGame& open(GameSetup setup);        // throws HttpError 503 where too many are open
  OpenGame& find(const std::string& id);  // throws HttpError 404
  void close(const std::string& id);
  size_t count() const { return count_; }

 private:
  void play();
  void play_a_little(OpenGame& game, Clock::duration slice);
  void step(OpenGame& game);
  void show(OpenGame& game);
  void end_idle_ones();
  Clock::time_point next_due() const;

  std::string name_;
  size_t most_;
  std::map<std::string, std::unique_ptr<OpenGame>> games_;
  std::atomic<size_t> count_{0};
  std::mutex mutex_;  // of what follows
  std::condition_variable wake_;
  std::deque<std::function<void()>> work_;
  bool ends_ = false;
  std::thread thread_;
};

// Several of them, a thread each: a game stays where it began.
class GameRooms {
 public:
  GameRooms(size_t rooms, size_t most, const std::function<void()>& begin);
  Games& emptiest();
  Games& of(const std::string& id);  // throws HttpError 404
  size_t count() const;

 private:
  std::vector<std::unique_ptr<Games>> rooms_;
};

// The state of a game, as its routes answer.
Json game_state(const OpenGame& game);

// Its frames, not more than 30 a second.
std::shared_ptr<EventStream> game_events(std::shared_ptr<GameOutput> output);

}  // namespace gannet::server
