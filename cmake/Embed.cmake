# SPDX-License-Identifier: Apache-2.0
# kspark_embed(OUTPUT NAMESPACE NAME FILE): writes generated/OUTPUT, a header that defines
# `inline constexpr std::string_view NAME` in kspark::NAMESPACE with the bytes of FILE.
function(kspark_embed output namespace name file)
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set(target ${PROJECT_BINARY_DIR}/generated/${output})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  # Adjacent raw literals: compilers limit the length of one.
  string(LENGTH "${text}" length)
  set(literals "")
  set(begin 0)
  while(begin LESS length)
    string(SUBSTRING "${text}" ${begin} 8000 piece)
    string(APPEND literals "R\"kspark~(${piece})kspark~\"\n")
    math(EXPR begin "${begin} + 8000")
  endwhile()
  if(literals STREQUAL "")
    set(literals "\"\"")
  endif()
  file(CONFIGURE OUTPUT ${target} @ONLY CONTENT "// Generated from ${file}.
#pragma once
#pragma GCC system_header
#include <string_view>
namespace kspark::${namespace} {
inline constexpr std::string_view ${name} =
@literals@;
}
")
endfunction()
