# Writes ${CMAKE_CURRENT_BINARY_DIR}/philox_kernels.cpp: src/gannet/tensor/kernels/philox.cu as a string, which a GPU's compiler gets at
# run time (tensor/device/draws.cpp).
set(kernels ${PROJECT_SOURCE_DIR}/src/gannet/tensor/kernels/philox.cu)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${kernels})
file(READ ${kernels} text)
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/philox_kernels.cpp @ONLY CONTENT [[
// Written by cmake/GannetKernels.cmake from src/gannet/tensor/kernels/philox.cu.
namespace gannet {

extern const char* const kPhiloxKernels;
const char* const kPhiloxKernels = R"__kernel__(@text@)__kernel__";

}  // namespace gannet
]])
target_sources(gannet_tensor PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/philox_kernels.cpp)
