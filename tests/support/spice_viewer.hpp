// SPDX-License-Identifier: MIT
// A real SPICE client (spice-client-glib), and a process with a SPICE server seen by a QMP client. Everything
// that waits has a bound. One thread, on the default context.
#pragma once

#include <sys/prctl.h>
#include <sys/socket.h>

#include <csignal>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <spice-client.h>

#include "support/qmp_client.hpp"

namespace qmpev::test {

inline constexpr gint64 kPatienceUs = 20'000'000;  // a test that waits longer has failed

struct Unref {
  void operator()(gpointer object) const noexcept { g_object_unref(object); }
};
template <class T>
using Object = std::unique_ptr<T, Unref>;

/// Lets the client work until `there` says so; false when patience is at its end.
template <class There>
bool wait_until(There there) {
  const gint64 end = g_get_monotonic_time() + kPatienceUs;
  constexpr guint kLookAgainMs = 5;  // what is waited for comes through a socket that is no source here
  while (!there()) {
    if (g_get_monotonic_time() > end) return false;
    const guint wake = g_timeout_add(
        kLookAgainMs, [](gpointer) -> gboolean { return G_SOURCE_CONTINUE; }, nullptr);
    g_main_context_iteration(nullptr, TRUE);
    g_source_remove(wake);
  }
  return true;
}

struct Event {
  std::string name;
  std::string port;
  std::string family;
  std::string auth;
  int type = 0;
  gint64 id = 0;
};

/// The client's library complains of itself when a channel outlives its session, as some do. That is not
/// what is tested, so only here nobody is ended for it (G_DEBUG=fatal-criticals is for the program).
[[maybe_unused]] inline const GLogLevelFlags kFatalBefore = g_log_set_always_fatal(G_LOG_LEVEL_ERROR);

/// Ends with this object, also when a test gives up on the way, and with this process, however that ends.
class Process {
 public:
  void start(const std::vector<const char*>& words) {
    const Object<GSubprocessLauncher> launcher(g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE));
    g_subprocess_launcher_set_child_setup(
        launcher.get(), [](gpointer) { ::prctl(PR_SET_PDEATHSIG, SIGKILL); }, nullptr, nullptr);
    process_.reset(g_subprocess_launcher_spawnv(launcher.get(), words.data(), nullptr));
    REQUIRE(process_);
  }
  ~Process() { end(); }
  /// True when it ended cleanly.
  bool end() {
    if (!process_) return true;
    g_subprocess_send_signal(process_.get(), SIGTERM);
    g_subprocess_wait(process_.get(), nullptr, nullptr);
    return g_subprocess_get_successful(std::exchange(process_, nullptr).get()) != FALSE;
  }
  GInputStream* output() const { return g_subprocess_get_stdout_pipe(process_.get()); }

 private:
  Object<GSubprocess> process_;
};

/// A process with a SPICE server, and a monitor of it.
class Machine {
 public:
  /// `words` start it; it tells where its SPICE server is with the last word of the line number `lines`, and
  /// then listens at `socket`.
  Machine(const std::vector<const char*>& words, int lines, const std::string& socket) {
    process_.start(words);
    const Object<GDataInputStream> output(g_data_input_stream_new(process_.output()));
    for (int line = 0; line < lines; ++line) {
      char* text = g_data_input_stream_read_line(output.get(), nullptr, nullptr, nullptr);
      REQUIRE(text != nullptr);
      address_ = text;
      g_free(text);
    }
    address_ = address_.substr(address_.rfind(' ') + 1);
    client_ = QmpClient::connect(socket);
    REQUIRE(client_);
    REQUIRE(client_->send("{\"execute\": \"qmp_capabilities\"}"));
    REQUIRE(client_->line());
    REQUIRE(client_->line() == "{\"return\": {}}");
  }
  ~Machine() { CHECK(process_.end()); }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  const std::string& address() const { return address_; }

  /// Reads what has come; true when there are `count` events of that name since `events` was cleared.
  bool has(const std::string& name, std::size_t count) {
    while (const auto line = next()) take(*line);
    return of(name).size() >= count;
  }
  std::vector<Event> of(const std::string& name) const {
    std::vector<Event> found;
    for (const Event& event : events)
      if (event.name == name) found.push_back(event);
    return found;
  }
  /// query-spice's answer as text; empty when there is none.
  std::string query() {
    std::string answer;
    client_->send("{\"execute\": \"query-spice\"}");
    wait_until([&] {
      while (answer.empty()) {
        const auto line = next();
        if (!line) return false;
        if (line->find("{\"return\"") == 0)
          answer = *line;
        else
          take(*line);
      }
      return true;
    });
    return answer;
  }

