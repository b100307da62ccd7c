// A data set whose captions are read as tokens.
#pragma once

#include <memory>

#include "gannet/data/dataset.h"
#include "gannet/text/tokenizer.h"

namespace gannet {

// The same samples with their captions as tokens, by a tokenizer that is learnt from these captions
// (Tokenizer::learn; a function of the data and `limits`). Tokens: twice as many as the longest
// caption and its end have, which leaves room for unknown words, at most limits.length; longer ones
// are cut, which warnings() says, as well as how many samples have none. Reads all captions. Throws
// Error where no sample has one.
std::shared_ptr<const Dataset> with_tokens(std::shared_ptr<const Dataset> data, TextLimits limits);

}  // namespace gannet
