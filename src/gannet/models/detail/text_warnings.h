// What a sentence asks for that a network cannot know.
#pragma once

#include <string>
#include <vector>

#include "gannet/models/model_file.h"

namespace gannet {

// Words that no caption of the training had, and tokens beyond those that the network reads; none
// for a network that draws by no sentences.
std::vector<std::string> text_warnings(const Model& model, const std::string& text);

}  // namespace gannet
