// The page: its files by name, built in or from a folder.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gannet/base/shipped_file.h"
#include "gannet/server/http/message.h"

namespace gannet {

// The files of web/dist, as cmake/GannetShip.cmake puts them into the library; none where that
// folder was not there.
const std::vector<ShippedFile>& page_files();

}  // namespace gannet

namespace gannet::server {

class Page {
 public:
  // folder: read anew for each request, for who works on the page; "": those built in.
  explicit Page(Path folder) : folder_(std::move(folder)) {}

  // The file of a request's path; every path without a dot in its last part is index.html. Names
  // are looked up in the list of files, never on the disk. Throws HttpError 404.
  Response get(const Request& request) const;

 private:
  std::map<std::string, Bytes> folder_files() const;
  Path folder_;
};

// With its ETag; 304 where the request has that one already; by gzip where the client takes it and
// the text is worth it.
Response file_response(const Request& request, std::string type, std::string body);
bool matches_etag(const Request& request, const std::string& etag);
std::string etag_of(std::string_view text);

}  // namespace gannet::server
