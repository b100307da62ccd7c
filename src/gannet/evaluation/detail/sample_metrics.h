// Metrics that features alone don't give: of classes, of modes, of sounds and of pairs.
#pragma once

#include "gannet/evaluation/detail/feature_pair.h"
#include "gannet/evaluation/detail/network_samples.h"
#include "gannet/evaluation/feature_net.h"
#include "gannet/metrics/modes.h"

namespace gannet {

// The accuracy on one set of a classifier that learnt the classes of another: GAN-train and
// GAN-test (Shmelkov et al. 2018, arXiv:1807.09499, section 3); GAN-train is the classification
// accuracy score of Ravuri & Vinyals 2019, arXiv:1905.10887, with a smaller classifier
// (training/classifier.h). Throws Error where samples have no classes or other ones.
MetricValue classification_accuracy(SampleFeatures& train, SampleFeatures& test, uint64_t seed,
                                    const std::string& device);

// metrics/frechet.h
MetricValue intra_class_distance(SampleFeatures& real, SampleFeatures& fake);

// metrics/modes.h: "modes", "high_quality", "reverse_kl" or "mode_spread", of a mixture whose modes
// are known.
MetricValue of_modes(const std::string& metric, SampleFeatures& fake, const Modes& modes);

// metrics/modes.h: of images [N, C, H, W] each channel of which is one of the classifier's, by the
// classes of the channels. Against even shares, as in PacGAN's code (arXiv:1712.04086, section
// 4.2).
LabelModes stacked_modes(const Tensor& images, const FeatureNet& classifier);

// Of two sets of clips: mean absolute difference over the bands of their mean log-mel spectra.
MetricValue mel_distance(SampleFeatures& real, SampleFeatures& fake);

// "psnr" or "ssim" of image i of one set against image i of the other, n of each; of a network that
// makes images from images, of its outputs against their targets (metrics/image_quality.h).
MetricValue paired_quality(const std::string& metric, const SampleSources& sources, int64_t n);

// Perceptual path length in Z: E |f(G(slerp(a, b; t + epsilon))) - f(G(slerp(a, b; t)))|^2 /
// epsilon^2 over latents a, b and t (Karras et al. 2019, arXiv:1812.04948, eq. 2), without the
// lowest and highest hundredth as in their code. f are the features, in place of VGG's with the
// weights of LPIPS.
MetricValue path_length(const NetworkSamples& network, const FeatureExtractor& extractor,
                        int64_t n);

// Root mean square of the difference of real samples and what an autoencoder makes of them, in
// units of [-1, 1]. Throws UsageError for a network without an encoder.
MetricValue reconstruction_error(const NetworkSamples& network, SampleFeatures& real);

}  // namespace gannet
