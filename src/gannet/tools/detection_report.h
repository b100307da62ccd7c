// The report of `gannet detect`: images labelled by their folders, their scores, and for each kind
// of fake the ROC against all real images. No torch in here.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gannet/data/input_range.h"
#include "gannet/formats/image.h"
#include "gannet/metrics/roc.h"
#include "gannet/tools/detector.h"

namespace gannet {

inline constexpr const char* kRealKind = "real";
inline constexpr const char* kGeneratedKind = "generated";  // by the detector's own generator

struct LabelledImage {
  std::string name;  // of the file
  std::string kind;  // "real", the kind of fake, or "" where it is unknown
  Image image;
  DetectionScore score = {};
};

// Image files, and all images of folders and their sub-folders. Kinds by folder: files below real/
// are real; below fake/ or forged/ they are of the kind of the next folder, else "fake" or
// "forged"; beside a folder real/ they are of the kind of their own folder. Throws Error for a
// folder without images, and files that are none.
// `notes` gets how their values were read, once each, where that is to be said.
std::vector<LabelledImage> read_labelled_images(const std::vector<std::string>& sources,
                                                const InputRange& range,
                                                std::vector<std::string>& notes);

// Sets the score of each image, and drops the pixels.
void score_images(const Detector& detector, std::vector<LabelledImage>& images);

// One kind of fake against all real images.
struct KindReport {
  int64_t images = 0;
  Roc combined;                   // by 1 - p-value
  Roc discriminator, classifier;  // by each score; the first is empty where D cannot be used
  double detection_rate = 0;      // share of p-values up to kSignificance
};
inline constexpr double kSignificance = 0.05;

// "fake: unlike 99.6% of real ones"
std::string detection_verdict(const DetectionScore& score);

// One image file, as those of folders are read. Throws Error.
Image read_judged_image(ByteSpan bytes, const InputRange& range, const std::string& name);

// By kind. Empty where no image is real.
std::map<std::string, KindReport> report_by_kind(const std::vector<LabelledImage>& images,
                                                 bool with_discriminator);

// Share of the images of a kind whose p-value is at most kSignificance; of real images this is the
// false positive rate.
double detection_rate(const std::vector<LabelledImage>& images, const std::string& kind);

// The ROC of each kind: D's and the classifier's for up to three kinds, else the combined ones.
Image draw_rocs(const std::map<std::string, KindReport>& kinds, bool with_discriminator);

}  // namespace gannet
