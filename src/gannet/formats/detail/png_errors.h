// How libpng reports errors: by longjmp, with the message in the error pointer's PngError. Between
// a setjmp and what can jump to it, functions hold nothing that has a destructor.
#pragma once

#include <png.h>

#include <csetjmp>
#include <cstdio>

namespace gannet {

struct PngError {
  char error[128] = "";
};

inline void on_png_error(png_structp png, png_const_charp message) {
  auto* to = static_cast<PngError*>(png_get_error_ptr(png));
  std::snprintf(to->error, sizeof(to->error), "%s", message);
  png_longjmp(png, 1);
}

inline void on_png_warning(png_structp, png_const_charp) {}

}  // namespace gannet
