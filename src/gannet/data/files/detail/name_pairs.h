// Pairs of images in one folder, by what of their names is of one of the two alone.
#pragma once

#include <optional>
#include <string>

#include "gannet/data/files/items.h"

namespace gannet {

// A name in two: what the two of a pair have in common, and what is of one of them alone.
struct PartedName {
  std::string core, part;
};

// Ways of telling the two apart, in the order in which they are tried.
enum class NameWay { ending, beginning, letter, extension };

// 1_mask and 1_T2 end in "_mask" and "_T2"; mask_1 begins with "mask_"; 1a ends in "a"; 1.jpg in
// ".jpg". The part may be "".
PartedName parted(const std::string& name, NameWay way);

struct Twos {
  NameWay way = NameWay::ending;
  std::string first, second;  // parts; the first may be ""
};

// The two parts, where most names come in twos by one way.
std::optional<Twos> find_twos(const SampleItems& items);

std::string listed(const Twos& twos);  // "with and without '_mask'", "with 'A_' and 'B_'"

}  // namespace gannet
