# SPDX-License-Identifier: Apache-2.0
# Every package that is used, with its floor (Debian 12); docs/dependencies.md says why each.
find_package(CLI11 2.1.2 REQUIRED)
find_package(yaml-cpp 0.7.0 REQUIRED)
find_package(nlohmann_json 3.11.2 REQUIRED)
find_package(fmt 9.1 REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
if(KSPARK_TESTS)
  find_package(Catch2 REQUIRED)
endif()
