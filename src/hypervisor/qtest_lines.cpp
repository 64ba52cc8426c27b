// SPDX-License-Identifier: MIT
#include "hypervisor/qtest_lines.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "hypervisor/port_access.hpp"

namespace qmpev {

namespace {

constexpr std::size_t kMaxWords = 3;  ///< outb PORT VALUE
using Words = std::array<std::string_view, kMaxWords>;

/// How many words there are; more than fit are counted, not kept.
std::size_t split(std::string_view line, Words& words) {
  std::size_t count = 0;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (end != 0) {
      if (count < words.size()) words[count] = line.substr(0, end);
      ++count;
    }
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return count;
}

/// Decimal, or hexadecimal behind 0x.
std::optional<std::uint32_t> number(std::string_view word, std::uint32_t max) {
  int base = 10;
  if (word.substr(0, 2) == "0x") {
    word.remove_prefix(2);
    base = 16;
  }
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
  if (word.empty() || error != std::errc{} || end != word.data() + word.size() || value > max)
    return std::nullopt;
  return value;
}

/// Bytes of `outb`, `inw`, ...; 0: no access to a port.
unsigned access_bytes(std::string_view command, std::string_view stem) {
  if (command.size() != stem.size() + 1 || command.substr(0, stem.size()) != stem) return 0;
  switch (command.back()) {
    case 'b':
      return 1;
    case 'w':
      return 2;
    case 'l':
      return 4;
    default:
      return 0;
  }
}

std::string wrong(std::string_view command, std::string_view form) {
  return "FAIL " + std::string(command) + " takes " + std::string(form);
}

std::string hexadecimal(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "OK 0x%04x", value);
  return text;
}

}  // namespace

std::string QtestLines::answer(std::string_view line) {
  Words words;
  const std::size_t count = split(line, words);
  const std::string_view command = words[0];
  if (count == 0) return "FAIL an empty line";
  if (command == "endianness") return "OK little";
  if (const unsigned size = access_bytes(command, "out"); size != 0) {
    const auto port = number(words[1], UINT16_MAX);
    const auto value = number(words[2], UINT32_MAX);
    if (count != 3 || !port || !value) return wrong(command, "a port and a value");
    machine_.out({static_cast<std::uint16_t>(*port), *value, size}, Access::main_loop);
    return "OK";
  }
  if (const unsigned size = access_bytes(command, "in"); size != 0) {
    const auto port = number(words[1], UINT16_MAX);
    if (count != 2 || !port) return wrong(command, "a port");
    return hexadecimal(machine_.in(static_cast<std::uint16_t>(*port), size));
  }
  return "FAIL Unknown command '" + std::string(command) + "'";
}

}  // namespace qmpev
