// SPDX-License-Identifier: MIT
#include "hypervisor/spice_triggers.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "devices/spice_endpoint.hpp"

namespace qmpev {

namespace {

constexpr std::uint16_t kFirstViewerPort =
    40'000;  // each connection of a viewer has the next port, then again
constexpr std::uint16_t kViewerPorts = 20'000;
constexpr const char* kUnbound = "unbound";
constexpr const char* kUnixServerPath = "spice.sock";

/// In the order of their types, from 1.
const std::vector<std::string>& channel_words() {
  static const std::vector<std::string> words{"main", "display", "inputs", "cursor", "playback", "record"};
  return words;
}

std::uint8_t channel_type(const std::string& word) {
  const auto found = std::find(channel_words().begin(), channel_words().end(), word);
  return static_cast<std::uint8_t>(kSpiceMain + (found - channel_words().begin()));
}

/// Both ends of a new connection.
struct Ends {
  SpiceAddress server;
  SpiceAddress client;
  std::string from;  ///< the client's, for people
};

/// Somebody who connects, without sockets. Viewer thread.
class Viewer {
 public:
  explicit Viewer(ReferenceMachine& machine) : machine_(machine) {}

  Result<std::string> connect(const TriggerValues& values);
  Result<std::string> open_session();
  Result<std::string> disconnect(std::uint64_t number);

 private:
  Result<Ends> ends(const std::string& family, const std::string& path);
  Ends tcp_ends(NetworkAddressFamily family, const std::string& host);
  Result<SpiceServer::ConnectionNumber> accept(const Ends& ends);
  std::vector<SpiceServer::ConnectionNumber> open() const;
  std::string password(bool right) const {
    return machine_.spice.config().password + (right ? "" : ", wrong");
  }

