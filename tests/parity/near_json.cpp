// SPDX-License-Identifier: MIT
#include "parity/near_json.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "wire/utf8.hpp"

namespace qmpev::test {
namespace {

using std::string_view_literals::operator""sv;

// clang-format off
constexpr std::string_view kBlanks[] = {
    "", "", "", "", " ", " ", "\t", "\n", "\r\n", "  \t\r\n ", "\r"};
constexpr std::string_view kOddBlanks[] = {
    "\v"sv, "\f"sv, "\xC2\xA0"sv, "\xEF\xBB\xBF"sv, "\0"sv, "//c\n"sv, "/*c*/"sv, "#"sv};

constexpr std::string_view kGoodPieces[] = {
    // plain, and what looks like a format or a template
    "a", "id", "execute", "foo", " ", "%s", "%n", "%d%p", "%(x)", "%%", "${a}", "-1", "null", "@", "/", "{",
    "]", ":,", R"(\u0041)", R"(\u00e9)", R"(\u00E9)", R"(\u20ac)", R"(\ud83d\ude00)", R"(\uD83D\uDE00)",
    R"(\u0000)", R"(\u0001)", R"(\u007f)", R"(\u0080)", R"(\ufffd)", R"(\ud7ff)", R"(\ue000)",
    R"(\udbff\udffd)", R"(\ufdcf)", R"(\ufdf0)", R"(\uFEFF)", R"(\u2028)", R"(\')", R"(\")", R"(\/)", R"(\\)",
    R"(\b\f\n\r\t)", R"(\\u0041)",
    // raw characters of every length, and the last of each
    "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\x7F", "\xDF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80",
    "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBD", "\xC0\x80", "\xEF\xBB\xBF", "\xC2\x80", "\xE0\xA0\x80",
    "\xF0\x90\x80\x80"};
constexpr std::string_view kBadPieces[] = {
    R"(\ud83d)", R"(\ude00)", R"(\ud83d\u0041)", R"(\ud83dx)", R"(\ud83d\)", R"(\ud83d\n)", R"(\ud83d\ud83d)",
    R"(\ude00\ud83d)", R"(\ud83d\uzz)", R"(\ud83d\u)", R"(\ud83d\ude0)", R"(\ufffe)", R"(\uffff)",
    R"(\ufdd0)", R"(\ufdef)", R"(\udbff\udfff)", R"(\ud83f\udffe)", R"(\ud83d\ue000)", R"(\ud83d\udbff)",
    R"(\u12)", R"(\u)", R"(\u1)", R"(\u123)", R"(\u12g4)", R"(\u-123)", R"(\u+123)", R"(\u 123)", R"(\u0x1)",
    R"(\u00e)", "\\u12\xC3\xA9", "\\u\xF0\x9F\x98\x80", "\\u\x80\xFD\xC3\xE2", R"(\U0041)", R"(\x41)",
    R"(\a)", R"(\0)", R"(\v)", R"(\ )", R"(\é)", R"(\%)", R"(\u%s)", R"(\u\u0041)", R"(\u12\"4)", R"(\u''')",
    "\\\x7F", "\\\x80", "q'q", "q\"q",
    // overlong, surrogates, noncharacters, beyond the last, cut off, of five and six bytes, no lead
    "\xC0\x81", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xED\xA0\x80",
    "\xED\xBF\xBF", "\xC0", "\xEF\xBF\xBE", "\xEF\xBF\xBF", "\xEF\xB7\x90", "\xF0\x9F\xBF\xBE",
    "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFC\x84\x80\x80\x80\x80",
    "\xF8\x80\x80\x80\x80", "\xFC\x80\x80\x80\x80\x80", "\xF8\x88\x80", "\xFC\x84\x80\x80\x80",
    "\xFD\xBF\xBF\xBF\xBF\xBF", "\x80", "\xBF", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xF0\x9F",
    "\xE2\x28\xA1"};
constexpr std::string_view kTextEnders[] = {
    "\t"sv, "\n"sv, "\r"sv, "\0"sv, "\x01"sv, "\x1F"sv, "\xFE"sv, "\xFF"sv, "\x1B"sv, "\b"sv};

constexpr std::string_view kGoodNumbers[] = {
    "0", "1", "-1", "7", "42", "-0", "-0.0", "0.0", "0.1", "1.0", "1e0", "0.0e1", "1E5", "1e5", "1e+5",
    "1e-5", "1.5e3", "1e400", "-1e400", "1e-400", "1e308", "1.8e308", "1.7976931348623157e308",
    "1.7976931348623159e308", "4.9e-324", "2e-324", "2.5e-324", "2.2250738585072014e-308",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "18446744073709551615", "18446744073709551616", "-18446744073709551616", "123456789012345678901234567890",
    "1e0005", "1e99999999999999999999", "-1e-99999999999999999999", "100000000000000000", "1e17", "1e16",
    "123456789012345680", "100000000000000000.0", "0.00001", "0.0001", "0.000123456789012345678", "1e22",
    "1e23", "9007199254740993", "9007199254740993.0", "0.30000000000000004", "5e-5", "1e21", "-1.5", "1e-4",
    "1e-5", "12345678901234567.5"};
constexpr std::string_view kBadNumbers[] = {
    "0e1", "0E1", "-0e1", "00", "01", "-01", "1.", ".5", "-", "--1", "+1", "1e", "1e+", "1e-", "1.e3",
    "1e1.5", "0x10", "1_000", "1a", "1true", "1\"", "0.", "-.5", "1..2", "-a", "- 1", "1e\n", "-\n", "1.\t",
    "0\"", "-'", "1e+,", "1E", "0.e1", "1-1", "1+1"};

constexpr std::string_view kGoodKeywords[] = {
    "true", "false", "null"};
constexpr std::string_view kBadKeywords[] = {
    "True", "NULL", "nul", "nulll", "tru", "truefalse", "undefined", "NaN", "nan", "Infinity", "inf", "x",
    "null1", "null-", "null_", "e", "u", "n", "true\"", "%s", "%i", "%p", "function", "true true",
    "nullNULL"};

constexpr std::string_view kCommands[] = {
    "qmp_capabilities", "query-version", "query-version", "query-name", "query-status", "stop", "cont",
    "query-yank", "yank", "migrate-pause", "device_del", "set-action", "foo", "", "Query-Version",
    "query_version", "query-version ", " ",
    "qmp-capabilities", "query-versio", "__com.redhat_x", "x-y", "%s%s%n"};
constexpr std::string_view kOutOfBand[] = {"query-yank", "query-yank", "yank", "migrate-pause", "query-version"};

constexpr std::string_view kSymbols[] = {
    "{", "}", "[", "]", ":", ",", "\"", "'", "\\", "-", "0", ".", "e", "u", "n", " ", "\t", "\n", "\r\n"};
constexpr std::string_view kInsertions[] = {
    "{"sv, "}"sv, "["sv, "]"sv, ":"sv, ","sv, ",,"sv, "\""sv, "'"sv, "\\"sv, "\\u"sv, "\\ud800"sv, "\xFF"sv,
    "\xFE"sv, "\0"sv, "\n"sv, "\t"sv, " "sv, "//"sv, "/*"sv, "*/"sv, "#"sv, "@"sv, "="sv, ";"sv, "null"sv,
    "-"sv, "+"sv, "1"sv, "0"sv, "."sv, "e"sv, "\xC0\x80"sv, "\xED\xA0\x80"sv, "\xF0\x9F\x98\x80"sv, "\x80"sv,
    "\xEF\xBB\xBF"sv, "[}"sv, "{]"sv, "{\"a\":"sv, "%s"sv, "%"sv, "\x7F"sv, "\x1F"sv, "A"sv, "(" ")"sv};

constexpr std::string_view kOdd[] = {
    "[]"sv, "{}"sv, "[}"sv, "{]"sv, "}"sv, "]"sv, "}}"sv, "]]"sv, ":"sv, ","sv, ",,"sv, "{,}"sv, "[,]"sv,
    "[1,]"sv, "{\"a\":1,}"sv, "{\"a\"}"sv, "{\"a\":}"sv, "{\"a\",1}"sv, "{\"a\"::1}"sv, "{\"a\":1 \"b\":2}"sv,
    "[1 2]"sv, "[1:2]"sv, "{1:2}"sv, "{null:1}"sv, "{[]:1}"sv, "{{}:1}"sv, "{\"a\":1,\"a\":2}"sv,
    "{\"a\":{\"b\":1,\"b\":2}}"sv, "{\"a\":1,\"\\u0061\":2}"sv, "{\"a\":[}"sv, "{\"a\":[}]}"sv, "[{]}"sv,
    "[[}"sv, "{{]"sv, "{\"a\":]}"sv, "\"\""sv, "''"sv, "\"a"sv, "'a"sv, "\xFF"sv, "\xFE"sv, "\xFF\xFF"sv,
    "\0"sv, "\xEF\xBB\xBF{}"sv, "//\n"sv, "/**/"sv, "#\n"sv, "{'execute':'foo'}"sv, "{execute:1}"sv, "(1)"sv,
    "<a>"sv, "GET / HTTP/1.1\r\n\r\n"sv, "\x04"sv, "\x1A"sv, "\xFF\xFB\x01"sv, "var x = {}"sv,
    "{\"a\":1}{\"b\":2}"sv, "{\"execute\":\"foo\"}}"sv, "{\"execute\":\"foo\"}]"sv,
    "{\"execute\":\"foo\"},"sv};
// clang-format on

constexpr std::string_view kExponents[] = {"e", "E", "e+", "e-", "E-"};
constexpr std::string_view kNames[] = {"execute", "exec-oob", "arguments", "id",     "a",
                                       "enable",  "control",  "Id",        "return", ""};
constexpr std::string_view kArguments[] = {"id",        "panic",  "reboot",     "shutdown", "watchdog",
                                           "instances", "enable", "unexpected", "Id"};
constexpr std::string_view kWords[] = {"none",         "pause", "reset", "shutdown", "poweroff",
                                       "exit-failure", "",      "Pause", "x",        "%s"};
constexpr std::string_view kInstanceMembers[] = {"type", "type", "type", "id", "node-name", "x"};
constexpr std::string_view kInstanceWords[] = {"block-node", "chardev", "migration", "socket", "x", ""};
constexpr std::string_view kMachineCommands[] = {"qom-get", "qom-list", "qom-set", "human-monitor-command"};
constexpr std::string_view kMachineArguments[] = {"path",         "path",      "property", "value",
                                                  "command-line", "cpu-index", "x"};
constexpr std::string_view kMachineWords[] = {"/", "/machine", "/objects", "type", "x",
                                              "",  "info",     "..",       "//"};
constexpr std::string_view kMembers[] = {"execute", "exec-oob", "arguments", "id"};

std::string utf8_of(char32_t code_point) {
  char bytes[kMaxCharacterBytes];
  return std::string(bytes, encode_character(code_point, bytes));
}

}  // namespace

std::string NearJson::blank() {
  return slips(60) ? pick(kOddBlanks) : pick(kBlanks);
}

std::string NearJson::escape_of_unit(std::uint32_t unit) {
  char escape[8];
  std::snprintf(escape, sizeof escape, one_in(2) ? "\\u%04x" : "\\u%04X", unit & 0xFFFF);
  return escape;
}

/// A piece of a string token.
std::string NearJson::text_piece() {
  if (slips(5)) return bad_piece();
  switch (below(random_, 6)) {
    case 0:
      return escape_of_unit(static_cast<std::uint32_t>(below(random_, 0xD800)));
    case 1: {
      const auto beyond = static_cast<std::uint32_t>(below(random_, 0x100000)) & ~2u;  // no noncharacter
      return escape_of_unit(0xD800 | (beyond >> 10)) + escape_of_unit(0xDC00 | (beyond & 0x3FF));
    }
    case 2:
      return utf8_of(static_cast<char32_t>(between(0x80, one_in(2) ? 0x7FF : 0xD7FF)));
    case 3:
      return std::string(1, static_cast<char>(between('a', 'z')));
    default:
      return pick(kGoodPieces);
  }
}

std::string NearJson::bad_piece() {
  switch (below(random_, 8)) {
    case 0:
      return escape_of_unit(static_cast<std::uint32_t>(random_()));
    case 1:
      return utf8_of(static_cast<char32_t>(below(random_, 0x200000)));
    case 2:
      return std::string(1, static_cast<char>(between(0x80, 0xFD)));
    case 3:
      return "\\" + std::string(1, static_cast<char>(between(0x20, 0x7E)));
    case 4:
      return pick(kTextEnders);
    default:
      return pick(kBadPieces);
  }
}

std::string NearJson::text() {
  std::string made;
  if (one_in(80)) made.assign(between(1, 1200), one_in(2) ? 'x' : '%');
  for (auto pieces = below(random_, one_in(10) ? 12 : 4); pieces > 0; --pieces) made += text_piece();
  if (slips(40)) made += std::string(between(900, 1100), 'y') + bad_piece();
  return made;
}

std::string NearJson::quoted(const std::string& raw) {
  const char open = one_in(8) ? '\'' : '"';
  const char shut = slips(50) ? (one_in(2) ? '\'' : '"') : open;
  return open + raw + (slips(80) ? "" : std::string(1, shut));
}

std::string NearJson::string() {
  return quoted(text());
}

std::string NearJson::digits(std::uint64_t count) {
  std::string made;
  for (; count > 0; --count) made += static_cast<char>('0' + below(random_, 10));
  return made;
}

std::string NearJson::number() {
  if (slips(4)) return pick(kBadNumbers);
  if (one_in(2)) return pick(kGoodNumbers);
  std::string made = one_in(3) ? "-" : "";
  const bool zero = one_in(4);
  made += zero ? "0" : std::string(1, static_cast<char>(between('1', '9'))) + digits(below(random_, 22));
  const bool fraction = one_in(3);
  if (fraction) made += "." + digits(between(1, 20));
  if (one_in(3) && (fraction || !zero)) made += pick(kExponents) + digits(between(1, 3));
  return made;
}

std::string NearJson::keyword() {
  if (!slips(3)) return pick(kGoodKeywords);
  if (!one_in(4)) return pick(kBadKeywords);
  std::string made;
  for (auto length = between(1, one_in(10) ? 1100 : 10); length > 0; --length)
    made += static_cast<char>(between('a', 'z'));
  return made;
}

std::string NearJson::scalar() {
  switch (below(random_, 5)) {
    case 0:
    case 1:
      return number();
    case 2:
      return keyword();
    default:
      return string();
  }
}

std::string NearJson::array(int depth) {
  std::string made = "[" + blank();
  for (auto items = below(random_, 4); items > 0; --items) {
    made += value(depth - 1) + blank();
    if (items > 1 || slips(40)) made += slips(60) ? pick(kSymbols) : "," + blank();
  }
  return made + "]";
}

std::string NearJson::object(const std::vector<Pair>& members) {
  std::string made = "{" + blank();
  std::size_t left = members.size();
  for (const Pair& member : members) {
    made += member.name + blank() + (slips(150) ? pick(kSymbols) : ":") + blank() + member.value + blank();
    if (--left > 0 || slips(100)) made += slips(150) ? pick(kSymbols) : "," + blank();
  }
  return made + "}";
}

std::string NearJson::any_object(int depth) {
  std::vector<Pair> members;
  for (auto count = below(random_, one_in(10) ? 9 : 4); count > 0; --count) {
    members.push_back({one_in(30)  ? scalar()
                       : one_in(3) ? string()
                                   : quoted(pick(kNames)),
                       value(depth - 1)});
    if (slips(25)) members.push_back(members[below(random_, members.size())]);
  }
  return object(members);
}

std::string NearJson::value(int depth) {
  if (depth <= 0 || !one_in(3)) return scalar();
  return one_in(2) ? array(depth) : any_object(depth);
}

/// A word as a string, sometimes with letters spelled as escapes.
std::string NearJson::spelled(const std::string& word) {
  if (!one_in(8)) return quoted(word);
  std::string made;
  for (const char letter : word)
    made += one_in(4) ? escape_of_unit(static_cast<unsigned char>(letter)) : std::string(1, letter);
  return quoted(made);
}

std::string NearJson::command() {
  if (slips(25)) return value(2);
  return one_in(10) ? string() : spelled(pick(kCommands));
}

std::string NearJson::command_out_of_band() {
  return one_in(6) ? command() : spelled(pick(kOutOfBand));
}

std::string NearJson::capabilities() {
  std::string made = "[";
  for (auto count = below(random_, 3); count > 0; --count) {
    made += one_in(2) ? quoted("oob") : value(2);
    if (count > 1) made += ",";
  }
  return one_in(6) ? value(2) : made + "]";
}

/// What the commands take, with values of the right and of the wrong type.
std::string NearJson::known_arguments() {
  std::vector<Pair> members;
  for (auto count = between(1, 3); count > 0; --count) {
    const std::string name = pick(kArguments);
    const bool list = name == "instances" && !one_in(4);
    members.push_back({spelled(name), list ? instances() : one_in(2) ? quoted(pick(kWords)) : value(2)});
  }
  return object(members);
}

std::string NearJson::instances() {
  std::string made = "[";
  for (auto count = below(random_, 3); count > 0; --count) {
    std::vector<Pair> members;
    for (auto inner = below(random_, 4); inner > 0; --inner)
      members.push_back(
          {quoted(pick(kInstanceMembers)), one_in(3) ? value(1) : quoted(pick(kInstanceWords))});
    made += one_in(6) ? value(2) : object(members);
    if (count > 1) made += ",";
  }
  return made + "]";
}

/// A command whose result depends on the machine: its arguments are what matters, and its id says so.
std::string NearJson::machine_request() {
  std::vector<Pair> given;
  for (auto count = below(random_, 4); count > 0; --count) {
    const std::string name = quoted(pick(kMachineArguments));
    given.push_back({name, one_in(2) ? quoted(pick(kMachineWords)) : value(2)});
  }
  std::vector<Pair> members{{spelled("execute"), spelled(pick(kMachineCommands))},
                            {spelled("id"), quoted("machine")}};
  if (!given.empty() || one_in(2)) members.push_back({spelled("arguments"), object(given)});
  std::swap(members[0], members[below(random_, members.size())]);
  return object(members);
}

std::string NearJson::arguments() {
  switch (below(random_, 7)) {
    case 0:
    case 1:
      return "{}";
    case 2:
      return object({{quoted("enable"), capabilities()}});
    case 3:
    case 4:
      return known_arguments();
    default:
      return slips(3) ? value(2) : any_object(3);
  }
}

std::string NearJson::request() {
  std::vector<Pair> members;
  const bool out_of_band = one_in(8);
  if (out_of_band) members.push_back({spelled("exec-oob"), command_out_of_band()});
  if (!slips(20) && (!out_of_band || slips(5))) members.push_back({spelled("execute"), command()});
  if (one_in(3)) members.push_back({spelled("arguments"), arguments()});
  if (!one_in(3)) members.push_back({spelled("id"), value(4)});
  if (one_in(30)) members.push_back({one_in(2) ? string() : quoted(pick(kNames)), value(2)});
  if (slips(30) && !members.empty()) members.push_back({spelled(pick(kMembers)), value(2)});
  for (std::size_t last = members.size(); last > 1; --last)
    std::swap(members[last - 1], members[below(random_, last)]);
  return object(members);
}

/// A request that is answered, so that it is seen what state the server is in.
std::string NearJson::plain_request() {
  return "{\"execute\":\"query-name\",\"id\":" + digits(1) + "}";
}

/// Around the limit of nested levels, and far below and above it.
std::string NearJson::deep() {
  const std::uint64_t depth = one_in(2) ? between(1018, 1030) : between(1, one_in(3) ? 2100 : 40);
  std::string opened = one_in(2) ? "{\"execute\":\"foo\",\"id\":" : "";
  std::string closed = opened.empty() ? "" : "}";
  const std::uint64_t objects_in = one_in(2) ? 0 : between(1, 3);  // every other, every third, all; none
  for (std::uint64_t level = 0; level < depth; ++level) {
    const bool is_object = objects_in > 0 && level % objects_in == 0;
    opened += is_object ? "{\"a\":" : "[";
    closed.insert(closed.begin(), is_object ? '}' : ']');
  }
  if (one_in(8)) closed.erase(0, below(random_, 5));
  if (one_in(8)) closed += one_in(2) ? "]" : "}";
  return opened + (one_in(3) ? scalar() : "1") + closed;
}

std::string NearJson::odd() {
  switch (below(random_, 6)) {
    case 0:
      return scalar() + (one_in(2) ? " " : "");
    case 1:
      return one_in(3) ? deep() : array(4);
    case 2:
      return any_object(4);
    default:
      return pick(kOdd);
  }
}

void NearJson::exchange(std::string& bytes) {
  static constexpr std::string_view kKinds[] = {"{}", "[]", "\"'", "{[", "}]", ":,", "tf", "\\/"};
  const std::string kind = pick(kKinds);
  const bool all = one_in(3);
  const std::size_t start = below(random_, bytes.size());
  for (std::size_t at = all ? 0 : start; at < bytes.size(); ++at) {
    const std::size_t which = kind.find(bytes[at]);
    if (which == std::string::npos) continue;
    bytes[at] = kind[1 - which];
    if (!all) return;
  }
}

void NearJson::mutate(std::string& bytes) {
  if (bytes.empty()) return;
  const std::size_t at = below(random_, bytes.size());
  const std::size_t length = between(1, one_in(4) ? 30 : 3);
  switch (below(random_, 8)) {
    case 0:
      bytes.resize(at);
      return;
    case 1:
      bytes.erase(at, length);
      return;
    case 2:
      bytes.insert(below(random_, bytes.size()), bytes.substr(at, length));
      return;
    case 3:
      bytes[at] = static_cast<char>(random_());
      return;
    case 4:
      bytes[at] = pick(kSymbols)[0];
      return;
    case 5:
      exchange(bytes);
      return;
    case 6:
      bytes.erase(0, at);
      return;
    default:
      bytes.insert(at, pick(kInsertions));
  }
}

std::string NearJson::message() {
  careful_ = !one_in(3);
  if (one_in(12)) return machine_request();  // whole, so that it is known by its id
  std::string made = one_in(10) ? odd() : request();
  if (!one_in(3)) return made;
  for (auto changes = one_in(4) ? between(1, 8) : 1; changes > 0; --changes) mutate(made);
  return made;
}

std::string NearJson::conversation(std::uint64_t most) {
  std::string made;
  const std::uint64_t usual = std::min<std::uint64_t>(most, 4);
  for (auto messages = between(1, one_in(20) ? most : usual); messages > 0; --messages) {
    made += message();
    if (one_in(20)) made += pick(kTextEnders);
    made += blank();
    if (one_in(4)) made += plain_request();
  }
  return made;
}

}  // namespace qmpev::test
