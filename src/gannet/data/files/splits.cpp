#include "gannet/data/files/detail/splits.h"

#include <algorithm>
#include <map>
#include <set>

#include "gannet/base/error.h"
#include "gannet/data/files/detail/folder_roles.h"
#include "gannet/data/files/detail/pairs.h"

namespace gannet {
namespace {

// The part that each folder of the source belongs to, by its path with its '/'.
using Parts = std::map<std::string, Part>;

void add_parts(const std::string& root, const std::vector<std::string>& folders,
               const std::vector<FolderRole>& roles, Parts& to) {
  for (size_t i = 0; i < folders.size(); ++i)
    to[folders[i].empty() ? root : root + folders[i] + "/"] = roles[i].part;
}

// Is one folder a training part by what lies in it? A class of this name has no folders of its own,
// and beside a training part lie flat folders, or such that have its classes: train/cat and
// train/dog beside backup/cat and new/.
std::optional<std::vector<FolderRole>> parts_by_contents(const SampleItems& items,
                                                         const std::string& root,
                                                         const std::vector<std::string>& folders) {
  std::vector<FolderRole> roles;
  std::set<std::string> classes;
  for (const std::string& folder : folders) {
    FolderRole role = folder.empty() ? FolderRole() : role_of(folder);
    if (role.part == Part::train) {
      if (!classes.empty() || role.side != ' ') return {};
      const std::string inner = root + folder + "/";
      const std::vector<std::string> below = sub_folders(items_below(items, inner), inner);
      classes.insert(below.begin(), below.end());
    }
    role.part = role.part == Part::none ? Part::extra : role.part;
    roles.push_back(role);
  }
  if (classes.size() < 2 || classes.contains("") || folders.size() < 2) return {};
  for (size_t i = 0; i < folders.size(); ++i) {
    if (roles[i].part == Part::train || folders[i].empty()) continue;
    const std::string inner = root + folders[i] + "/";
    const std::vector<std::string> below = sub_folders(items_below(items, inner), inner);
    if (std::ranges::none_of(
            below, [&](const std::string& name) { return name.empty() || classes.contains(name); }))
      return {};
  }
  return roles;
}

// Parts in the common folder, or in each of its sub-folders.
Parts find_parts(const SampleItems& items, const std::string& root) {
  Parts parts;
  const std::vector<std::string> folders = sub_folders(items, root);
  if (const auto roles = parts_of_a_set(folders)) {
    add_parts(root, folders, *roles, parts);
    return parts;
  }
  for (const std::string& folder : folders) {
    if (folder.empty()) continue;
    const std::string inner = root + folder + "/";
    const std::vector<std::string> below = sub_folders(items_below(items, inner), inner);
    const auto roles = parts_of_a_set(below);
    if (!roles) {
      parts.clear();
      if (const auto by_contents = parts_by_contents(items, root, folders))
        add_parts(root, folders, *by_contents, parts);
      return parts;
    }
    add_parts(inner, below, *roles, parts);
  }
  return parts;
}

// The part of an item: that of the longest folder that holds it.
Part part_of(const SampleItem& item, const Parts& parts) {
  std::string folder = folder_of(item.name);
  for (;;) {
    if (const auto found = parts.find(folder); found != parts.end()) return found->second;
    if (folder.empty()) return Part::none;
    folder = folder_of(folder.substr(0, folder.size() - 1));
  }
}

// The folder's own name: "test" of "set/test/".
std::string own_name(const std::string& folder) {
  const std::string path = folder.substr(0, folder.size() - (folder.empty() ? 0 : 1));
  return path.substr(folder_of(path).size());
}

class Choice {
 public:
  Choice(DataKind kind, const std::string& split, const std::string& source)
      : one_(kind == DataKind::audio ? "audio clip" : name_of(kind)),
        kind_(plural_of(kind)),
        split_(split),
        source_(source),
        wanted_(part_named(split)) {}

