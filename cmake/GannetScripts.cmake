# Writes ${CMAKE_CURRENT_BINARY_DIR}/fetch_scripts.cpp: the files of scripts/data as string literals, for data/fetch.h.
file(GLOB scripts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/scripts/data/*.sh ${PROJECT_SOURCE_DIR}/scripts/data/*.mjs)
set(rows "")
foreach(script IN LISTS scripts)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script})
  get_filename_component(name ${script} NAME)
  file(READ ${script} text)
  string(APPEND rows "    {\"${name}\", R\"__script__(${text})__script__\"},\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/fetch_scripts.cpp @ONLY CONTENT [[
// Written by cmake/GannetScripts.cmake from scripts/data.
#include "gannet/data/prepare/fetch.h"

namespace gannet {

const std::vector<FetchScript>& fetch_scripts() {
  static const std::vector<FetchScript> scripts = {
@rows@  };
  return scripts;
}

}  // namespace gannet
]])
target_sources(gannet_data PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/fetch_scripts.cpp)
