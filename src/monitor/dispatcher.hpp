// SPDX-License-Identifier: MIT
// From one item of input to the one line that answers it, or to the call that will: QMP's checks in QEMU's
// order and words, then the command. Knows commands by name; knows of a session only what an Asker says. Loop
// thread.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <qmpev/protocol.hpp>
#include <qmpev/result.hpp>
#include <qmpev/statistics.hpp>
#include <qmpev/wire_form.hpp>

#include "monitor/call.hpp"
#include "monitor/command_result.hpp"
#include "monitor/event_catalogue.hpp"
#include "wire/argument_shape.hpp"
#include "wire/qapi_tables.hpp"
#include "wire/reader.hpp"
#include "wire/request.hpp"
#include "wire/value.hpp"

namespace qmpev {

/// What a successful command means for the session that sent it.
enum class Effect {
  none,
  negotiated,  ///< command mode begins with this reply
  filtered,    ///< events behind this reply are those that its arguments name
  subscribed,  ///< events behind this reply are numbered
  noticed,     ///< losses are told, or not, behind this reply
  input_over,  ///< no further command of this session is answered (quit)
};

/// Who asks, as far as an answer depends on it.
struct Asker {
  bool negotiated = false;  ///< past qmp_capabilities
  ListenerRole role = ListenerRole::full;
  WireForm form = WireForm::document;
  bool oob = false;  ///< has enabled out-of-band execution
  RegisteredEvents registered_events = RegisteredEvents::on_request;
  EventSet wanted{};                      ///< what it receives: its filter
  std::optional<PeerCredentials> peer{};  ///< who it is, where that can be told
};

class Dispatcher {
 public:
  // Each runs with an object whose members satisfy the arguments it was registered with, and must not throw.
  using Handler = std::function<CommandResult(const Value& arguments)>;
  using AskerHandler = std::function<CommandResult(const Value& arguments, const Asker& asker)>;
  using LateHandler = std::function<void(const Value& arguments, Call call)>;

  /// Gives the whole line of the reply, and is asked when everything before that lies in the event log.
  using PlacedHandler =
      std::function<std::string(const Value& arguments, const Asker& asker, const std::optional<Value>& id)>;

  /// A command, with exactly one of its handlers.
  struct Entry {
    ArgumentShape arguments{};  ///< none listed: what the schema says, when it has a command of this name
    Handler handler{};
    AskerHandler handler_for{};  ///< answers differently to different askers
    LateHandler later{};         ///< answers when it can
    PlacedHandler in_place{};    ///< speaks of the event log at the place of its reply
    Effect effect = Effect::none;
    bool events_only = false;             ///< also for askers with that role
    std::optional<WireForm> only_form{};  ///< for askers with that wire form alone
    // The schema may say both, too.
    bool allow_oob = false;        ///< may be executed out of band; answers at once, and quickly
    bool allow_preconfig = false;  ///< also before the machine is built
  };
  struct Reply {
    std::string line;  ///< with CR LF; empty when `call` has the answer, now or later
    Effect effect = Effect::none;
    std::shared_ptr<PendingCall> call{};
    bool oob = false;     ///< with Effect::negotiated: out-of-band execution is enabled from here on
    EventSet wanted{};    ///< with Effect::negotiated and Effect::filtered
    bool notice = false;  ///< with Effect::noticed
    /// Not empty: gives `line`, when everything before the reply lies in the event log.
    std::function<std::string()> in_place{};
  };

  /// Knows qmp_capabilities from the start. `wake`: see CallDesk.
  explicit Dispatcher(
      const Version& version, std::function<void()> wake = [] {});

  /// Fails with invalid_argument when the name is not one QAPI allows, or taken, an argument named twice,
  /// not exactly one handler there, or allowed out of band what answers later.
  Result<void> add(std::string name, Entry entry);
  Result<void> add(std::string name, ArgumentShape arguments, Handler handler, Effect effect = Effect::none);
  /// `preconfig` says, at each command, whether the machine has yet to be built. Empty: it never has.
  void set_preconfig(std::function<bool()> preconfig) { preconfig_ = std::move(preconfig); }
  /// Answers one item, or begins its call.
  Reply answer(Reader::Item item, const Asker& asker) const;
  const std::string& greeting() const noexcept { return greeting_; }
  /// The commands there are for who asks, in order of the alphabet; borrowed until one is added.
  std::vector<QapiCommand> commands(const Asker& asker) const;
  EventCatalogue& events() noexcept { return events_; }
  /// Those that who asks is told of, by EventKind; borrowed until one is added.
  std::span<const QapiEvent> events(const Asker& asker) const noexcept;
  /// Where the answers of calls arrive.
  CallDesk& calls() const noexcept { return *calls_; }

 private:
  /// An entry, and what the schema knows of it: null for names that are an embedder's own.
  struct Registered {
    Entry entry;
    const QapiCommand* schema;
    bool is_for(const Asker& asker) const noexcept;
  };
  Reply run(const Entry& entry, Request request, const Asker& asker) const;
  /// Null when there is none for who asks.
  const Entry* find(const std::string& name, const Asker& asker) const;
  std::string why_not_found(const std::string& name, const Asker& asker) const;

  std::string greeting_;
  std::shared_ptr<CallDesk> calls_;
  std::map<std::string, Registered, std::less<>> commands_;
  std::function<bool()> preconfig_;
  EventCatalogue events_;
};

}  // namespace qmpev
