# Writes ${CMAKE_CURRENT_BINARY_DIR}/shipped_weights.cpp: the files of weights/ as bytes of the library, for evaluation/detail/shipped_weights.h.
file(GLOB weights CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/weights/*.safetensors)
set(blocks "")
set(rows "")
set(number 0)
foreach(file IN LISTS weights)
  get_filename_component(name ${file} NAME_WE)
  string(APPEND blocks "asm(\".section .rodata\\n.balign 64\\n.globl gannet_weights_${number}\\ngannet_weights_${number}:\\n\"\n"
    "    \".incbin \\\"${file}\\\"\\n.globl gannet_weights_end_${number}\\ngannet_weights_end_${number}:\\n.byte 0\\n.previous\\n\");\n"
    "extern \"C\" const std::byte gannet_weights_${number}[], gannet_weights_end_${number}[];\n")
  string(APPEND rows "      {\"${name}\", {gannet_weights_${number}, gannet_weights_end_${number}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/shipped_weights.cpp @ONLY CONTENT [[
// Written by cmake/GannetWeights.cmake from weights/.
#include "gannet/evaluation/detail/shipped_weights.h"

@blocks@
namespace gannet {

const std::vector<ShippedWeights>& shipped_weights() {
  static const std::vector<ShippedWeights> all = {
@rows@  };
  return all;
}

}  // namespace gannet
]])
set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/shipped_weights.cpp PROPERTIES OBJECT_DEPENDS "${weights}")
target_sources(gannet_evaluation PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/shipped_weights.cpp)
