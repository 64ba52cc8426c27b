// SPDX-License-Identifier: MIT
// Hostile input: mutations of what clients said to QEMU, the same ones in every run. The reader must survive
// them, give the same items however they are cut, stay within its memory, and make only values that are
// written and read back the same.
#include "conformance/protocol_cases.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

#include "wire/reader.hpp"
#include "wire/request.hpp"
#include "wire/writer.hpp"

namespace qmpev::test {
namespace {

constexpr int kRounds = 8'000;  // two seconds without optimisation
constexpr std::size_t kMaxInputBytes = 2048;
constexpr ReaderLimits kLimits{1024, 200, 20};  // tight, so that mutations reach them

class Mutator {
 public:
  Mutator() {
    for (const ProtocolCase& captured : load_protocol_cases()) {
      for (const Conversation& conversation : captured.conversations) {
        if (!conversation.input.empty()) corpus_.push_back(conversation.input.substr(0, kMaxInputBytes));
      }
    }
  }

  std::string next() {
    std::string input = pick();
    for (auto changes = 1 + random_() % 8; changes > 0; --changes) change(input);
    input.resize(std::min(input.size(), kMaxInputBytes));
    return input;
  }

  std::size_t below(std::size_t limit) { return random_() % limit; }

 private:
  const std::string& pick() { return corpus_[below(corpus_.size())]; }

  void change(std::string& input) {
    static const std::vector<std::string> kDictionary{"{",
                                                      "}",
                                                      "[",
                                                      "]",
                                                      ",",
                                                      ":",
                                                      "\"",
                                                      "'",
                                                      "\\",
                                                      "\\u",
                                                      "\\ud800",
                                                      "\xFF",
                                                      "\xFE",
                                                      "\xC0\x80",
                                                      "\xED\xA0\x80",
                                                      "\xF0\x9F\x98\x80",
                                                      "\n",
                                                      "-",
                                                      "0",
                                                      "1e",
                                                      "1e400",
                                                      "18446744073709551616",
                                                      "[[[[[[[[[[[[[[[[[[[[[",
                                                      "true"};
    const std::size_t at = below(input.size() + 1);
    switch (below(5)) {
      case 0:
        input.insert(at, kDictionary[below(kDictionary.size())]);
        return;
      case 1:
        input.erase(at, below(20));
        return;
      case 2:
        if (at < input.size()) input[at] = static_cast<char>(random_());
        return;
      case 3: {
        const std::size_t from = below(input.size() + 1);
        input.insert(at, input.substr(from, below(60)));
        return;
      }
      default:
        input += pick();
        return;
    }
  }

  std::mt19937 random_{20'250'101};
  std::vector<std::string> corpus_;
};

std::string json_of(const Value& value) {
  std::string text;
  write_json(value, text);
  return text;
}

bool is_number(const Value& value) {
  return value.is_integer() || value.kind() == Value::Kind::real;
}

/// Equal, a double and the integer that it prints as included.
bool same(const Value& left, const Value& right) {
  if (is_number(left) && is_number(right) && left.kind() != right.kind())
    return json_of(left) == json_of(right) || left.as_double() == 0;
  if (left.is_array() && right.is_array()) {
    return std::equal(left.items().begin(), left.items().end(), right.items().begin(), right.items().end(),
                      same);
  }
  if (!left.is_object() || !right.is_object()) return left == right;
  return left.members().size() == right.members().size() &&
         std::all_of(left.members().begin(), left.members().end(), [&right](const Member& member) {
           const Value* other = right.find(member.name);
           return other != nullptr && same(member.value, *other);
         });
}

/// What we write of a value is read as that value.
void check_written(const Value& value) {
  Reader reader;
  reader.push(json_of(value) + " ");
  const auto item = reader.next();
  REQUIRE(item.has_value());
  REQUIRE(item->value.has_value());
  REQUIRE(same(value, *item->value));
  REQUIRE_FALSE(reader.next().has_value());
}

std::vector<std::string> read_in_pieces(std::string_view input, std::size_t max_piece, Mutator& random) {
  const std::size_t memory_bound = 2 * kLimits.max_bytes + kLimits.max_tokens * sizeof(Value);
  Reader reader(kLimits);
  std::vector<std::string> items;
  while (!input.empty()) {
    const std::size_t size = std::min(input.size(), 1 + random.below(max_piece));
    reader.push(input.substr(0, size));
    input.remove_prefix(size);
    while (const auto item = reader.next()) {
      items.push_back(item->value ? json_of(*item->value) : "! " + item->error);
      if (item->value) check_written(*item->value);
      if (item->value) parse_request(*item->value, true);
    }
    REQUIRE(reader.buffered_bytes() <= memory_bound);
  }
  return items;
}

TEST_CASE("Mutated conversations neither break the reader nor depend on how they are cut",
          "[conformance][wire]") {
  Mutator mutator;
  std::size_t items = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string input = mutator.next();
    INFO("round " << round << ": " << input);
    const auto whole = read_in_pieces(input, kMaxInputBytes, mutator);
    const std::size_t max_piece = 1 + mutator.below(40);
    REQUIRE(read_in_pieces(input, max_piece, mutator) == whole);
    items += whole.size();
  }
  CHECK(items > 3 * kRounds);
}

TEST_CASE("Random bytes neither break the reader nor depend on how they are cut", "[conformance][wire]") {
  Mutator mutator;
  static constexpr std::string_view kSymbols =
      "{}[]:,\"'\\u0dD8e.-+ \n\t\x01\x7F\xC3\xA9\xFF"
      "truefalsn1";
  for (int round = 0; round < kRounds; ++round) {
    std::string input(mutator.below(200), ' ');
    for (char& byte : input) {
      byte = mutator.below(8) == 0 ? static_cast<char>(mutator.below(256))
                                   : kSymbols[mutator.below(kSymbols.size())];
    }
    const auto whole = read_in_pieces(input, 500, mutator);
    REQUIRE(read_in_pieces(input, 1, mutator) == whole);
  }
}

}  // namespace
}  // namespace qmpev::test
