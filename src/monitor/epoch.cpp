// SPDX-License-Identifier: MIT
#include "monitor/epoch.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>

#include "base/assert.hpp"

namespace qmpev {

std::string random_epoch() {
  std::array<unsigned char, kEpochBits / 8> bytes{};
  ssize_t got = 0;
  do {
    got = ::getrandom(bytes.data(), bytes.size(), 0);
  } while (got < 0 && errno == EINTR);
  QMPEV_ASSERT(got == static_cast<ssize_t>(bytes.size()));  // up to 256 bytes never come in part
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace qmpev
