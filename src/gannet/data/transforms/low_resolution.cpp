#include "gannet/data/transforms/low_resolution.h"

#include "gannet/base/error.h"
#include "gannet/data/chw.h"
#include "gannet/image/resample.h"

namespace gannet {
namespace {

class LowResolution : public Dataset {
 public:
  LowResolution(std::shared_ptr<const Dataset> data, int64_t scale)
      : data_(std::move(data)), info_(data_->info()) {
    info_.input_image = {info_.dims[0], info_.dims[1] / scale, info_.dims[2] / scale};
  }

  int64_t size() const override { return data_->size(); }
  const DatasetInfo& info() const override { return info_; }
  std::string caption(int64_t index) const override { return data_->caption(index); }
  std::vector<std::string> captions(int64_t index) const override {
    return data_->captions(index);
  }
  std::string hash() const override { return data_->hash(); }
  std::string name() const override { return data_->name(); }
  std::vector<Decision> decisions() const override { return data_->decisions(); }
  std::vector<std::string> warnings() const override { return data_->warnings(); }

  void get(int64_t index, Sample& into) const override {
    data_->get(index, into);
    downsample(into);
  }
  void draw(int64_t index, const Address& epoch, Sample& into) const override {
    data_->draw(index, epoch, into);
    downsample(into);
  }

 private:
  void downsample(Sample& sample) const {
    const Image large = from_chw(sample.values, info_.dims);
    to_chw(resized(large, info_.input_image[2], info_.input_image[1], Filter::bicubic),
           sample.input_image);
  }

  std::shared_ptr<const Dataset> data_;
  DatasetInfo info_;
};

}  // namespace

std::shared_ptr<const Dataset> with_low_resolution(std::shared_ptr<const Dataset> data,
                                                   int64_t scale) {
  const Shape& dims = data->info().dims;
  if (!data->info().is_image() || (dims[0] != 1 && dims[0] != 3))
    throw Error("only images have a low resolution, the samples are " + to_string(dims),
                data->name());
  if (dims[1] % scale != 0 || dims[2] % scale != 0)
    throw Error("images of " + std::to_string(dims[2]) + "x" + std::to_string(dims[1]) +
                    " cannot be shrunk by " + std::to_string(scale),
                data->name(), "--image-size, a multiple of " + std::to_string(scale));
  return std::make_shared<LowResolution>(std::move(data), scale);
}

}  // namespace gannet
