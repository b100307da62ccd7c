# libtorch without its own CMake package: that of a CUDA build asks for nvcc and a toolkit, and links libtorch_cuda.so whether it is used or
# not. Sets Libtorch_FOUND, Libtorch_FOLDER (real path) and Libtorch_VERSION, and makes the imported targets gannet::c10 and
# gannet::torch_cpu, named so that find_package(Torch) may follow.
#
# Looked for, in this order: Libtorch_ROOT, the entries of CMAKE_PREFIX_PATH (also of the environment; a folder with a libtorch, one that
# holds torch/ or libtorch/, or what torch.utils.cmake_prefix_path says), then Libtorch_HINTS.
set(_libtorch_folders ${Libtorch_ROOT} ${CMAKE_PREFIX_PATH})
string(REPLACE ":" ";" _libtorch_environment "$ENV{CMAKE_PREFIX_PATH}")
list(APPEND _libtorch_folders ${_libtorch_environment} ${Libtorch_HINTS})
set(Libtorch_FOLDER "")
foreach(_libtorch_entry IN LISTS _libtorch_folders)
  foreach(_libtorch_end "" /torch /libtorch /../..)
    set(_libtorch_folder "${_libtorch_entry}${_libtorch_end}")
    if(NOT Libtorch_FOLDER AND EXISTS "${_libtorch_folder}/lib/libtorch_cpu.so" AND EXISTS "${_libtorch_folder}/include/ATen/core/Tensor.h")
      get_filename_component(Libtorch_FOLDER "${_libtorch_folder}" REALPATH)
    endif()
  endforeach()
endforeach()

set(Libtorch_VERSION "")
foreach(_libtorch_header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
  if(Libtorch_FOLDER AND NOT Libtorch_VERSION AND EXISTS "${Libtorch_FOLDER}/include/${_libtorch_header}")
    file(STRINGS "${Libtorch_FOLDER}/include/${_libtorch_header}" _libtorch_lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
    string(REGEX REPLACE "[^0-9;]" "" _libtorch_numbers "${_libtorch_lines}")
    string(REPLACE ";" "." Libtorch_VERSION "${_libtorch_numbers}")
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libtorch REQUIRED_VARS Libtorch_FOLDER VERSION_VAR Libtorch_VERSION
  REASON_FAILURE_MESSAGE "needed is a folder with lib/libtorch_cpu.so and include/ATen, such as .deps/libtorch of Gannet's sources or site-packages/torch of a PyTorch: -DLibtorch_ROOT=FOLDER, or name it on CMAKE_PREFIX_PATH.")

if(Libtorch_FOUND AND NOT TARGET gannet::torch_cpu)
  add_library(gannet::c10 SHARED IMPORTED)
  set_target_properties(gannet::c10 PROPERTIES IMPORTED_LOCATION "${Libtorch_FOLDER}/lib/libc10.so"
    INTERFACE_INCLUDE_DIRECTORIES "${Libtorch_FOLDER}/include;${Libtorch_FOLDER}/include/torch/csrc/api/include")
  add_library(gannet::torch_cpu SHARED IMPORTED)
  # The libtorch_cpu.so of a CUDA build takes symbols from NVIDIA's libraries, which ld.bfd would look for.
  set_target_properties(gannet::torch_cpu PROPERTIES IMPORTED_LOCATION "${Libtorch_FOLDER}/lib/libtorch_cpu.so"
    INTERFACE_LINK_LIBRARIES gannet::c10 INTERFACE_LINK_OPTIONS -Wl,--allow-shlib-undefined)

  # A GCC without libstdc++.so (some images keep libstdc++.a alone) would give a program a C++ library of its own beside libtorch's, and one frees what the
  # other allocated: "free(): invalid pointer" at the program's end. The one that libtorch takes at run time is linked by its path.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    execute_process(COMMAND "${CMAKE_CXX_COMPILER}" -print-file-name=libstdc++.so OUTPUT_VARIABLE _libtorch_cxx OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT IS_ABSOLUTE "${_libtorch_cxx}")
      execute_process(COMMAND "${CMAKE_CXX_COMPILER}" -print-file-name=libstdc++.so.6 OUTPUT_VARIABLE _libtorch_cxx OUTPUT_STRIP_TRAILING_WHITESPACE)
      if(NOT IS_ABSOLUTE "${_libtorch_cxx}")
        message(FATAL_ERROR "${CMAKE_CXX_COMPILER} has no libstdc++.so: a program would have a C++ library of its own beside libtorch's. Needed: the package libstdc++-N-dev of its version N, or another compiler (CXX=...)")
      endif()
      set_property(TARGET gannet::torch_cpu APPEND PROPERTY INTERFACE_LINK_LIBRARIES "${_libtorch_cxx}")
    endif()
  endif()
endif()
