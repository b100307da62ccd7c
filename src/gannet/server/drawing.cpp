#include "gannet/server/drawing.h"

#include <algorithm>
#include <filesystem>

#include "gannet/base/error.h"
#include "gannet/server/page.h"
#include "gannet/tools/compute.h"

namespace gannet::server {
namespace {

constexpr size_t kMostOfBatch = 32;  // samples: a block of the sampler

// Requests that differ in their seeds alone; none of those with classes in turn, which count from
// the first seed of the request.
std::string group_of(const DrawOrder& order) {
  const SampleRequest& r = order.request;
  if (order.rows > 0 || !r.latents.empty() || r.style || r.seeds.size() >= kMostOfBatch ||
      r.label.find_first_of(",-") != std::string::npos)
    return "";
  return Json{order.network, r.label, r.attributes, r.text, r.truncation}.dump(
      -1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

void Drawing::add(const Request& request, DrawOrder order, Reply reply) {
  Waiting each{.order = std::move(order),
               .group = "",
               .if_none_match = request.header("if-none-match"),
               .reply = std::move(reply)};
  each.group = group_of(each.order);
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= static_cast<size_t>(services_.options.queue))
    throw HttpError(503, "too many requests wait for a network", "ask again in a moment",
                    {{"Retry-After", "1"}});
  waiting_.push_back(std::move(each));
  schedule();
}

// No more turns in the lane than it has threads, however many wait: a turn takes all that it can.
void Drawing::schedule() {
  while (turns_ < std::min(services_.drawers, waiting_.size())) {
    try {
      services_.lanes.add(Lane::networks, [this] { draw_next(); });
      ++turns_;
    } catch (const HttpError& error) {  // other work fills the lane
      if (turns_ > 0) return;
      for (Waiting& each : waiting_) each.reply(error_response(error));
      waiting_.clear();
    }
  }
}

// The first that waits, and those of its group, up to a block.
std::vector<Drawing::Waiting> Drawing::take_batch() {
  const std::lock_guard lock(mutex_);
  std::vector<Waiting> batch;
  if (waiting_.empty()) return batch;
  batch.push_back(std::move(waiting_.front()));
  waiting_.pop_front();
  size_t seeds = batch[0].order.request.seeds.size();
  // A share for each thread that draws.
  const size_t most =
      std::clamp<size_t>((seeds + waiting_.size()) / services_.drawers, kServedBlock, kMostOfBatch);
  for (auto at = waiting_.begin(); at != waiting_.end() && !batch[0].group.empty();) {
    const size_t more = at->order.request.seeds.size();
    if (at->group != batch[0].group || seeds + more > most) {
      ++at;
      continue;
    }
    seeds += more;
    batch.push_back(std::move(*at));
    at = waiting_.erase(at);
  }
  return batch;
}

void Drawing::draw_next() {
  draw_batch();
  const std::lock_guard lock(mutex_);
  --turns_;
  schedule();
}

void Drawing::draw_batch() {
  std::vector<Waiting> batch = take_batch();
  if (batch.empty()) return;
  services_.counters.add("batches");
  try {
    try {
      draw(batch);
    } catch (...) {
      rethrow_plain(std::current_exception());
    }
  } catch (...) {
    const Response error = error_response(std::current_exception());
    for (Waiting& each : batch)
      if (each.reply) each.reply(error);
  }
}

std::string Drawing::etag(const Waiting& each, const ListedNetwork& network) const {
  std::error_code failed;
  const auto time = std::filesystem::last_write_time(network.file, failed);
  const SampleRequest& r = each.order.request;
  const StyleRequest style = r.style.value_or(StyleRequest());
  return etag_of(Json{network.file.string(), time.time_since_epoch().count(), r.seeds, r.label,
                      r.attributes, r.text, r.truncation, r.latents, each.order.format,
                      each.order.rows, each.order.columns, style.seeds, style.label,
                      style.attributes, style.text, style.from}
                     .dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Drawing::draw(std::vector<Waiting>& batch) {
  const ListedNetwork network = services_.networks.find(batch[0].order.network);
  std::vector<std::string> etags;
  SampleRequest all = batch[0].order.request;
  all.seeds.clear();
  for (Waiting& each : batch) {
    etags.push_back(etag(each, network));
    Request head;
    head.headers = {{"if-none-match", each.if_none_match}};
    if (!matches_etag(head, etags.back())) {
      all.seeds.insert(all.seeds.end(), each.order.request.seeds.begin(),
                       each.order.request.seeds.end());
      continue;
    }
    each.reply({.status = 304,
                .type = "",
                .headers = {{"ETag", etags.back()}, {"Cache-Control", "private, no-cache"}}});
    each.reply = nullptr;
  }
  if (all.seeds.empty()) return;
  const std::shared_ptr<Sampler> sampler = services_.networks.open(network);
  if (sampler->takes_image())
    throw HttpError(422, "this network draws from an input image",
                    "POST /api/v1/translate takes one");
  std::vector<Bytes> samples;
  if (batch[0].order.rows == 0) samples = draw_bytes(*sampler, all);
  size_t first = 0;
  for (size_t i = 0; i < batch.size(); ++i) {
    if (!batch[i].reply) continue;
    const size_t n = samples.empty() ? 0 : batch[i].order.request.seeds.size();
    const std::vector<Bytes> own(samples.begin() + static_cast<std::ptrdiff_t>(first),
                                 samples.begin() + static_cast<std::ptrdiff_t>(first + n));
    first += n;
    Response response;
    try {
      response = drawn_response(*sampler, batch[i].order, own);
      response.headers.emplace_back("ETag", etags[i]);
      response.headers.emplace_back("Cache-Control", "private, no-cache");
    } catch (const Error&) {
      response = error_response(std::current_exception());
    }
    std::exchange(batch[i].reply, nullptr)(std::move(response));
  }
  services_.counters.add("samples", static_cast<int64_t>(all.seeds.size()));
}

}  // namespace gannet::server
