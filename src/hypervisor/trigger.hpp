// SPDX-License-Identifier: MIT
// What a person, a script or a scenario can make a device do. Each device brings a TriggerDevice; the command
// x-qmpev-trigger, the verb `trigger` and scenarios all work from the same table, so that nothing can be
// triggered in one way only. A trigger does what a guest, a viewer or the host would do, through the device's
// registers; it never fires a hook itself. Thread: the table is constant after it is built; act() runs on the
// thread of its actor, state() on the loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/result.hpp>

namespace qmpev {

/// Who acts: the guest writes registers (guest thread), a SPICE viewer connects (viewer thread), the host
/// does something to the machine (loop thread).
enum class Actor { guest, viewer, host };

/// One `name=value` of a trigger.
struct TriggerArgument {
  enum class Kind {
    number,  ///< 12, 0x81, and for sizes 4K, 128M, 2G
    text,
    word,  ///< one of `words`
  };
  std::string name;
  Kind kind = Kind::number;
  std::string
      standard;  ///< what it is when it is not given, as a person would write it; empty: must be given
  std::string doc;
  std::uint64_t max = UINT32_MAX;    ///< of a number, inclusive
  std::vector<std::string> words{};  ///< of a word
};

/// The checked arguments of one trigger: every one of its action has a value.
class TriggerValues {
 public:
  /// Aborts when the action has no such argument, or one of another kind: that is a bug of the table.
  std::uint64_t number(std::string_view name) const;
  const std::string& text(std::string_view name) const;  ///< of a text or a word

  void set(std::string name, std::uint64_t number) { numbers_[std::move(name)] = number; }
  void set(std::string name, std::string text) { texts_[std::move(name)] = std::move(text); }

 private:
  std::map<std::string, std::uint64_t, std::less<>> numbers_;
  std::map<std::string, std::string, std::less<>> texts_;
};

struct TriggerAction {
  std::string name;
  std::string doc;  ///< what happens, for a list; no full stop
  Actor actor = Actor::guest;
  std::vector<TriggerArgument> arguments{};
  /// Acts and returns when it is done. Says what was done, without the actor: "wrote 0x01 to port 0x505". A
  /// guest's action may wait with Guest::rest(). Fails with a sentence that says what to do.
  std::function<Result<std::string>(const TriggerValues&)> act{};
};

struct TriggerDevice {
  std::string name;  ///< "pvpanic"
  std::string doc;
  /// Its live values on one line: "panic action pause, guest-panicked". Loop thread.
  std::function<std::string()> state{};
  std::vector<TriggerAction> actions{};  ///< the first is the one that is meant when none is named
  std::string example;                   ///< what to paste behind `qmpev trigger`: "pvpanic panicked"
};

/// A trigger as somebody wrote it, before it is known to make sense.
struct TriggerRequest {
  std::string device;
  std::string action;                            ///< empty: the device's first
  std::map<std::string, std::string> arguments;  ///< values as a person writes them
};

/// A trigger that can be carried out; borrows the table.
struct Trigger {
  const TriggerDevice* device;
  const TriggerAction* action;
  TriggerValues values;
};

/// Fails with invalid_argument and a sentence that lists what there is instead.
Result<Trigger> find_trigger(const std::vector<TriggerDevice>& table, const TriggerRequest& request);

/// "12", "0x81", "128M". Fails with invalid_argument.
Result<std::uint64_t> parse_number(std::string_view text);

}  // namespace qmpev