  Split choose(SampleItems items) {
    const std::string root = common_folder(items);
    const Parts parts = find_parts(items, root);
    for (const auto& [folder, part] : parts) there_.insert(part);
    if (parts.empty() || there_ == std::set<Part>{Part::train})
      return {.items = std::move(items), .root = "", .decision = {}, .left_out = {}, .others = {}};
    if (wanted_ == Part::test && !there_.contains(Part::test)) wanted_ = Part::val;
    if (!there_.contains(wanted_)) refuse();
    Split result;
    for (SampleItem& item : items) {
      const Part part = part_of(item, parts);
      if (part == wanted_) {
        result.items.push_back(std::move(item));
      } else {
        leave_out(result.left_out, left_out(item, parts, root), item.name);
        result.others.push_back(std::move(item.name));
      }
    }
    decide(parts, result);
    return result;
  }

 private:
  [[noreturn]] void refuse() const {
    for (const Part other : {Part::train, Part::test, Part::val})
      if (there_.contains(other))
        throw UsageError("no folder " + split_ + "/ in it", source_,
                         std::string("--split ") + option_of(other));
    throw UsageError("no folder " + split_ + "/ in it", source_);
  }

  LeftOut left_out(const SampleItem& item, const Parts& parts, const std::string& root) const {
    const Part part = part_of(item, parts);
    const std::string option = option_of(part);
    std::string folder = first_folder(item.name.substr(root.size()));
    if (folder.empty())
      return {.what = kind_ + " beside the folders of the parts",
              .one = one_ + " beside the folders of the parts"};
    if (part != Part::none && !parts.contains(root + folder + "/")) {
      const std::string inner = first_folder(item.name.substr(root.size() + folder.size() + 1));
      folder.append("/").append(inner);
    }
    return {.what = kind_ + " of " + folder + "/",
            .advice = option.empty() ? of_other_use(folder) : "--split " + option,
            .one = one_ + " of " + folder + "/"};
  }

  static std::string of_other_use(const std::string& folder) {
    return names_targets(folder) ? "name the folder to use it, or --data A:B for pairs with it"
                                 : "name the folder to use it";
  }

  void decide(const Parts& parts, Split& result) const {
    std::vector<std::string> folders;
    for (const auto& [folder, part] : parts)
      if (part == wanted_) folders.push_back(folder);
    result.root = folders.size() == 1 ? folders[0] : common_folder(result.items);
    std::set<std::string> names;
    for (const std::string& folder : folders) names.insert(own_name(folder) + "/");
    std::string text = kind_ + " of ";
    for (const std::string& name : names) text += (name == *names.begin() ? "" : " and ") + name;
    text += " alone";
    if (const std::string others = left_out_text(result.left_out, false); !others.empty())
      text += "; left out: " + others;
    for (LeftOut& kind : result.left_out) kind.named = true;
    result.decision = Decision{"split", split_, text};
  }

  std::string one_, kind_, split_, source_;  // of one sample, of several
  Part wanted_;
  std::set<Part> there_;
};

}  // namespace

bool is_split_name(const std::string& folder) {
  const FolderRole role = role_of(folder);
  return role.rest.empty() && role.part != Part::none && role.part != Part::extra;
}

void refuse_without_parts(DataKind kind, const std::string& split, const std::string& source) {
  if (part_named(split) == Part::train) return;
  throw UsageError("no " + split + " split: " + std::string(plural_of(kind)) +
                       " are not in folders train/ and test/, nor parted by a table",
                   source, "name the " + split + " set's own folder");
}

Part part_named(const std::string& split) {
  for (const Part part : {Part::train, Part::val, Part::test})
    if (split == option_of(part)) return part;
  throw UsageError("unknown split '" + split + "', expected train, val or test", "--split");
}

const char* option_of(Part part) {
  switch (part) {
    case Part::train:
      return "train";
    case Part::val:
      return "val";
    case Part::test:
      return "test";
    default:
      return "";
  }
}

Split choose_split(SampleItems items, DataKind kind, const std::string& split,
                   const std::string& source) {
  return Choice(kind, split, source).choose(std::move(items));
}

}  // namespace gannet
