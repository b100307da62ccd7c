// Options of `gannet sample`.
#pragma once

#include <optional>
#include <string>

#include "cli/source.h"
#include "gannet/base/options.h"
#include "gannet/image/canvas.h"

namespace gannet::cli {

// Of input images: the options of --data, and a background where one is given.
struct InputFields : SourceFields {
  InputFields() { source.files.value_range = "network"; }
  std::optional<Colour> background;
};

struct SampleFields : Fields {
  std::string network, seeds, latents, label, attributes, text, input, data, grid, nearest, outdir,
      out, what = "samples", device = "auto";
  std::string style_seeds, style_label, style_attributes, style_text;
  int64_t style_from = -1;
  double trunc = 1;
  bool with_input = false, overwrite = false;
  int64_t batch = -1, scale = 1, threads = -1;
  void fields(FieldVisitor& v) override;

 private:
  void fields_of_samples(FieldVisitor& v);
  void fields_of_styles(FieldVisitor& v);
  void fields_of_files(FieldVisitor& v);
};

// By the file's name: an array, or one audio clip or videos.
bool is_array(const std::string& out);
bool is_media(const std::string& out);

void check(const SampleFields& options);  // throws UsageError for those that contradict each other

}  // namespace gannet::cli
