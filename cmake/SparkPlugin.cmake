# SPDX-License-Identifier: Apache-2.0
# spark_add_plugin(NAME SOURCES ...): a command module, or, with STATIC_PLUGINS, objects that the
# executable links. Tests link plugin_NAME_objects. NAME.md beside the sources is the text of --help.
function(spark_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
  kspark_embed(plugins/${name}/help.hpp ${name} kHelp ${name}.md)
  add_library(plugin_${name}_objects OBJECT ${arg_SOURCES})
  target_link_libraries(plugin_${name}_objects
    PUBLIC kubectl-spark-core PRIVATE kspark_settings kspark_warnings)
  set_property(GLOBAL APPEND PROPERTY KSPARK_PLUGINS ${name})
endfunction()
