# find_package(gannet) for outside programs: headers, static libraries, the program.
include(CMakePackageConfigHelpers)
get_property(folders GLOBAL PROPERTY GANNET_FOLDERS)
install(TARGETS ${folders} gannet_all EXPORT gannet-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
# Headers in a folder detail/ are the library's own.
install(DIRECTORY src/gannet DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN detail EXCLUDE)
install(EXPORT gannet-targets NAMESPACE gannet:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gannet)
configure_package_config_file(cmake/gannet-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/gannet-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gannet)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/gannet-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/gannet-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/gannet-config-version.cmake cmake/FindLibtorch.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gannet)
# The program finds libtorch by its absolute path.
install(CODE "message(STATUS \"gannet takes libtorch from ${Libtorch_FOLDER}/lib: keep it there\")")
