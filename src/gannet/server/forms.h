// Multipart forms of a few texts and some files, and the data of a run. No torch in here.
#pragma once

#include <string>
#include <vector>

#include "gannet/server/http/message.h"
#include "gannet/server/services.h"

namespace gannet::server {

// Throws HttpError 400 for a form without these texts, with other fields, or without a `file`, or
// with more than so many.
class Form {
 public:
  Form(const Request& request, const std::vector<std::string>& texts, size_t most_files);
  std::string text(const std::string& name) const;
  const std::vector<Part>& files() const { return files_; }

 private:
  std::vector<Part> texts_, files_;
};
Json form_schema(const std::vector<std::string>& texts, const std::string& files);

// The data that a run learns from, as `gannet` takes it.
std::string run_data(const Services& services, const std::string& run);

// The data that a network learned from: its run's, else what its file names; "" where neither does.
std::string network_data(Services& services, const ListedNetwork& network);

}  // namespace gannet::server
