// The numbers of NumPy's files as they are, and the ranges that pictures in them are in. Training
// takes pictures at 8 bits.
#pragma once

#include <string>

#include "gannet/data/dataset.h"
#include "gannet/evaluation/evaluation.h"

namespace gannet {

bool is_array_file(const std::string& source);
bool is_byte_array(const std::string& source);  // a .npy of pictures, [N, H, W, ...]

// Of the array that open_samples() reads of this split, [N, D]; undefined where there is none.
Tensor array_numbers(const std::string& source, const std::string& split);

// Pictures as floating-point numbers, in [0, 1], [N, dims...]; undefined where the array is no such
// pictures of these dims.
Tensor exact_pictures(const std::string& source, const std::string& split, const Shape& dims);

// Throws Error for pictures in two ranges.
void check_ranges(const EvaluatedSource& real, const EvaluatedSource& fake);

// Throws Error for pictures as floating-point numbers that are in no range: a guess would be wrong.
void check_range(const EvaluatedSource& of, const DatasetInfo& info);

}  // namespace gannet
