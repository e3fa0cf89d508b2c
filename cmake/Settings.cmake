# SPDX-License-Identifier: Apache-2.0
# Interface targets that all code of this project links privately: settings (language, sanitizers)
# and warnings (errors in the dev preset and CI only, so that a user's newer compiler still builds).
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
find_program(KSPARK_CCACHE ccache)
if(KSPARK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${KSPARK_CCACHE})
endif()

# Where things are in the build tree is where they are when installed: bin/ and lib/kubectl-spark/.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/kubectl-spark)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(kspark_settings INTERFACE)
target_compile_features(kspark_settings INTERFACE cxx_std_20)
target_include_directories(kspark_settings INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>)
target_compile_options(kspark_settings INTERFACE
  $<$<NOT:$<PLATFORM_ID:Darwin>>:-fno-semantic-interposition> $<$<CONFIG:Debug>:-D_GLIBCXX_ASSERTIONS>
  $<$<CONFIG:Release>:-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
if(KSPARK_SANITIZE)
  target_compile_options(kspark_settings INTERFACE
    -fsanitize=${KSPARK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(kspark_settings INTERFACE -fsanitize=${KSPARK_SANITIZE})
endif()
if(NOT APPLE)
  target_link_options(kspark_settings INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,--gc-sections)
  if(NOT KSPARK_SANITIZE)
    target_link_options(kspark_settings INTERFACE $<$<NOT:$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>>:-Wl,-z,defs>)
  endif()
endif()

add_library(kspark_warnings INTERFACE)
target_compile_options(kspark_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Wunused
  -Woverloaded-virtual -Wno-missing-field-initializers
  # GCC 12 warns of "a" + std::string at -O2 (its bug 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  $<$<BOOL:${KSPARK_WERROR}>:-Werror>)

# What every target of this project links but hands on to nobody.
set(KSPARK_PRIVATE_TARGETS kspark_settings kspark_warnings)
