// SPDX-License-Identifier: MIT
// Replays what clients said to a real QEMU through reader, request and argument checks, and compares with
// what QEMU answered all that these decide: parse and structural errors to the byte, the id of every reply,
// the refusal of arguments. What a command returns is not their business.
#include "conformance/protocol_cases.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

#include "wire/arguments.hpp"
#include "wire/reader.hpp"
#include "wire/reply.hpp"
#include "wire/request.hpp"
#include "wire/writer.hpp"

namespace qmpev::test {
namespace {

using Items = std::vector<std::string>;  // values as JSON, mistakes as "! description"

std::string spelled(const Reader::Item& item) {
  if (!item.value) return "! " + item.error;
  std::string text;
  write_json(*item.value, text);
  return text;
}

void take_items(Reader& reader, Items& items) {
  while (const auto item = reader.next()) items.push_back(spelled(*item));
}

Items read_whole(std::string_view input) {
  Reader reader;
  Items items;
  reader.push(input);
  take_items(reader, items);
  return items;
}

/// Reads `input` in pieces of 1 to `max_piece` bytes.
Items read_in_pieces(std::string_view input, std::size_t max_piece, std::mt19937& random) {
  Reader reader;
  Items items;
  while (!input.empty()) {
    const std::size_t size = std::min<std::size_t>(input.size(), 1 + random() % max_piece);
    reader.push(input.substr(0, size));
    take_items(reader, items);
    input.remove_prefix(size);
  }
  return items;
}

using Specification = std::vector<Argument>;

/// Arguments of those commands in the captures that are simple enough to be checked by check_arguments.
const std::map<std::string, Specification, std::less<>>& specifications() {
  static const std::map<std::string, Specification, std::less<>> table{
      {"query-version", {}},
      {"query-status", {}},
      {"query-name", {}},
      {"query-balloon", {}},
      {"cont", {}},
      {"stop", {}},
      {"system_reset", {}},
      {"quit", {}},
      {"balloon", {{"value", Argument::Type::integer}}},
      {"human-monitor-command",
       {{"command-line", Argument::Type::string}, {"cpu-index", Argument::Type::integer, true}}},
      {"qmp_capabilities", {{"enable", Argument::Type::array, true}}},
      {"device_del", {{"id", Argument::Type::string}}},
      {"blockdev-del", {{"node-name", Argument::Type::string}}},
  };
  return table;
}

/// One connection of a monitor without commands: it knows what must be answered, or only that QEMU may say
/// more.
class Replay {
 public:
  struct Expectation {
    std::optional<std::string> line;  ///< the whole answer when it is decided at this level
    std::optional<Value> id;
  };

  Expectation expect(Reader::Item item) {
    if (!item.value) return {error_line(ErrorClass::generic_error, item.error, std::nullopt), std::nullopt};
    auto parsed = parse_request(std::move(*item.value), oob_);
    if (auto* refusal = std::get_if<Refusal>(&parsed)) {
      return {error_line(refusal->error_class, refusal->description, refusal->id), refusal->id};
    }
    return expect_command(std::get<Request>(parsed));
  }

  /// QEMU's answer tells whether a qmp_capabilities succeeded.
  void see(const std::string& line) {
    if (!negotiating_ || line.rfind("{\"return\": ", 0) != 0) return;
    negotiated_ = true;
    oob_ = enabling_;
  }

 private:
  Expectation expect_command(const Request& request) {
    negotiating_ = !negotiated_ && request.command == "qmp_capabilities";
    const Value* enable = request.arguments.find("enable");
    enabling_ = enable != nullptr && *enable != Value::array();
    if (!negotiated_ && !negotiating_) {
      return {error_line(ErrorClass::command_not_found,
                         "Expecting capabilities negotiation with 'qmp_capabilities'", request.id),
              request.id};
    }
    if (const auto found = specifications().find(request.command); found != specifications().end()) {
      if (const auto mistake = check_arguments(found->second, request.arguments)) {
        return {error_line(ErrorClass::generic_error, *mistake, request.id), request.id};
      }
    }
    if (request.command == "foo" || request.command == "probe") {
      return {error_line(ErrorClass::command_not_found,
                         "The command " + request.command + " has not been found", request.id),
              request.id};
    }
    return {std::nullopt, request.id};
  }

