// Captions as tokens.
#pragma once

#include <memory>

#include "gannet/data/dataset.h"
#include "gannet/text/tokenizer.h"

namespace gannet {

// The same samples with their captions as tokens, by a tokenizer trained on these captions
// (Tokenizer::learn; a function of the data and `limits`). Length: twice that of the longest
// caption with its end token, which leaves room for unknown words, at most limits.length. Longer
// captions are cut; warnings() counts them, and samples without a caption. Reads all captions.
// Throws Error where no sample has one.
std::shared_ptr<const Dataset> with_tokens(std::shared_ptr<const Dataset> data, TextLimits limits);

}  // namespace gannet
