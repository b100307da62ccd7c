// Samples from a network file, which is all that is read. No torch in here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/source_options.h"
#include "gannet/formats/png.h"

namespace gannet {

// The second half of style mixing: layers of maps of `from` rows or more read the latents and the
// condition of these seeds (Karras et al. 2019, arXiv:1812.04948, section 3.1).
struct StyleRequest {
  std::vector<uint64_t> seeds;          // one for each of the samples
  std::string label, attributes, text;  // as in SampleRequest
  int64_t from = 0;                     // one of Sampler::style_sizes()
};

struct SampleRequest {
  std::vector<uint64_t> seeds;  // one sample each; the seed is the key of all its draws
  std::string label;       // a class, by number or name, or several in turn; "": drawn by the seed
  std::string attributes;  // by name or in their order (attribute_request.h); "": drawn by the seed
  std::string text;        // the sentence, of a network that draws by sentences
  std::vector<std::string> texts = {};  // instead of `text`: a sentence a seed
  double truncation = 1;       // z is scaled by it: 1 as trained, 0 the same sample for every seed
  bool with_input = false;     // in a grid, of image-to-image recipes: input, output, target
  std::vector<float> latents;  // one a seed, instead of those drawn by the seeds; empty: none
  int64_t first = 0;           // the number of the first seed among all, for classes in turn
  // Samples are computed in blocks of so many, whole ones: another size is quicker for single
  // samples, and changes the last bits. 0: as `gannet sample`.
  int64_t block = 0;
  std::optional<StyleRequest> style = {};
};

// Some of the requested samples, in order.
struct SampleBlock {
  int64_t first, count;
  Bytes bytes;  // images: uint8 [count, H, W, C], float32 in the data's own units where they have
                // a value_range(); else float32 [count, ...], points in the data's own units
};

// Of outputs against their targets (metrics/image_quality.h): of luma, but for l1, and without a
// border as wide as the scale where images are enlarged.
struct FullReferenceMetrics {
  double l1 = 0, psnr = 0, ssim = 0;  // grey levels, decibels, at most 1
  double gradient_energy_ratio = 0;   // the output's, as a share of the target's
};
struct ImageQuality {  // means over images
  int64_t images = 0;
  FullReferenceMetrics outputs;
  std::optional<FullReferenceMetrics> bicubic;  // of the inputs, enlarged by a bicubic filter
};

class Sampler {
 public:
  // A network file, or a run directory (its best network, else its newest), on a device
  // (tensor/device.h). Throws Error.
  explicit Sampler(const Path& network, const std::string& device = "auto");
  ~Sampler();

  const Path& file() const;
  bool is_image() const;
  bool is_audio() const;
  bool is_video() const;
  std::optional<StoredRange> value_range() const;  // of images trained with --value-range
  double rate() const;                             // of audio clips: samples per second
  std::vector<int64_t> item_shape() const;         // [H, W, C], [C, T, H, W], [C, T] or [D]
  const std::vector<std::string>& classes() const;
  bool takes_class() const;
  bool takes_text() const;
  // Rows of the maps from which on a style can be another's, ascending; empty: this network reads
  // its latent once.
  std::vector<int64_t> style_sizes() const;

  // Image-to-image recipes need input images: one for every seed, or of a data set that of sample
  // number seed (modulo its size). An image may have any size: a recipe that enlarges takes it as
  // it is, others at the scale of training, padded by reflection where they need it, and the output
  // cut again. set_input(image) returns what was done, in one line. An enlargement keeps
  // transparency (item_shape() then has four channels) unless there is a background. Throws Error
  // for a set whose images do not fit.
  bool takes_image() const;
  // An image file, by the range of values that the network learned from, or by another
  // --value-range; with what is to be said of it, or "".
  struct Input {
    Image image;
    std::string note;
  };
  Input read_input(const Path& file, const std::string& value_range = "network") const;
  Input read_input(ByteSpan bytes, std::string_view source,
                   const std::string& value_range = "network") const;
  std::string set_input(const Image& image, std::optional<Colour> background = {});
  void set_input(const std::string& data, SourceOptions options);
  // Of all samples drawn since a data set, which has the targets, was set as the input.
  std::optional<ImageQuality> image_quality() const;

  // Warnings, a line each: that the network truncates the text, and where; words that no caption of
  // its training had.
  std::vector<std::string> text_warnings(const std::string& text) const;
  // One that its styles change nothing: those of a network that reads classes alone at large maps,
  // where they have the samples' class; "" where they do.
  std::string idle_style(const SampleRequest& request) const;
  // One that the request's attributes are far outside of the data's; "" where they are not.
  std::string far_attributes(const SampleRequest& request) const;

  // Throws UsageError for an unknown class, a class or text where the network has no such input,
  // and a missing text or input image. Memory is that of one block.
  void draw(const SampleRequest& request, const std::function<void(const SampleBlock&)>& put);

  // The same, all of them, as the network gives them: float32, not rounded to 8 bits. Images,
  // videos and audio in [-1, 1] (images [C, H, W]), points in the data's own units.
  std::vector<float> values(const SampleRequest& request);
  // The class of each seed's sample where the request names none; empty of a network without.
  std::vector<int64_t> classes_of(const std::vector<uint64_t>& seeds) const;
  // What an autoencoder makes of n samples in the network's range, with the noise of this seed for
  // the codes of samples first, first + 1, ...; empty of a network without an encoder.
  std::vector<float> reconstructed(const std::vector<float>& samples, int64_t n, uint64_t seed,
                                   int64_t first = 0);

  // Their latents, as request.latents takes them: [latent_shape()] each. Throws Error for a network
  // that draws from input images.
  std::vector<float> latents(const SampleRequest& request);
  std::vector<int64_t> latent_shape() const;

  // Points as lines of CSV: all columns of the table that the network learned from, whole numbers
  // as whole numbers, words as words. The header is "" where the table had none. Throws Error for
  // other networks.
  std::string csv_header(char separator) const;
  char csv_separator() const;  // that table's
  std::string csv_rows(const SampleRequest& request, char separator);

  // All of them as one image, row by row (points: one plot).
  Image grid(const SampleRequest& request, int64_t rows, int64_t columns);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
