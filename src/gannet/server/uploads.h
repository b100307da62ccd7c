// Data sets that were uploaded: a folder of the runs, RUNS/.uploads, each of its entries a file or
// folder that `gannet data check` found good. No torch in here.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gannet/server/children.h"
#include "gannet/server/http/message.h"

namespace gannet::server {

class Uploads {
 public:
  // most: bytes of one upload.
  Uploads(Path runs, uint64_t most, Children& children);

  struct Uploaded {
    std::string name;
    uint64_t bytes = 0;
  };
  std::vector<Uploaded> list() const;
  // Where an uploaded set lies; "" for another name.
  std::string path_of(const std::string& name) const;

  // A place for the body of a request that is coming in, removed with the last of its holders.
  // Throws HttpError 503 where too many come in, or the disk is full.
  struct Place {
    explicit Place(Path folder, Uploads& uploads);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    Path folder;
    Uploads& uploads;
    Path body() const { return folder / "body"; }
  };
  std::shared_ptr<Place> begin();

  struct Checked {
    std::string name;
    bool was_there = false;  // the same set was uploaded before, by this name
    Json check;              // as `gannet data check --json` has it
  };
  // The parts `file` of a multipart body on disk, checked and kept, unless the same bytes are there
  // already. Throws HttpError 400, 413, 422.
  Checked keep(const Request& request);

  uint64_t most() const { return most_; }

 private:
  Path folder() const { return runs_ / ".uploads"; }
  std::string same_as(const Path& source) const;
  std::string free_name(const std::string& wanted) const;

  Path runs_;
  uint64_t most_;
  Children& children_;
  std::mutex keeping_;
  std::atomic<int> coming_{0};
};

// Thrown with the check of a set that a training would refuse.
struct Refused {
  HttpError error;
  Json check;
};

// The path of an uploaded file below a folder: its parts without drive, "." and empty ones. Throws
// HttpError 400 for "..", names that begin with '.', and what is too long or too deep.
Path upload_path(const std::string& file_name);

}  // namespace gannet::server