  ReferenceMachine& machine_;
  std::uint16_t next_port_ = 0;
  std::vector<SpiceServer::ConnectionNumber>
      opened_;  ///< not those of real viewers; perhaps closed meanwhile
};

Ends Viewer::tcp_ends(NetworkAddressFamily family, const std::string& host) {
  const std::string port = std::to_string(kFirstViewerPort + next_port_++ % kViewerPorts);
  return {spice_endpoint(family, host, std::to_string(machine_.spice_port)),
          spice_endpoint(family, host, port),
          (family == NetworkAddressFamily::ipv6 ? "[" + host + "]" : host) + ":" + port};
}

Result<Ends> Viewer::ends(const std::string& family, const std::string& path) {
  if (family == "ipv4") return tcp_ends(NetworkAddressFamily::ipv4, "127.0.0.1");
  if (family == "ipv6") return tcp_ends(NetworkAddressFamily::ipv6, "::1");
  const std::string bound = path == kUnbound ? "" : path;
  const auto unix_family = NetworkAddressFamily::unix_socket;
  const SpiceAddress client = spice_endpoint(unix_family, "", bound);
  if (client.family() != unix_family)
    return Error{ErrorCode::invalid_argument,
                 "the viewer's path has " + std::to_string(bound.size()) +
                     " bytes, a UNIX socket's has at most 107: use a shorter one"};
  return Ends{spice_endpoint(unix_family, "", kUnixServerPath), client,
              bound.empty() ? "a UNIX socket" : "the UNIX socket " + bound};
}

Result<SpiceServer::ConnectionNumber> Viewer::accept(const Ends& ends) {
  if (!machine_.spice.config().enabled)
    return Error{ErrorCode::not_found, "this machine has no SPICE server: start it without --spice none"};
  const auto number = machine_.spice.accept(ends.server, ends.client);
  if (number == SpiceServer::kNoConnection)
    return Error{ErrorCode::system,
                 "the SPICE server has " + std::to_string(SpiceServer::kMaxConnections) +
                     " connections, which is all it takes: close some with spice disconnect"};
  opened_ = open();
  opened_.push_back(number);
  return number;
}

/// The viewer's connections, the oldest first.
std::vector<SpiceServer::ConnectionNumber> Viewer::open() const {
  const std::vector<SpiceServer::ConnectionNumber> all = machine_.spice.connections();
  std::vector<SpiceServer::ConnectionNumber> open;
  for (const auto number : opened_)
    if (std::find(all.begin(), all.end(), number) != all.end()) open.push_back(number);
  return open;
}

/// The session a channel joins; 0, which is none, for a main channel and when there is no session.
std::int32_t session_for(const SpiceServer& spice, std::uint8_t type) {
  return type == kSpiceMain ? 0 : spice.session().value_or(0);
}

Result<std::string> Viewer::connect(const TriggerValues& values) {
  auto where = ends(values.text("family"), values.text("path"));
  if (!where) return where.error();
  const auto number = accept(where.value());
  if (!number) return number.error();

  SpiceServer& spice = machine_.spice;
  const std::string& channel = values.text("channel");
  std::string done = "opened connection " + std::to_string(number.value()) + " from " + where.value().from;
  SpiceLink link;
  link.channel_type = channel_type(channel);
  link.connection_id = session_for(spice, link.channel_type);
  link.tls = values.text("tls") == "on";
  SpiceServer::Admission admission{spice.link(number.value(), link)};
  if (!admission.refusal)
    admission = spice.authenticate(number.value(), password(values.text("password") == "right"));
  if (admission.refusal) return done + ", refused: " + std::string(words_of(*admission.refusal));
  return done + ", the " + channel + " channel of session " + std::to_string(admission.connection_id);
}

/// As spice-glib does it: the main channel is up first, then all others connect, then they come up.
Result<std::string> Viewer::open_session() {
  SpiceServer& spice = machine_.spice;
  const auto main = accept(ends("ipv4", kUnbound).value());
  if (!main) return main.error();
  spice.link(main.value(), {});
  const auto admission = spice.authenticate(main.value(), password(true));
  if (admission.refusal)
    return Error{ErrorCode::system,
                 "the main channel was refused: " + std::string(words_of(*admission.refusal))};

  std::vector<SpiceServer::ConnectionNumber> others;
  for (std::uint8_t type = kSpiceDisplay; type <= kSpiceRecord; ++type) {
    const auto other = accept(ends("ipv4", kUnbound).value());
    if (!other) return other.error();
    others.push_back(other.value());
  }
  for (std::size_t place = 0; place < others.size(); ++place) {
    spice.link(others[place], {admission.connection_id, static_cast<std::uint8_t>(kSpiceDisplay + place)});
    spice.authenticate(others[place], password(true));
  }
  return "opened session " + std::to_string(admission.connection_id) + " with " +
         std::to_string(1 + others.size()) + " channels, connections " + std::to_string(main.value()) +
         " to " + std::to_string(others.back());
}

Result<std::string> Viewer::disconnect(std::uint64_t number) {
  SpiceServer& spice = machine_.spice;
  const std::vector<SpiceServer::ConnectionNumber> mine = open();
  if (number == 0) {
    for (auto each = mine.rbegin(); each != mine.rend(); ++each) spice.close(*each);
    return "closed " + std::to_string(mine.size()) + (mine.size() == 1 ? " connection" : " connections");
  }
  if (std::find(mine.begin(), mine.end(), number) == mine.end())
    return Error{ErrorCode::not_found, "there is no connection " + std::to_string(number) +
                                           ": spice connect names the one it opens"};
  spice.close(number);
  return "closed connection " + std::to_string(number);
}

TriggerArgument word(std::string name, std::vector<std::string> words, std::string doc) {
  return {.name = std::move(name),
          .kind = TriggerArgument::Kind::word,
          .standard = words.front(),
          .doc = std::move(doc),
          .words = words};
}

std::string state_of(const SpiceServer& spice) {
  if (!spice.config().enabled) return "no SPICE server";
  const std::size_t open = spice.connections().size();
  std::string text = std::to_string(open) + (open == 1 ? " connection" : " connections");
  text += ", " + std::to_string(spice.channels().size()) + " up";
  if (const auto session = spice.session()) text += ", session " + std::to_string(*session);
  if (spice.refused() != 0) text += ", " + std::to_string(spice.refused()) + " turned away";
  return text;
}

}  // namespace

TriggerDevice spice_triggers(const TriggerStage& stage) {
  const auto viewer = std::make_shared<Viewer>(stage.machine);
  TriggerDevice device{.name = "spice", .doc = "the SPICE server, and a synthetic viewer without sockets"};
  device.state = [&spice = stage.machine.spice] { return state_of(spice); };
  device.example = "spice connect";
  device.actions.push_back(
      {.name = "connect",
       .doc = "a viewer opens one channel; other than main, it joins the session",
       .actor = Actor::viewer,
       .arguments = {word("channel", channel_words(), "which channel it asks for"),
                     word("family", {"ipv4", "ipv6", "unix"}, "over which kind of socket"),
                     {.name = "path",
                      .kind = TriggerArgument::Kind::text,
                      .standard = kUnbound,
                      .doc = "with family=unix: the path its own socket is bound to"},
                     word("password", {"right", "wrong"}, "what it answers when asked"),
                     word("tls", {"off", "on"}, "whether the connection is encrypted")},
       .act = [viewer](const TriggerValues& values) { return viewer->connect(values); }});
  device.actions.push_back({.name = "session",
                            .doc = "a viewer opens the main channel and then all others",
                            .actor = Actor::viewer,
                            .act = [viewer](const TriggerValues&) { return viewer->open_session(); }});
  device.actions.push_back({.name = "disconnect",
                            .doc = "a viewer closes a connection; with its main channel a session ends",
                            .actor = Actor::viewer,
                            .arguments = {{.name = "connection",
                                           .standard = "0",
                                           .doc = "the connection's number; 0: all there are"}},
                            .act = [viewer](const TriggerValues& values) {
                              return viewer->disconnect(values.number("connection"));
                            }});
  return device;
}

}  // namespace qmpev
