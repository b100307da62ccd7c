// Requests for samples, gathered by network: those that wait at once and ask for the same kind of
// sample are drawn in one batch. No torch in here.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gannet/server/http/message.h"
#include "gannet/server/services.h"

namespace gannet::server {

inline constexpr uint64_t kMostDrawn = 1024;  // samples of one request
// Single samples are what a page asks for: 32 at a time, as `gannet sample` computes them, would
// take many times as long. The pictures are the same but for the last bits of their floats.
inline constexpr int64_t kServedBlock = 2;

// The body of a request for samples (api/generate.cpp), as values.
struct DrawOrder {
  std::string network;
  SampleRequest request;
  std::string format = "png";
  int64_t rows = 0, columns = 0;  // of one picture of all; 0: none is asked for
};
// Throws UsageError or HttpError.
DrawOrder draw_order(const Json& body);

// Samples as their bytes (SampleBlock), one each.
std::vector<Bytes> draw_bytes(Sampler& sampler, const SampleRequest& request);
// The answer for them in the order's format.
Response drawn_response(Sampler& sampler, const DrawOrder& order,
                        const std::vector<Bytes>& samples);
// {samples: [{seed, png | points | wav | webp, latent}], shape}; latents as requests take them,
// where there are not too many numbers.
Json drawn_json(Sampler& sampler, const SampleRequest& request, const std::vector<Bytes>& samples);

class Drawing {
 public:
  explicit Drawing(Services& services) : services_(services) {}

  // Replies when its batch is drawn. Throws HttpError 503 where too many wait.
  void add(const Request& request, DrawOrder order, Reply reply);

 private:
  struct Waiting {
    DrawOrder order;
    std::string group;  // equal where samples can be drawn together; "": alone
    std::string if_none_match;
    Reply reply;
  };
  void schedule();
  void draw_next();
  void draw_batch();
  std::vector<Waiting> take_batch();
  void draw(std::vector<Waiting>& batch);
  // Replies 304 and takes those out whose clients have the answer already.
  std::string etag(const Waiting& each, const ListedNetwork& network) const;

  Services& services_;
  std::mutex mutex_;
  std::deque<Waiting> waiting_;
  size_t turns_ = 0;  // of the lane that are ours
};

}  // namespace gannet::server
