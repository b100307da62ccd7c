// Names of classes that are numbers: classes.txt beside the samples or around their folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gannet {

struct ClassNames {
  std::vector<std::string> names;  // of each class; empty where the text does not name them
  std::string reason;              // what was done, or why nothing
};

// Are all of them whole numbers?
bool are_numbers(const std::vector<std::string>& classes);

// `text` has a line for each class: "3 daisy", or names alone, of which the first is of class 0, or
// of class 1 where the classes begin with 1 and there are as many lines.
ClassNames name_classes(const std::vector<std::string>& classes, std::string_view text);

}  // namespace gannet
