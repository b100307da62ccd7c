# gannet_ship(TARGET FOLDER HEADER FUNCTION): puts FOLDER/*.safetensors into a library, as the ShippedFiles that FUNCTION of HEADER gives.
function(gannet_ship target folder header function)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.safetensors)
  set(blocks "")
  set(rows "")
  set(number 0)
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    set(symbol gannet_${function}_${number})
    string(APPEND blocks "asm(\".section .rodata\\n.balign 64\\n.globl ${symbol}\\n${symbol}:\\n\"\n"
      "    \".incbin \\\"${file}\\\"\\n.globl ${symbol}_end\\n${symbol}_end:\\n.byte 0\\n.previous\\n\");\n"
      "extern \"C\" const std::byte ${symbol}[], ${symbol}_end[];\n")
    string(APPEND rows "      {\"${name}\", {${symbol}, ${symbol}_end}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
// Written by cmake/GannetWeights.cmake from @folder@/.
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
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${files}")
  target_sources(${target} PRIVATE ${source})
endfunction()
