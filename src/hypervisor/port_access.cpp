// SPDX-License-Identifier: MIT
#include "hypervisor/port_access.hpp"

#include <array>
#include <cstdio>

namespace qmpev {

namespace {

std::string number_text(std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), value < 10 ? "%u" : "%#x", value);
  return text.data();
}

}  // namespace

std::string text_of(const std::vector<PortWrite>& writes) {
  std::string text;
  for (const PortWrite& write : writes) {
    if (!text.empty()) text += ' ';
    text += number_text(write.port) + "<-" + number_text(write.value);
  }
  return text;
}

}  // namespace qmpev
