# Flags for all of Gannet's own code, and one function a folder of src/gannet.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# libtorch's headers, read once for all files: these then compile in half the time. Off: each file reads what it includes.
option(GANNET_PCH "Precompile libtorch's headers" ON)
find_program(GANNET_CCACHE ccache)
if(GANNET_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # What ccache asks for where headers are precompiled.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${GANNET_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${GANNET_CCACHE})
endif()
find_program(GANNET_MOLD mold)
if(GANNET_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(gannet_flags INTERFACE)
# No fused contraction anywhere: addressed draws must be the same bits on every CPU.
target_compile_options(gannet_flags INTERFACE -Wall -Wextra -Wno-unknown-pragmas -Wno-missing-field-initializers -ffp-contract=off)
# GCC 12 warns of overlapping strings where there are none (GCC bug 105651).
target_compile_options(gannet_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(GANNET_WERROR)
  target_compile_options(gannet_flags INTERFACE -Werror)
endif()
if(GANNET_SANITIZE)
  target_compile_options(gannet_flags INTERFACE -fsanitize=${GANNET_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(gannet_flags INTERFACE -fsanitize=${GANNET_SANITIZE})
endif()
if(GANNET_FUZZ)
  target_compile_options(gannet_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# gannet_precompile(TARGET OWNER HEADERS...): the first target, OWNER, precompiles the headers; the others take its work.
function(gannet_precompile target owner)
  if(NOT GANNET_PCH)
    return()
  endif()
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)  # ccache's wish
  if(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()

# gannet_folder(NAME [NO_PCH] LINK ...): the static library gannet_NAME from src/gannet/NAME, subfolders included.
function(gannet_folder name)
  cmake_parse_arguments(arg "NO_PCH" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/gannet/${name}/*.cpp)
  if(sources)
    add_library(gannet_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(gannet_${name} INTERFACE)
    set(scope INTERFACE)
    list(TRANSFORM arg_LINK REPLACE "^(PUBLIC|PRIVATE)$" "INTERFACE")
  endif()
  target_include_directories(gannet_${name} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(gannet_${name} ${scope} cxx_std_20)
  if(sources)
    target_link_libraries(gannet_${name} PRIVATE $<BUILD_INTERFACE:gannet_flags>)
  endif()
  if(sources AND TARGET gannet_torch AND NOT arg_NO_PCH)
    gannet_precompile(gannet_${name} gannet_tensor <ATen/TensorOperators.h> <ATen/core/Tensor.h> <algorithm> <functional> <map>
      <memory> <string> <vector>)
  endif()
  target_link_libraries(gannet_${name} ${arg_LINK})
  set_property(GLOBAL APPEND PROPERTY GANNET_FOLDERS gannet_${name})
endfunction()

# libtorch from Libtorch_ROOT or CMAKE_PREFIX_PATH where they have it, else from .deps/libtorch (scripts/setup.sh).
macro(gannet_find_torch)
  set(Libtorch_HINTS ${PROJECT_SOURCE_DIR}/.deps/libtorch)
  find_package(Libtorch 2.11 REQUIRED)
  # Another libtorch, another build: set-up says so by this file.
  if(EXISTS ${PROJECT_SOURCE_DIR}/.deps/libtorch.stamp)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/.deps/libtorch.stamp)
  endif()
  add_library(gannet_torch INTERFACE)
  target_link_libraries(gannet_torch INTERFACE gannet::torch_cpu)
  # One header an operator: 6 seconds a file instead of 10.
  target_compile_definitions(gannet_torch INTERFACE AT_PER_OPERATOR_HEADERS)
  set_property(GLOBAL APPEND PROPERTY GANNET_FOLDERS gannet_torch)
endmacro()
