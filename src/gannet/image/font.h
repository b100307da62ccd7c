// Text on images, for labelled grids: a fixed 5x7 font for ASCII 32 to 126. Not for typesetting.
#pragma once

#include <cstdint>
#include <string_view>

#include "gannet/image/canvas.h"

namespace gannet {

constexpr int64_t kGlyphWidth = 5, kGlyphHeight = 7, kDescent = 2;
constexpr int64_t kLetterPitch = kGlyphWidth + 1;  // pixels from letter to letter

int64_t text_width(std::string_view text);  // pixels, without a gap at the end

// Draws `text` with its top left corner at (x, y) of an image of 3 channels; what lies outside is
// cut off. Characters without a glyph are boxes.
void draw_text(Image& image, int64_t x, int64_t y, std::string_view text, Colour colour);

}  // namespace gannet
