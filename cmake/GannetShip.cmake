# gannet_ship(TARGET FOLDER PATTERN HEADER FUNCTION): puts the files of FOLDER into a library, as the ShippedFiles that FUNCTION of HEADER, in
# namespace gannet, gives; none where the folder is not there.
function(gannet_ship target folder pattern header function)
  file(GLOB files LIST_DIRECTORIES false RELATIVE ${PROJECT_SOURCE_DIR}/${folder} CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/${pattern})
  set(blocks "")
  set(rows "")
  set(paths "")
  set(number 0)
  foreach(file IN LISTS files)
    set(path ${PROJECT_SOURCE_DIR}/${folder}/${file})
    list(APPEND paths ${path})
    string(REGEX REPLACE "\\.safetensors$" "" name ${file})
    set(symbol gannet_${function}_${number})
    string(APPEND blocks "asm(\".section .rodata\\n.balign 64\\n.globl ${symbol}\\n${symbol}:\\n\"\n"
      "    \".incbin \\\"${path}\\\"\\n.globl ${symbol}_end\\n${symbol}_end:\\n.byte 0\\n.previous\\n\");\n"
      "extern \"C\" const std::byte ${symbol}[], ${symbol}_end[];\n")
    string(APPEND rows "      {\"${name}\", {${symbol}, ${symbol}_end}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
// Written by cmake/GannetShip.cmake from @folder@/.
#include "@header@"

@blocks@
namespace gannet {

const std::vector<ShippedFile>& @function@() {
  static const std::vector<ShippedFile> all = {
@rows@  };
  return all;
}

}  // namespace gannet
]])
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${paths}")
  target_sources(${target} PRIVATE ${source})
endfunction()
