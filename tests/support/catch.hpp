// SPDX-License-Identifier: Apache-2.0
// Catch2 2.13 (Debian 12) and 3.
#pragma once
#ifdef KSPARK_CATCH2_V3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
