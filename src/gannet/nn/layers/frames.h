// A layer of images as one of videos, each frame by itself.
#pragma once

#include <ATen/core/Tensor.h>

namespace gannet {

// f of images [N, C, H, W]; of a video [N, C, T, H, W] of its frames as N T images. The result's
// layout is channels-last as a video too, so that no copy is made on the way.
template <class F>
at::Tensor frame_by_frame(const at::Tensor& x, F f) {
  if (x.dim() == 4) return f(x);
  const at::Tensor all = f(x.transpose(1, 2).flatten(0, 1));
  return all.unflatten(0, {x.size(0), x.size(2)}).transpose(1, 2);
}

}  // namespace gannet
