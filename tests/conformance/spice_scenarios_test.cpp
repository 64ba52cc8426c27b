// SPDX-License-Identifier: MIT
// Every captured SPICE scenario, played again: the same viewers at the same addresses take the same steps,
// and our model gives the same lines in the same order, byte for byte but for the time. The table is made by
// hand from the scenarios' texts; a captured scenario without a row fails. Where a capture begins in the
// middle of a connection's life, what led there is played unseen.
#include <map>
#include <memory>
#include <set>

#include <catch2/catch.hpp>

#include "devices/spice_endpoint.hpp"
#include "devices/spice_server.hpp"
#include "support/captures.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;
using Lines = std::vector<std::string>;

namespace {

struct Place {
  NetworkAddressFamily family;
  std::string host;
  std::string server_port;
};
const Place kPlain{NetworkAddressFamily::ipv4, "127.0.0.1", "35815"},
    kGlib{NetworkAddressFamily::ipv4, "127.0.0.1", "52769"},
    kTicket{NetworkAddressFamily::ipv4, "127.0.0.1", "36513"},
    kTls{NetworkAddressFamily::ipv4, "127.0.0.1", "36099"},
    kMainNeedsTls{NetworkAddressFamily::ipv4, "127.0.0.1", "39421"},
    kIpv6{NetworkAddressFamily::ipv6, "::1", "60837"},
    kUnix{NetworkAddressFamily::unix_socket, "", "spice.sock"},
    kPair{NetworkAddressFamily::unix_socket, "", ""},
    kWildcard{NetworkAddressFamily::ipv4, "127.0.0.1", "5999"};

/// What one connection does; `port` is the viewer's and names it.
struct Step {
  enum class Kind { connect, link, up, close, seen } kind;
  std::string port{};
  SpiceLink link{};
  std::string password{};
};

Step connect(const std::string& port) {
  return {Step::Kind::connect, port};
}
/// The link message and the password, from a viewer whom the model judges.
Step link(const std::string& port, SpiceLink link = {}, const std::string& password = "secret") {
  return {Step::Kind::link, port, link, password};
}
/// What a real server's library says: the channel is up.
Step up(const std::string& port, std::int32_t id, std::uint8_t type) {
  return {Step::Kind::up, port, {id, type}};
}
Step close(const std::string& port) {
  return {Step::Kind::close, port};
}
/// Everything before this is not in the capture.
const Step kSeenFromHere{Step::Kind::seen};

SpiceLink tls() {
  SpiceLink link;
  link.tls = true;
  return link;
}
SpiceLink of_version(std::uint32_t major) {
  SpiceLink link;
  link.major = major;
  return link;
}
SpiceLink of_size(std::uint32_t bytes) {
  SpiceLink link;
  link.bytes = bytes;
  return link;
}

struct Scenario {
  Place place;
  std::vector<std::int32_t> ids;  ///< of the sessions that the model opens
  std::vector<Step> steps;
};

constexpr std::int32_t kGlibId = -1226420751;
const std::string k30(30, 'c'), k31(31, 'c'), k40(40, 'c');

const std::map<std::string, Scenario>& table() {
  static const std::map<std::string, Scenario> rows = {
      {"raw TCP close without link", {kPlain, {}, {connect("52758"), kSeenFromHere, close("52758")}}},
      {"link main channel, ticketing disabled",
       {kPlain, {-363126518}, {connect("52780"), link("52780", {}, "")}}},
      {"main channel closed",
       {kPlain, {5}, {connect("52780"), link("52780"), kSeenFromHere, close("52780")}}},
      {"raw TCP oversized link message", {kPlain, {}, {connect("52792"), link("52792", of_size(1'000'000))}}},
      {"link with wrong major version", {kPlain, {}, {connect("52802"), link("52802", of_version(9))}}},
      {"second main client while first connected (first is kicked)",
       {kPlain,
        {-1385977196, 909423338},
        {connect("52818"), link("52818"), connect("52824"), link("52824")}}},
      {"link inputs channel with unknown connection_id",
       {kPlain, {}, {connect("52830"), link("52830", {12345, kSpiceInputs})}}},
      {"linked before quit", {kPlain, {-1225338031}, {connect("52834"), link("52834")}}},
      {"quit while a client is connected", {kPlain, {5}, {connect("52834"), link("52834"), kSeenFromHere}}},
      {"spice-glib client session connects (all channels)",
       {kGlib,
        {kGlibId},
        {connect("36720"), link("36720"), connect("36728"), connect("36740"), connect("36742"),
         connect("36750"), connect("36752"), link("36742", {kGlibId, kSpicePlayback}),
         link("36750", {kGlibId, kSpiceRecord}), link("36752", {kGlibId, kSpiceInputs}),
         link("36728", {kGlibId, kSpiceDisplay}), link("36740", {kGlibId, kSpiceCursor})}}},
      // The viewer closes all at once, and the display's thread is the last to notice: a real server says so.
      {"spice-glib client session disconnects",
       {kGlib,
        {},
        {connect("36720"), up("36720", kGlibId, kSpiceMain), connect("36728"),
         up("36728", kGlibId, kSpiceDisplay), connect("36740"), connect("36742"), connect("36750"),
         connect("36752"), kSeenFromHere, close("36752"), close("36750"), close("36742"), close("36740"),
         close("36720"), close("36728")}}},
      {"auth spice, correct password", {kTicket, {286492582}, {connect("56506"), link("56506")}}},
      {"close", {kTicket, {5}, {connect("56506"), link("56506"), kSeenFromHere, close("56506")}}},
      {"auth spice, wrong password", {kTicket, {}, {connect("56512"), link("56512", {}, "wrong")}}},
      {"spice-glib client with password disconnects",
       {kTicket,
        {},
        {connect("56524"), up("56524", 5, kSpiceMain), connect("56526"), up("56526", 5, kSpiceDisplay),
         connect("56534"), connect("56544"), kSeenFromHere, close("56544"), close("56534"), close("56524"),
         close("56526")}}},
      {"TLS port: TCP connect before handshake", {kTls, {}, {connect("58376")}}},
      {"TLS port: main channel linked",
       {kTls, {439839508}, {connect("58376"), kSeenFromHere, link("58376", tls())}}},
      {"TLS port: plaintext garbage", {kTls, {}, {connect("50168"), close("50168")}}},
      {"tls-channel=main, main linked over plaintext port",
       {kMainNeedsTls, {}, {connect("51124"), link("51124")}}},
      {"IPv6 ::1 main channel linked", {kIpv6, {-417473442}, {connect("58066"), link("58066")}}},
      {"IPv6 close", {kIpv6, {5}, {connect("58066"), link("58066"), kSeenFromHere, close("58066")}}},
      {"unix socket, unnamed client, main channel linked", {kUnix, {914806971}, {connect(""), link("")}}},
      {"unix socket, bound client", {kUnix, {2117728300}, {connect(k40), link(k40)}}},
      {"unix close (bound client)", {kUnix, {5}, {connect(k40), link(k40), kSeenFromHere, close(k40)}}},
      {"emitted before the reply to "
       "{\"execute\":\"add_client\",\"arguments\":{\"protocol\":\"spice\",\"fdname\":\"f1\",\"skipauth\":"
       "true}}",
       {kPair, {}, {connect("")}}},
      {"add_client over socketpair", {kPair, {-2093537097}, {connect(""), kSeenFromHere, link("")}}},
      {"add_client close", {kPair, {5}, {connect(""), link(""), kSeenFromHere, close("")}}},
      {"no addr= given (wildcard bind, isolated netns), client via 127.0.0.1",
       {kWildcard, {744194905}, {connect("56616"), link("56616"), close("56616")}}},
      {"unix socket, client bound to a 7 character path",
       {kUnix, {502141783}, {connect("cl.sock"), link("cl.sock")}}},
      {"close (client path of 7 characters)",
       {kUnix, {5}, {connect("cl.sock"), link("cl.sock"), kSeenFromHere, close("cl.sock")}}},
      {"close (client path of 30 characters)",
       {kUnix, {5}, {connect(k30), link(k30), kSeenFromHere, close(k30)}}},
      {"unix socket, client bound to a 31 character path", {kUnix, {-1485314796}, {connect(k31), link(k31)}}},
      {"close (client path of 31 characters)",
       {kUnix, {5}, {connect(k31), link(k31), kSeenFromHere, close(k31)}}},
      {"unix socket, client bound to a 40 character path", {kUnix, {-614559044}, {connect(k40), link(k40)}}},
      {"close (client path of 40 characters)",
       {kUnix, {5}, {connect(k40), link(k40), kSeenFromHere, close(k40)}}},
      {"close (abstract client)", {kUnix, {5}, {connect(""), link(""), kSeenFromHere, close("")}}},
  };
  return rows;
}

/// The model at one place, and its viewers by their ports.
class Stage {
 public:
  explicit Stage(const Scenario& scenario) : place_(scenario.place), ids_(scenario.ids) {
    SpiceConfig config;
    config.auth = place_.server_port == kTicket.server_port ? "spice" : "none";
    config.password = "secret";
    if (place_.server_port == kMainNeedsTls.server_port) config.tls_channels = 1u << kSpiceMain;
    config.draw_connection_id = [this] { return ids_.at(drawn_++); };
    server_ = std::make_unique<SpiceServer>(recorder_.emitter, config);
  }

