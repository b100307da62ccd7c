#include "gannet/server/forms.h"

#include <algorithm>

#include "gannet/base/file_names.h"
#include "gannet/tools/catalogue.h"

namespace gannet::server {

Form::Form(const Request& request, const std::vector<std::string>& texts, size_t most_files) {
  for (const Part& part : request.parts) {
    if (part.name == "file") {
      files_.push_back(part);
      if (files_.back().file_name.empty()) files_.back().file_name = "the file";
    } else if (std::ranges::find(texts, part.name) != texts.end()) {
      texts_.push_back(part);
    } else {
      throw HttpError(400, "the form has an unknown field '" + display_name(part.name) + "'");
    }
  }
  for (const std::string& name : texts)
    if (std::ranges::count(texts_, name, &Part::name) != 1)
      throw HttpError(400, "expected one field '" + name + "' in the form");
  if (files_.empty()) throw HttpError(400, "expected a field 'file' in the form");
  if (files_.size() > most_files)
    throw HttpError(400, "expected at most " + std::to_string(most_files) + " files, found " +
                             std::to_string(files_.size()));
}

std::string Form::text(const std::string& name) const {
  std::string text(std::ranges::find(texts_, name, &Part::name)->data);
  if (text.size() > 1000 || !is_utf8(text))
    throw HttpError(400, "the field '" + name + "' is no short text");
  return text;
}

Json form_schema(const std::vector<std::string>& texts, const std::string& files) {
  Json schema = {{"type", "object"},
                 {"properties",
                  {{"file", {{"type", "string"}, {"format", "binary"}, {"description", files}}}}},
                 {"required", {"file"}},
                 {"additionalProperties", false}};
  for (const std::string& name : texts) {
    schema["properties"][name] = {{"type", "string"}};
    schema["required"].push_back(name);
  }
  return schema;
}

std::string run_data(const Services& services, const std::string& run) {
  const Json options =
      Json::parse(read_text(run_folder(services.runs(), run) / "options.json"), nullptr, false);
  if (!options.is_object() || !options.contains("data") || !options["data"].is_string())
    throw HttpError(422, "the run's options.json names no data");
  return options["data"].get<std::string>();
}

std::string network_data(Services& services, const ListedNetwork& network) {
  if (!network.run.empty()) return run_data(services, network.run);
  // Of a set by name alone: a path would be another machine's.
  const std::string data = services.networks.about(network.file).metadata.value("data", "");
  return is_built_in_set(data) ? data : "";
}

}  // namespace gannet::server