  bool negotiated_ = false;
  bool negotiating_ = false;
  bool enabling_ = false;
  bool oob_ = false;
};

/// A telnet chardev puts option bytes before the greeting.
std::string without_telnet(const std::string& line) {
  return line.rfind('\xFF', 0) == 0 ? line.substr(line.find('{')) : line;
}

bool is_reply(const std::string& line) {
  return line.rfind("{\"QMP\": ", 0) != 0 && line.rfind("{\"timestamp\": ", 0) != 0;
}

std::optional<Value> id_of(const std::string& reply) {
  Reader reader;
  reader.push(reply);
  const auto item = reader.next();
  if (!item || !item->value || !item->value->is_object()) return std::nullopt;
  const Value* id = item->value->find("id");
  return id ? std::optional<Value>(*id) : std::nullopt;
}

std::string json_of(const std::optional<Value>& value) {
  std::string text;
  if (value) write_json(*value, text);
  return text;
}

/// Why a case is not replayed here, or only in part.
const std::map<std::string, std::string>& exempt() {
  static const std::map<std::string, std::string> reasons{
      {"arg-size-negative", "QEMU ends in an assertion and answers nothing"},
      {"pretty-monitor", "indented output is not offered"},
      {"id-float-neg-overflow", "QEMU writes the invalid token -inf"},
  };
  return reasons;
}

/// Compares one connection; returns how many replies were decided whole.
std::size_t replay(const Conversation& conversation) {
  Replay session;
  Reader reader;
  reader.push(conversation.input);
  std::size_t decided = 0;
  for (const std::string& raw_line : lines_of(conversation.output)) {
    const std::string line = without_telnet(raw_line);
    if (!is_reply(line)) continue;
    INFO("QEMU answered " << line);
    auto item = reader.next();
    REQUIRE(item.has_value());
    const Replay::Expectation expected = session.expect(std::move(*item));
    if (expected.line) {
      CHECK(*expected.line == line);
      ++decided;
    } else {
      CHECK(json_of(expected.id) == json_of(id_of(line)));
    }
    session.see(line);
  }
  const bool quits =
      conversation.input.find("\"quit\"") != std::string::npos;  // what follows is not answered
  if (!quits) CHECK_FALSE(reader.next().has_value());
  return decided;
}

/// Turns members around, level by level: read from the wire, they come in the opposite order of a hash chain.
void reverse_members(Value& value) {
  if (value.is_array()) {
    for (Value& item : value.items()) reverse_members(item);
  } else if (value.is_object()) {
    for (Member& member : value.members()) reverse_members(member.value);
    std::reverse(value.members().begin(), value.members().end());
  }
}

}  // namespace

TEST_CASE("What clients said to QEMU gets the answers QEMU gave", "[conformance][wire]") {
  const auto cases = load_protocol_cases();
  REQUIRE(cases.size() == 291);
  std::size_t replayed = 0;
  std::size_t decided = 0;
  for (const ProtocolCase& captured : cases) {
    if (exempt().count(captured.id) != 0) continue;
    INFO("case " << captured.id);
    for (const Conversation& conversation : captured.conversations) {
      decided += replay(conversation);
    }
    replayed += !captured.conversations.empty();
  }
  // A change of these numbers is a change of what is proven.
  CHECK(replayed == 284);
  CHECK(decided == 1544);
}

TEST_CASE("An id too large for a double comes back as a number too large for a double",
          "[conformance][wire]") {
  for (const ProtocolCase& captured : load_protocol_cases()) {
    if (captured.id != "id-float-neg-overflow") continue;
    const std::string& output = captured.conversations.at(0).output;
    CHECK(output.find("{\"id\": -inf, ") != std::string::npos);
    CHECK(read_whole(captured.conversations.at(0).input).back() == R"({"execute": "foo", "id": -1e+400})");
  }
}

TEST_CASE("More tokens than the limit are answered as QEMU answered them", "[conformance][wire]") {
  std::string input = "[";
  for (int item = 0; item < 1048576; ++item) input += "0,";
  input += "\xFF\n{\"execute\": \"foo\", \"id\": 1}";
  // QEMU counted the bracket and all numbers and commas but the last one, which then stands alone.
  CHECK(read_whole(input) == Items{"! JSON token count limit exceeded", "! JSON parse error, stray '\xFF'",
                                   R"({"execute": "foo", "id": 1})"});
}

TEST_CASE("The items of a capture do not depend on how its bytes are cut", "[conformance][wire]") {
  std::mt19937 random(1);
  for (const ProtocolCase& captured : load_protocol_cases()) {
    INFO("case " << captured.id);
    for (const Conversation& conversation : captured.conversations) {
      const Items whole = read_whole(conversation.input);
      CHECK(read_in_pieces(conversation.input, 1, random) == whole);
      for (const std::size_t max_piece : {2, 7, 50}) {
        CHECK(read_in_pieces(conversation.input, max_piece, random) == whole);
      }
    }
  }
}

TEST_CASE("Every line QEMU sent is read and written back to the byte", "[conformance][wire]") {
  std::size_t lines = 0;
  for (const ProtocolCase& captured : load_protocol_cases()) {
    // Indented; not JSON; and a double that reads back as an integer.
    static const std::set<std::string> aside{"pretty-monitor", "id-float-neg-overflow", "id-float-neg-zero"};
    if (aside.count(captured.id) != 0) continue;
    for (const Conversation& conversation : captured.conversations) {
      for (const std::string& line : lines_of(conversation.output)) {
        const std::string json = without_telnet(line);
        INFO("case " << captured.id << ": " << json);
        Reader reader;
        reader.push(json);
        auto item = reader.next();
        REQUIRE(item.has_value());
        REQUIRE(item->value.has_value());
        reverse_members(*item->value);
        std::string written;
        write_json(*item->value, written);
        CHECK(written + "\r\n" == json);
        ++lines;
      }
    }
  }
  CHECK(lines > 2000);
}

}  // namespace qmpev::test