  void take(const Step& step) {
    switch (step.kind) {
      case Step::Kind::connect:
        viewers_[step.port] = server_->accept(end(place_.server_port), end(step.port));
        return;
      case Step::Kind::link:
        if (!server_->link(viewers_.at(step.port), step.link))
          server_->authenticate(viewers_.at(step.port), step.password);
        return;
      case Step::Kind::up:
        server_->initialize(viewers_.at(step.port),
                            {step.link.connection_id, step.link.channel_type, 0, false});
        return;
      case Step::Kind::close:
        return server_->close(viewers_.at(step.port));
      case Step::Kind::seen:
        unseen_ = recorder_.lines(WireForm::qemu).size();
    }
  }
  Lines seen() {
    Lines lines = recorder_.lines(WireForm::qemu);
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(unseen_));
    return test::without_times(lines);
  }
  std::size_t ids_left() const { return ids_.size() - drawn_; }

 private:
  SpiceAddress end(const std::string& port) const { return spice_endpoint(place_.family, place_.host, port); }

  test::RecordingEmitter recorder_;
  Place place_;
  std::vector<std::int32_t> ids_;
  std::size_t drawn_ = 0;
  std::unique_ptr<SpiceServer> server_;
  std::map<std::string, SpiceServer::ConnectionNumber> viewers_;
  std::size_t unseen_ = 0;
};

/// The captured lines of a scenario, but for SHUTDOWN, which is the machine's.
Lines captured(const std::string& scenario) {
  Lines lines;
  for (const test::Capture& capture : test::captures())
    if (capture.group.rfind("spice", 0) == 0 && capture.scenario == scenario &&
        capture.name.rfind("SPICE_", 0) == 0)
      lines.push_back(test::without_time(capture.line));
  return lines;
}

}  // namespace

TEST_CASE("every captured SPICE scenario has a row, and every row a capture", "[conformance]") {
  std::set<std::string> scenarios, rows;
  for (const test::Capture& capture : test::captures())
    if (capture.group == "spice" || capture.group == "spice2") scenarios.insert(capture.scenario);
  for (const auto& row : table()) rows.insert(row.first);
  CHECK(scenarios.size() == 36);
  CHECK(rows == scenarios);
}

TEST_CASE("every captured SPICE scenario gives the captured lines in their order", "[conformance]") {
  for (const auto& row : table()) {
    INFO(row.first);
    Stage stage(row.second);
    for (const Step& step : row.second.steps) stage.take(step);
    CHECK(stage.seen() == captured(row.first));
    CHECK(stage.ids_left() == 0);
  }
}
