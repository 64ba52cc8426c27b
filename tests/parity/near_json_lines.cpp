// SPDX-License-Identifier: MIT
// near_json_lines SEED COUNT: what a client says, for the seeds from SEED on, a line for each: the seed, how
// the client negotiates (raw: not at all, neg, oob), how it ends (eof: it closes its side, reset: FF and one
// more command), the sizes of its writes with commas, and its bytes in hexadecimal.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "parity/near_json.hpp"

using namespace qmpev::test;

namespace {

std::string write_sizes(Random& random, std::size_t total) {
  static constexpr std::uint64_t kLimits[] = {1, 4, 40, 1'000};
  const std::uint64_t limit = kLimits[below(random, std::size(kLimits))];
  const bool whole = below(random, 2) == 0 || total / limit > 200;  // a write costs the comparison its time
  std::string sizes;
  while (total > 0) {
    const std::uint64_t size = whole ? total : std::min<std::uint64_t>(total, 1 + below(random, limit));
    total -= size;
    sizes += std::to_string(size) + (total > 0 ? "," : "");
  }
  return sizes;
}

void print_case(std::uint64_t seed) {
  Random random(seed);
  static constexpr const char* kModes[] = {"neg", "neg", "raw", "oob"};
  const std::string mode = kModes[below(random, std::size(kModes))];
  // With oob QEMU forgets at the end what is still queued; how much that is, is chance.
  const char* end = mode == "neg" && below(random, 3) == 0 ? "eof" : "reset";
  // Nor does it bear more than eight messages at once then.
  const std::string bytes =
      mode == "oob" ? NearJson(random).conversation(2) : NearJson(random).conversation();
  std::printf("%llu %s %s %s ", static_cast<unsigned long long>(seed), mode.c_str(), end,
              write_sizes(random, bytes.size()).c_str());
  for (const char byte : bytes) std::printf("%02x", static_cast<unsigned char>(byte));
  std::printf("\n");
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  const std::uint64_t first = std::strtoull(words[1], nullptr, 10);
  const std::uint64_t cases = std::strtoull(words[2], nullptr, 10);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) print_case(seed);
  return 0;
}