  std::vector<Event> events;

 private:
  /// The next whole line that has come.
  std::optional<std::string> next() {
    char bytes[4096];
    for (ssize_t count; (count = ::recv(client_->fd(), bytes, sizeof bytes, MSG_DONTWAIT)) > 0;)
      text_.append(bytes, static_cast<std::size_t>(count));
    const std::size_t end = text_.find("\r\n");
    if (end == std::string::npos) return {};
    std::string line = text_.substr(0, end);
    text_.erase(0, end + 2);
    return line;
  }
  void take(const std::string& line) {
    JsonNode* node = json_from_string(line.c_str(), nullptr);
    JsonObject* object = json_node_get_object(node);
    Event event{json_object_get_string_member(object, "event"), "", "", "", 0, 0};
    if (json_object_has_member(object, "data")) {
      JsonObject* data = json_object_get_object_member(object, "data");
      JsonObject* client = json_object_get_object_member(data, "client");
      JsonObject* server = json_object_get_object_member(data, "server");
      event.port = json_object_get_string_member(client, "port");
      event.family = json_object_get_string_member(client, "family");
      event.auth = json_object_get_string_member_with_default(server, "auth", "");
      event.type = static_cast<int>(json_object_get_int_member_with_default(client, "channel-type", 0));
      event.id = json_object_get_int_member_with_default(client, "connection-id", 0);
    }
    events.push_back(event);
    json_node_unref(node);
  }

  Process process_;
  std::string address_;
  std::optional<QmpClient> client_;
  std::string text_;  ///< what has come behind the last whole line
};

/// A viewer that opens every channel the server offers. Its channels may outlive it, so what they are told is
/// theirs, too.
class Viewer {
 public:
  Viewer(const std::string& address, const char* password) : session_(spice_session_new()) {
    g_object_set(session_.get(), "uri", address.c_str(), "password", password, nullptr);
    connect(session_.get(), "channel-new", G_CALLBACK(on_channel), told_);
    spice_session_connect(session_.get());
  }
  ~Viewer() { disconnect(); }
  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;

  void disconnect() { spice_session_disconnect(session_.get()); }
  bool has_screen() const { return told_->screen; }
  bool was_told(SpiceChannelEvent event) const { return told_->events.count(event) != 0; }

 private:
  struct What {
    std::set<SpiceChannelEvent> events;
    bool screen = false;
  };
  using Told = std::shared_ptr<What>;

  static void connect(gpointer object, const char* signal, GCallback callback, const Told& told) {
    g_signal_connect_data(
        object, signal, callback, new Told(told),
        [](gpointer data, GClosure*) { delete static_cast<Told*>(data); }, GConnectFlags{});
  }
  static void on_channel(SpiceSession*, SpiceChannel* channel, gpointer told) {
    connect(channel, "channel-event", G_CALLBACK(on_event), *static_cast<Told*>(told));
    if (SPICE_IS_DISPLAY_CHANNEL(channel))
      connect(channel, "display-primary-create", G_CALLBACK(on_screen), *static_cast<Told*>(told));
    spice_channel_connect(channel);
  }
  static void on_screen(SpiceChannel*, gint, gint, gint, gint, gint, gpointer, gpointer told) {
    (*static_cast<Told*>(told))->screen = true;
  }
  static void on_event(SpiceChannel*, SpiceChannelEvent event, gpointer told) {
    (*static_cast<Told*>(told))->events.insert(event);
  }

  Told told_ = std::make_shared<What>();
  Object<SpiceSession> session_;
};

inline constexpr const char* kConnected = "SPICE_CONNECTED";
inline constexpr const char* kInitialized = "SPICE_INITIALIZED";
inline constexpr const char* kDisconnected = "SPICE_DISCONNECTED";

inline std::set<int> types_of(const std::vector<Event>& events) {
  std::set<int> types;
  for (const Event& event : events) types.insert(event.type);
  return types;
}

inline std::multiset<std::string> ports_of(const std::vector<Event>& events) {
  std::multiset<std::string> ports;
  for (const Event& event : events) ports.insert(event.port);
  return ports;
}

}  // namespace qmpev::test
