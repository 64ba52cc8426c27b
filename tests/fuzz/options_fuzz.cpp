// SPDX-License-Identifier: MIT
// Any option of the command line with any value: nothing crashes, each refusal has a code and a sentence, and
// what is accepted is accepted as the same when it is spelled out from what was understood. An input is the
// name of a parser on the first line and its words on the others: the value of an option, or a whole command
// line. Options that would read a file are left out.
#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/chardev_option.hpp"
#include "cli/events_options.hpp"
#include "cli/key_values.hpp"
#include "cli/listen_option.hpp"
#include "cli/qemu_monitors.hpp"
#include "cli/run_options.hpp"
#include "cli/scenario_option.hpp"
#include "cli/serve_options.hpp"
#include "cli/transcript_option.hpp"
#include "cli/trigger_options.hpp"
#include "cli/watch_options.hpp"
#include "fuzz/rounds.hpp"
#include "hypervisor/action_option.hpp"
#include "hypervisor/quorum_option.hpp"
#include "hypervisor/spice_option.hpp"

using namespace qmpev;
using test::below;
using test::Random;

namespace {

constexpr std::size_t kMaxInputBytes = 4096;
using Words = std::vector<std::string>;

/// The value of a result, or nothing once its refusal was looked at.
template <class T>
const T* accepted(const Result<T>& result) {
  if (result) return &result.value();
  REQUIRE(
      (result.error().code == ErrorCode::invalid_argument || result.error().code == ErrorCode::not_found));
  REQUIRE(result.error().sentence.size() > 10);
  return nullptr;
}

void check_refusal(const Result<void>& result) {
  if (result) return;
  REQUIRE(result.error().code == ErrorCode::invalid_argument);
  REQUIRE(result.error().sentence.size() > 10);
}

std::string doubled_commas(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == ',' ? std::string(",,") : std::string(1, c);
  return out;
}

std::string on_off(bool on) {
  return on ? "on" : "off";
}

// --- monitors in QEMU's spelling
// -------------------------------------------------------------------------------

std::string settings_of(const Chardev& chardev) {
  std::string text = ",server=" + on_off(chardev.server) + ",tight=" + on_off(chardev.tight);
  if (chardev.abstract) text += ",abstract=on";
  if (chardev.server) text += ",wait=" + on_off(chardev.wait);
  if (chardev.reconnect_ms != 0) text += ",reconnect-ms=" + std::to_string(chardev.reconnect_ms);
  return text;
}

std::string spelled(const Chardev& chardev) {
  if (chardev.kind == Chardev::Kind::stdio) return "stdio,id=" + doubled_commas(chardev.id);
  const std::string place = chardev.kind == Chardev::Kind::descriptor
                                ? ",fd=" + std::to_string(chardev.fd)
                                : ",path=" + doubled_commas(chardev.path);
  return "socket,id=" + doubled_commas(chardev.id) + place + settings_of(chardev);
}

void require_same(const Chardev& again, const Chardev& first) {
  REQUIRE(again.kind == first.kind);
  REQUIRE(again.id == first.id);
  REQUIRE(again.path == first.path);
  REQUIRE(again.fd == first.fd);
  REQUIRE(again.abstract == first.abstract);
  REQUIRE(again.tight == first.tight);
  REQUIRE(again.server == first.server);
  REQUIRE(again.wait == first.wait);
  REQUIRE(again.reconnect_ms == first.reconnect_ms);
  REQUIRE(name_of(again) == name_of(first));
}

/// One of the kinds that can be spelled here; a kind of place that is added has to be added here as well.
bool is_known(const Chardev& chardev) {
  return chardev.kind == Chardev::Kind::stdio || chardev.kind == Chardev::Kind::descriptor ||
         chardev.kind == Chardev::Kind::unix_socket;
}

void take_chardev(const std::string& text) {
  const auto result = parse_chardev(text);
  const Chardev* chardev = accepted(result);
  if (chardev == nullptr || !is_known(*chardev)) return;
  REQUIRE_FALSE(chardev->id.empty());
  INFO(spelled(*chardev));
  const auto again = parse_chardev(spelled(*chardev));
  REQUIRE(again);
  require_same(again.value(), *chardev);
}

void take_qmp(const std::string& text) {
  const auto result = parse_chardev_device("-qmp", text);
  const Chardev* chardev = accepted(result);
  if (chardev == nullptr || !is_known(*chardev)) return;
  REQUIRE(chardev->kind != Chardev::Kind::descriptor);
  const std::string spelling = chardev->kind == Chardev::Kind::stdio
                                   ? "stdio"
                                   : "unix:" + doubled_commas(chardev->path) + settings_of(*chardev);
  INFO(spelling);
  const auto again = parse_chardev_device("-qmp", spelling);
  REQUIRE(again);
  require_same(again.value(), *chardev);
}

/// Words are options of several monitors: what comes of them has as many as were asked for.
void take_monitors(const Words& words) {
  QemuMonitors monitors;
  std::size_t wanted = 0;
  for (const std::string& word : words) {
    const std::string value = word.substr(std::min<std::size_t>(word.find(' ') + 1, word.size()));
    if (word.rfind("chardev ", 0) == 0) {
      check_refusal(monitors.add_chardev(value));
      continue;
    }
    const auto added =
        word.rfind("mon ", 0) == 0 ? monitors.add_mon(value) : monitors.add_qmp("-qmp", value, false);
    check_refusal(added);
    if (added) ++wanted;
  }
  REQUIRE(monitors.empty() == (wanted == 0));
  const auto result = monitors.resolve();
  if (const auto* resolved = accepted(result)) REQUIRE(resolved->size() == wanted);
  (void)monitors.unused();
}

// --- the program's own
// -----------------------------------------------------------------------------------------

void take_listen(const std::string& text) {
  const auto result = parse_listen_option(text);
  const ListenerConfig* option = accepted(result);
  if (option == nullptr || text.rfind("unix:", 0) != 0) return;
  const auto again =
      parse_listen_option("unix:" + option->path + ",wire=" + std::string(form_word(option->form)) +
                          ",role=" + std::string(role_word(option->role.value())));
  REQUIRE(again);
  REQUIRE(again.value().path == option->path);
  REQUIRE(again.value().form == option->form);
  REQUIRE(again.value().role == option->role);
}

void take_quorum(const std::string& text) {
  const auto result = parse_quorum_option(text);
  const QuorumOption* option = accepted(result);
  if (option == nullptr) return;
  REQUIRE(option->files.size() >= option->vote_threshold);
  REQUIRE(option->vote_threshold >= 1);
  std::string spelling = option->name;
  for (const QuorumFile& file : option->files)
    spelling += ",file=" + doubled_commas(file.path) + ",node=" + file.node_name;
  spelling += ",threshold=" + std::to_string(option->vote_threshold) + ",rewrite=" + on_off(option->rewrite) +
              ",pattern=" + (option->read_pattern == QuorumConfig::ReadPattern::fifo ? "fifo" : "quorum");
  INFO(spelling);
  const auto again = parse_quorum_option(spelling);
  REQUIRE(again);
  REQUIRE(again.value().name == option->name);
  REQUIRE(again.value().vote_threshold == option->vote_threshold);
  REQUIRE(again.value().read_pattern == option->read_pattern);
  REQUIRE(again.value().rewrite == option->rewrite);
  REQUIRE(again.value().files.size() == option->files.size());
  for (std::size_t at = 0; at < option->files.size(); ++at) {
    REQUIRE(again.value().files[at].path == option->files[at].path);
    REQUIRE(again.value().files[at].node_name == option->files[at].node_name);
  }
}

void take_transcript(const std::string& text) {
  const auto result = parse_transcript_option(text);
  const TranscriptOption* option = accepted(result);
  if (option == nullptr) return;
  REQUIRE(option->limit_bytes >= kMinTranscriptBytes);
  const auto again = parse_transcript_option(option->path + ",limit=" + std::to_string(option->limit_bytes));
  REQUIRE(again);
  REQUIRE(again.value().path == option->path);
  REQUIRE(again.value().limit_bytes == option->limit_bytes);
}

void take_spice(const std::string& text) {
  const auto result = parse_spice_option(text);
  const SpiceOption* option = accepted(result);
  if (option == nullptr || option->kind != SpiceOption::Kind::real) return;
  const SpiceListenConfig& listen = option->listen;
  std::string spelling = listen.path.empty() ? "port=" + std::to_string(listen.port) + ",addr=" + listen.host
                                             : "unix=" + listen.path;
  if (listen.password) spelling += ",password=" + *listen.password;
  spelling += ",display=" + on_off(listen.display);
  INFO(spelling);
  const auto again = parse_spice_option(spelling);
  REQUIRE(again);
  REQUIRE(again.value().listen.port == listen.port);
  REQUIRE(again.value().listen.host == listen.host);
  REQUIRE(again.value().listen.path == listen.path);
  REQUIRE(again.value().listen.password == listen.password);
  REQUIRE(again.value().listen.display == listen.display);
}

void take_action(const std::string& text) {
  const auto result = parse_action_option(text);
  if (accepted(result) == nullptr) return;
  const auto twice = parse_action_option(text + "," + text);
  REQUIRE(twice);
}

void take_seed(const std::string& text) {
  const auto result = parse_seed(text);
  const std::uint64_t* seed = accepted(result);
  if (seed != nullptr) REQUIRE(parse_seed(std::to_string(*seed)).value() == *seed);
}

/// What was taken as a boolean or a number is that, and a key that is there is found.
void take_keys(const std::string& text) {
  KeyValues settings("-test", text);
  (void)settings.head();
  const auto path = settings.take("path");
  const auto flag = settings.take_bool("server");
  const auto number = settings.take_number("fd", 1'000);
  (void)accepted(flag);
  if (const auto* taken = accepted(number); taken != nullptr && *taken) REQUIRE(**taken <= 1'000);
  if (path) REQUIRE(text.find("path") != std::string::npos);
  check_refusal(settings.expect_no_more("path, server and fd"));
}

// --- inputs
// ----------------------------------------------------------------------------------------------------

template <class Parse>
auto whole_line(Parse parse) {
  return [parse](const Words& words) {
    const auto result = parse(words);
    (void)accepted(result);
  };
}

template <class Take>
auto first_word(Take take_word) {
  return [take_word](const Words& words) { take_word(words.empty() ? std::string() : words.front()); };
}

const std::map<std::string, std::function<void(const Words&)>>& parsers() {
  static const std::map<std::string, std::function<void(const Words&)>> table{
      {"action", first_word(take_action)},
      {"chardev", first_word(take_chardev)},
      {"events", whole_line(parse_events_options)},
      {"keys", first_word(take_keys)},
      {"listen", first_word(take_listen)},
      {"monitors", take_monitors},
      {"qmp", first_word(take_qmp)},
      {"quorum", first_word(take_quorum)},
      {"run", whole_line(parse_run_options)},
      {"seed", first_word(take_seed)},
      {"serve", whole_line(parse_serve_options)},
      {"spice", first_word(take_spice)},
      {"transcript", first_word(take_transcript)},
      {"trigger", whole_line(parse_trigger_options)},
      {"watch", whole_line(parse_watch_options)},
  };
  return table;
}

void take(std::string_view input) {
  // A word of a command line has no zero byte.
  if (input.size() > kMaxInputBytes || input.find('\0') != std::string_view::npos) return;
  if (input.find("password-file") != std::string_view::npos) return;
  Words lines(1);
  for (const char c : input) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += c;
  }
  const auto parser = parsers().find(lines.front());
  lines.erase(lines.begin());
  if (parser != parsers().end()) parser->second(lines);
}

constexpr const char* kGood[] = {
    "chardev\nsocket,id=mon0,path=/run/a,,b,server=on,wait=off",
    "chardev\nsocket,id=m,path=/run/a,reconnect=5",
    "chardev\nsocket,id=m,fd=3,server=on,nowait",
    "chardev\nstdio,id=s,signal=off",
    "qmp\nunix:/run/vm.sock,server,nowait",
    "qmp\nunix:name,abstract=on,tight=off,server=on",
    "qmp\nstdio",
    "monitors\nchardev socket,id=a,path=/a,server=on\nmon chardev=a,mode=control,pretty=on\nqmp stdio",
    "listen\nunix:/run/a.sock,wire=qemu,role=events",
    "quorum\nq0,file=/a,,b,node=x,file=/c,file=/d,threshold=2,pattern=fifo,rewrite=on",
    "action\npanic=pause,shutdown=poweroff,reboot=shutdown",
    "transcript\n/tmp/t,limit=64M",
    "spice\nport=5930,addr=127.0.0.1,password=secret,display=on",
    "spice\nunix=/tmp/s",
    "seed\n18446744073709551615",
    "keys\nhead,path=/a,,b,server,nowait,fd=7",
    "serve\n--listen\nunix:/a,wire=qemu\n-qmp\nunix:/b,server=on\n-name\nguest=vm",
    "serve\n--demo\n--seed=7\n--action\npanic=run\n-no-shutdown\n--quorum\nq,file=/a",
    "run\n--wire=qemu\n--\nmake\ncheck",
    "watch\n--json\n--count\n3\n--until\nSTOP\n--timeout\n1.5\n/run/a.sock",
    "trigger\nunix:/run/a.sock\nballoon\nset\nvalue=1G",
    "events\nSTOP\n--wire=qemu",
};

constexpr std::string_view kPieces[] = {
    ",",          ",,",          "=",       "\n",        "no",         "on",
    "off",        "id=",         "path=",   "fd=",       "-1",         "0",
    "1e9",        "unix:",       "tcp:",    "stdio",     "server",     "wait",
    "reconnect=", "abstract=on", "--",      "-",         "-qmp",       "-mon",
    "-chardev",   "file=",       "node=",   "mode=",     "threshold=", "18446744073709551616",
    "\xff",       "\x1b",        "limit",   "64M",       "chardev:",   "port=",
    "display=",   "tight",       "signal=", "2147483648"};

std::string make(Random& random) {
  std::string text = kGood[below(random, std::size(kGood))];
  for (auto changes = below(random, 5); changes > 0; --changes) {
    // Behind the name of the parser, which is worth little broken.
    const std::size_t start = text.find('\n') + 1;
    const std::size_t at = start + below(random, text.size() - start + 1);
    switch (below(random, 4)) {
      case 0:
        text.erase(at, 1 + below(random, 8));
        break;
      case 1:
        text.insert(at, std::string(below(random, 120), 'a'));
        break;
      case 2: {
        const std::size_t from = start + below(random, text.size() - start + 1);
        text.insert(at, text.substr(from, below(random, 40)));
        break;
      }
      default:
        text.insert(at, kPieces[below(random, std::size(kPieces))]);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("any option with any value is refused with a sentence, or understood as it is spelled", "[fuzz]") {
  test::fuzz_text("options", 20'000, make, take);
}
