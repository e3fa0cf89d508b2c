# SPDX-License-Identifier: Apache-2.0
# Where things go below the prefix; the tree may be moved as a whole, since everything finds the rest
# relative to itself:
#   bin/kubectl-spark, bin/kubectl_complete-spark
#   lib/kubectl-spark/          core library, libcurl's door, plugins/
#   lib/cmake/kubectl-spark/    find_package(kubectl-spark): kubectl-spark::core, spark_add_plugin()
#   include/kubectl-spark/      headers, as they are included: "core/..."
#   share/                      completions, man pages, license
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/kubectl-spark)
# Not CMAKE_INSTALL_LIBDIR (lib/x86_64-linux-gnu): the executable looks in ../lib/kubectl-spark.
set(private_dir lib/kubectl-spark)

install(TARGETS kubectl-spark RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(PROGRAMS completions/kubectl_complete-spark DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/kubectl-spark)
install(FILES completions/kubectl-spark.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME kubectl-spark)
install(FILES completions/_kubectl-spark DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES completions/kubectl-spark.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# Man pages come from the declarations of the flags, so they are asked of the executable.
if(NOT CMAKE_CROSSCOMPILING)
  set(man ${PROJECT_BINARY_DIR}/man)
  add_custom_command(OUTPUT ${man}/kubectl-spark.1
    COMMAND ${PROJECT_SOURCE_DIR}/tools/reference $<TARGET_FILE:kubectl-spark> man ${man}
    DEPENDS kubectl-spark ${PROJECT_SOURCE_DIR}/tools/reference VERBATIM)
  add_custom_target(man ALL DEPENDS ${man}/kubectl-spark.1)
  install(DIRECTORY ${man}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL)
endif()

if(NOT STATIC_PLUGINS)
  # Modules that tests define are not of this project's tree.
  get_property(modules GLOBAL PROPERTY KSPARK_MODULES)
  foreach(module IN LISTS modules)
    get_target_property(directory ${module} SOURCE_DIR)
    if(directory MATCHES "^${PROJECT_SOURCE_DIR}/plugins/")
      install(TARGETS ${module} LIBRARY DESTINATION ${private_dir}/plugins)
    endif()
  endforeach()

  install(TARGETS kubectl-spark-core EXPORT kubectl-spark
    LIBRARY DESTINATION ${private_dir} INCLUDES DESTINATION include/kubectl-spark)
  install(TARGETS kubectl-spark-curl LIBRARY DESTINATION ${private_dir})
  install(EXPORT kubectl-spark NAMESPACE kubectl-spark:: DESTINATION ${package_dir}
    FILE kubectl-spark-targets.cmake)
  install(DIRECTORY core DESTINATION include/kubectl-spark
    FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
  install(FILES ${PROJECT_BINARY_DIR}/generated/core/version.hpp
    DESTINATION include/kubectl-spark/core)
  configure_package_config_file(cmake/kubectl-spark-config.cmake.in kubectl-spark-config.cmake
    INSTALL_DESTINATION ${package_dir})
  # A module needs the very core that it was built with.
  write_basic_package_version_file(kubectl-spark-config-version.cmake COMPATIBILITY ExactVersion)
  install(FILES
    ${PROJECT_BINARY_DIR}/kubectl-spark-config.cmake
    ${PROJECT_BINARY_DIR}/kubectl-spark-config-version.cmake
    cmake/Embed.cmake cmake/SparkPlugin.cmake cmake/module.map
    DESTINATION ${package_dir})
endif()
