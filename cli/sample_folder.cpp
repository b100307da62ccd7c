#include "cli/sample_folder.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <vector>

#include "cli/command.h"
#include "cli/output_folder.h"
#include "gannet/base/error.h"
#include "gannet/base/many_errors.h"
#include "gannet/data/files/file_tree.h"
#include "gannet/data/files/items.h"
#include "gannet/formats/file_type.h"
#include "gannet/formats/image_file.h"
#include "gannet/tools/media.h"

namespace gannet::cli {
namespace {

constexpr uint64_t kMostFile = uint64_t{1} << 28;  // bytes of an image

// Images among the files, by name or by their first bytes.
std::vector<size_t> images_of(const FileTree& tree) {
  std::vector<size_t> found;
  for (size_t i = 0; i < tree.names().size(); ++i)
    if (has_image_name(tree.names()[i]) || !image_format(tree.start(i, kFileTypeBytes)).empty())
      found.push_back(i);
  return found;
}

// "sub/name" of "sub/name.jpg"; where two images would have one name, "sub/name.jpg" of each.
std::map<size_t, std::string> output_names(const FileTree& tree,
                                           const std::vector<size_t>& images) {
  std::map<std::string, int> count;
  for (const size_t i : images) ++count[without_extension(tree.names()[i])];
  std::map<size_t, std::string> names;
  for (const size_t i : images) {
    const std::string& name = tree.names()[i];
    const std::string stem = without_extension(name);
    names[i] = count[stem] > 1 ? name : stem;
  }
  return names;
}

class Folder {
 public:
  Folder(Sampler& sampler, const FolderRequest& folder)
      : sampler_(sampler),
        folder_(folder),
        tree_(open_tree(folder.input)),
        output_(checked(folder), folder.overwrite) {}

  int run() {
    const std::vector<size_t> images = images_of(*tree_);
    const size_t others = tree_->names().size() - images.size();
    if (images.empty())
      throw Error("no images in it: " + std::to_string(others) + " other files", folder_.input,
                  "a folder of PNG, JPEG, WebP, TIFF or BMP images");
    const std::map<size_t, std::string> names = output_names(*tree_, images);
    output_.write_all(files_of(images, names), [&] { make(images, names); });
    print(std::to_string(images.size() - problems_.size()) + " of " +
          std::to_string(images.size()) + " images of " + folder_.input + ": " + folder_.outdir +
          (others > 0 ? "; " + std::to_string(others) + " other files were passed over" : "") +
          "\n");
    if (!problems_.empty())
      throw ManyErrors(std::to_string(problems_.size()) + " of " + std::to_string(images.size()) +
                           " images could not be made",
                       folder_.input, "", problems_);
    return 0;
  }

 private:
  void make(const std::vector<size_t>& images, const std::map<size_t, std::string>& names) {
    problems_.clear();
    for (const size_t i : images) {
      try {
        one(i, names.at(i));
      } catch (const UsageError&) {
        throw;  // of the request: it is the same for all
      } catch (const Error& error) {
        problems_.push_back(error.what());
      }
    }
  }

  std::vector<std::string> files_of(const std::vector<size_t>& images,
                                    const std::map<size_t, std::string>& names) const {
    std::vector<std::string> files;
    for (const size_t i : images)
      for (const uint64_t seed : folder_.request.seeds) files.push_back(file(names.at(i), seed));
    return files;
  }

  void one(size_t index, const std::string& name) {
    const std::string where = folder_.input + "/" + tree_->names()[index];
    const std::vector<std::string> done = set_input(index, where);
    for (const std::string& what : done)
      if (!output_.comparing() && !what.empty() &&
          std::ranges::find(last_notes_, what) == last_notes_.end())
        print(tree_->names()[index] + ": " + what + "\n");
    if (!output_.comparing()) last_notes_ = done;
    const auto& seeds = folder_.request.seeds;
    sampler_.draw(folder_.request, [&](const SampleBlock& block) {
      const size_t size = block.bytes.size() / static_cast<size_t>(block.count);
      for (int64_t i = 0; i < block.count; ++i) {
        const ByteSpan sample = ByteSpan(block.bytes).subspan(static_cast<size_t>(i) * size, size);
        output_.write(file(name, seeds[static_cast<size_t>(block.first + i)]),
                      media_file(sampler_, sample));
      }
    });
  }

  std::vector<std::string> set_input(size_t index, const std::string& where) {
    try {
      const Sampler::Input input =
          sampler_.read_input(tree_->read(index, kMostFile), where, folder_.value_range);
      return {input.note, sampler_.set_input(input.image, folder_.background)};
    } catch (const UsageError&) {
      throw;
    } catch (const Error& error) {
      if (!error.where().empty()) throw;
      throw Error(error.what(), where, error.hint());
    }
  }

  std::string file(const std::string& name, uint64_t seed) const {
    char suffix[40] = "";
    if (folder_.request.seeds.size() > 1)
      std::snprintf(suffix, sizeof suffix, "-seed%04llu", static_cast<unsigned long long>(seed));
    return name + suffix + std::string(media_extension(sampler_));
  }

  // The output folder, which is not the input's: its images would be replaced.
  static Path checked(const FolderRequest& folder) {
    std::error_code none;
    if (std::filesystem::equivalent(folder.input, folder.outdir, none) && !none)
      throw UsageError("the results would replace the input images", "--outdir " + folder.outdir,
                       "--outdir " + folder.outdir + "-results");
    return folder.outdir;
  }

  Sampler& sampler_;
  const FolderRequest& folder_;
  std::unique_ptr<FileTree> tree_;
  OutputFolder output_;
  std::vector<std::string> last_notes_;  // of the image before: the same is said once
  std::vector<std::string> problems_;
};

}  // namespace

bool is_folder_of_inputs(const std::string& input) {
  std::error_code ignored;
  return std::filesystem::is_directory(input, ignored) ||
         (is_zip_name(input) && std::filesystem::is_regular_file(input, ignored));
}

int sample_folder(Sampler& sampler, const FolderRequest& folder) {
  return Folder(sampler, folder).run();
}

}  // namespace gannet::cli
