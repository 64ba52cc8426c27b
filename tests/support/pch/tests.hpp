// SPDX-License-Identifier: MIT
// What nearly every test includes, compiled once for each test program instead of once for each file of it.
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
