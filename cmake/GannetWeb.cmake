# Writes ${CMAKE_CURRENT_BINARY_DIR}/page_files.cpp: the files of web/dist as bytes of the library, for server/page.h; none where that folder
# is not there.
file(GLOB_RECURSE files RELATIVE ${PROJECT_SOURCE_DIR}/web/dist CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/dist/*)
set(blocks "")
set(rows "")
set(paths "")
set(number 0)
foreach(name IN LISTS files)
  set(file ${PROJECT_SOURCE_DIR}/web/dist/${name})
  list(APPEND paths ${file})
  string(APPEND blocks "asm(\".section .rodata\\n.globl gannet_page_${number}\\ngannet_page_${number}:\\n\"\n"
    "    \".incbin \\\"${file}\\\"\\n.globl gannet_page_end_${number}\\ngannet_page_end_${number}:\\n.byte 0\\n.previous\\n\");\n"
    "extern \"C\" const std::byte gannet_page_${number}[], gannet_page_end_${number}[];\n")
  string(APPEND rows "      {\"${name}\", {gannet_page_${number}, gannet_page_end_${number}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
if(number EQUAL 0)
  set(body "  return {};")
else()
  set(body "  static const PageFile files[] = {\n${rows}  };\n  return files;")
endif()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/page_files.cpp @ONLY CONTENT [[
// Written by cmake/GannetWeb.cmake from web/dist/.
#include "gannet/server/page.h"

@blocks@
namespace gannet::server {

std::span<const PageFile> page_files() {
@body@
}

}  // namespace gannet::server
]])
set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/page_files.cpp PROPERTIES OBJECT_DEPENDS "${paths}")
target_sources(gannet_server PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/page_files.cpp)
