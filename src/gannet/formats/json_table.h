// Labels and captions in JSON, as tables of text: what Hugging Face's image folders, COCO and
// Karpathy's splits have beside their images. StyleGAN's dataset.json is another: dataset_json.h.
#pragma once

#include <string_view>

#include "gannet/formats/csv.h"

namespace gannet {

bool is_json_text(ByteSpan bytes);  // its first character opens a list or an object

// A table with names of columns, of one of
//   {"file_name": "1.png", "text": "a cat"}   a line each (JSON Lines), or as a list
//   {"1.png": "a cat", "2.png": {...}}        columns file, and value or the object's names
//   {"images": [...], "annotations": [...]}   COCO's captions: file_name, caption
//   {"images": [{"filename", "sentences"}]}   Karpathy's: filename, split, caption
// Numbers and booleans are cells of text, null is an empty one; of a list of texts each gives a
// row. What else is nested is left out, with a note. Commas before a closing bracket are passed
// over. Throws Error naming line and column where it is not JSON, and for other forms.
CsvTable read_json_table(ByteSpan bytes, std::string_view source);

}  // namespace gannet
