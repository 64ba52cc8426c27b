// SPDX-License-Identifier: MIT
// Catch2's main, compiled once and without sanitizers: its header is slow to build.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
