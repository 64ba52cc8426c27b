// SPDX-License-Identifier: MIT
// A fuzz target under libFuzzer (meson -Dfuzzing=true, clang): Catch2 runs the source's only test case, and
// that hands its target to libFuzzer, with the program's own arguments. So a target is written once, and its
// REQUIREs print what they saw before the round ends as a finding. The input is repeated with
//   <program> <file of the finding>
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "fuzz/rounds.hpp"

extern "C" {
// Of libFuzzer's library without a main().
int LLVMFuzzerRunDriver(int* argument_count, char*** arguments,
                        int (*take)(const std::uint8_t* data, std::size_t size));
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
}

namespace {

int argument_count = 0;
char** arguments = nullptr;
const qmpev::test::FuzzTarget* current = nullptr;

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    current->replay({reinterpret_cast<const char*>(data), size});
  } catch (...) {
    std::cout << std::flush;  // what the REQUIRE said
    std::abort();
  }
  return 0;
}

void qmpev::test::fuzz(const FuzzTarget& target) {
  current = &target;
  LLVMFuzzerRunDriver(&argument_count, &arguments, LLVMFuzzerTestOneInput);
}

int main(int count, char** words) {
  argument_count = count;
  arguments = words;
  return Catch::Session().run(1, words);
}
