// Full-reference image quality: pure functions of an 8-bit image and its target, for recipes that
// make images from images. As in the literature on super-resolution: on luma, without the border.
#pragma once

#include "gannet/tensor/batch.h"

namespace gannet {

// uint8 images [H, W, C], C 1 or 3 -> float64 [H, W]: luma Y of ITU-R BT.601, 16 to 235, for
// colour (as MATLAB's rgb2ycbcr); grey as it is. `border` pixels of each side are left out.
Tensor luma(const Tensor& image, int64_t border = 0);

// Mean absolute difference of two images of equal shape, in grey levels.
double mean_absolute_error(const Tensor& a, const Tensor& b);

// 10 log10(255^2 / mean squared error), in decibels; infinite for equal ones. float64 [H, W].
double psnr(const Tensor& a, const Tensor& b);

// Structural similarity (Wang et al. 2004, IEEE TIP 13:4, eq. 13): windows of 11x11 weighted by a
// Gaussian of 1.5 pixels, K1 = 0.01, K2 = 0.03, range 255; the mean over all windows that lie
// inside. float64 [H, W], at least 11 pixels a side (else Error). 1 for equal ones.
double ssim(const Tensor& a, const Tensor& b);

// The mean squared difference of neighbouring pixels, across and down: how much detail there is.
double gradient_energy(const Tensor& y);

}  // namespace gannet
