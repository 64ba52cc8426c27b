// SPDX-License-Identifier: MIT
// One client: what it has said, what it may expect for it, and whether what it hears is that. Reads its own
// words with a reader of its own to know how many answers they are worth. Single thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "monitor/resume_command.hpp"
#include "simulation/connection.hpp"
#include "simulation/follower.hpp"
#include "simulation/journal.hpp"
#include "simulation/losses.hpp"
#include "simulation/page.hpp"
#include "simulation/verdict.hpp"
#include "wire/reader.hpp"

namespace qmpev::simulation {

class Client {
 public:
  /// `number` is its own among the clients. All references are borrowed.
  Client(std::uint64_t number, WireForm form, const std::string& greeting, bool own_unasked, Journal& journal,
         Verdict& verdict, Dice& dice);

  std::uint64_t number() const noexcept { return number_; }
  WireForm form() const noexcept { return form_; }
  /// Which it wants without a filter.
  const Wanted& unasked() const noexcept { return unasked_; }
  bool wants_own_now() const noexcept { return (changes_.empty() ? unasked_ : changes_.back().wanted)[kOwn]; }
  const std::shared_ptr<Connection>& connection() const noexcept { return connection_; }

  /// Says so.
  void say(std::string_view bytes);
  std::uint64_t next_request() noexcept { return ++last_request_; }
  /// From now on it is a connection of this follower's, who is borrowed.
  void follow(Follower& follower, Dice& dice);
  Follower* follower() const noexcept { return follower_; }
  /// Asks for what its follower misses. True when that was anything.
  bool ask_for_missing();
  /// Of the events that there are.
  std::uint64_t numbers() const noexcept { return journal_.size(); }

  /// The reply to this request of its own gets its place before the event of this index, and with it a
  /// filter.
  void place(std::uint64_t request, std::uint64_t index, const std::optional<Wanted>& wanted);
  /// The late reply to this request comes behind these events, by serial number.
  void answered_behind(std::uint64_t request, const std::vector<std::uint64_t>& serials) {
    late_.emplace(request, serials);
  }
  /// From this index on it is told of losses. `dropped` were before; nothing: that cannot be told.
  void notice_from(std::uint64_t index, std::optional<std::uint64_t> dropped);
  /// From about where on a page has all but the last few events.
  std::uint64_t edge_of_page() const noexcept { return journal_.edge_of(kMaxPageBytes, form_); }
  /// Its session ends when it has lost something.
  void end_at_loss() noexcept { ends_at_loss_ = true; }
  bool ends_at_loss() const noexcept { return ends_at_loss_; }
  /// When all has come: it knows the newest of each key, and what it has lost.
  void check_knowledge(std::uint64_t dropped);
  /// Its session hears events from this index on.
  void enter(std::uint64_t index) noexcept { entered_ = index; }
  std::optional<std::uint64_t> entered() const noexcept { return entered_; }

  /// Looks at what has come.
  void hear();
  /// Lines from where it began to hear up to `index`: those it wants, and the others.
  struct Told {
    std::uint64_t wanted = 0;
    std::uint64_t unwanted = 0;
  };
  Told count_to(std::uint64_t index);

  std::uint64_t events() const noexcept { return events_; }
  std::size_t expected() const noexcept { return expected_.size(); }
  /// It has said what may have a long answer.
  bool asked_much() const noexcept { return asked_much_; }
  bool in_the_middle_of_a_line() const noexcept { return !connection_->to_client.empty(); }

 private:
  enum class About { other, subscription, page };
  struct Expected {
    std::string id;  ///< as JSON; empty: none
    std::uint64_t request = 0;
    bool negotiation = false;
    bool out_of_band = false;
    bool enables = false;  ///< a negotiation that may enable the capability
    bool mistake = false;  ///< no request at all
    bool much = false;     ///< to a command whose answer may be long
    About about = About::other;
    std::string epoch{};     ///< that a page was asked of
    std::uint64_t from = 0;  ///< the first number asked for
    std::uint64_t said = 0;  ///< its own place among the requests
  };
  struct Change {
    std::uint64_t index;
    Wanted wanted;
    std::uint64_t request;
  };
  static Expected expect(const Reader::Item& item);
  static void expect_numbers(const Value& said, const Value* arguments, Expected& expected);
  bool wants(std::uint64_t index) const noexcept;
  void hear_text();
  void hear_line(std::string_view line, bool cut_before, bool cut_behind);
  void hear_event(std::string_view line);
  void check_kept(std::uint64_t index);
  void hear_notice(std::string_view line);
  void check_notices_by_kind();
  void hear_reply(std::string_view line, bool alone);
  void hear_subscription(std::string_view line);
  void hear_page(const Expected& asked, std::string_view line);
  void hear_no_page(const Expected& asked, std::string_view line);
  Wanted wanted_at(std::uint64_t request) const noexcept;
  /// A reply that goes with this place has come.
  void reach(std::uint64_t index);
  void skip_to(std::uint64_t index);
  static bool answers(const Expected& expected, std::string_view line);
  std::deque<Expected>::iterator find_answered(std::string_view line);
  void fail(const char* invariant, const std::string& what);

  const std::uint64_t number_;
  const WireForm form_;
  const std::string& greeting_;
  Wanted unasked_{};
  Journal& journal_;
  Verdict& verdict_;
  std::shared_ptr<Connection> connection_;

  Reader mirror_;
  std::deque<Expected> expected_;
  std::uint64_t last_request_ = 0;
  std::map<std::uint64_t, std::uint64_t> places_;             ///< by request
  std::map<std::uint64_t, std::vector<std::uint64_t>> late_;  ///< serials by request
  std::vector<Change> changes_;

  bool out_of_band_ = false;
  bool greeted_ = false;
  bool negotiated_ = false;
  std::optional<std::uint64_t> entered_;
  std::uint64_t next_ = 0;  ///< what it hears next has at least this index
  std::uint64_t events_ = 0;
  bool asked_much_ = false;
  std::map<std::pair<std::size_t, std::uint32_t>, std::uint64_t> heard_;  ///< by kind and key, the last
  std::array<std::uint64_t, kKinds.size()> heard_of_{};
  // When it listened last: what it hears later is written later, but for the line in the middle of which it
  // was.
  std::uint64_t size_then_ = 0;
  std::uint64_t tail_then_ = 0;
  bool begun_then_ = false;
  std::optional<std::uint64_t> noticed_from_;
  std::optional<std::uint64_t> dropped_before_notice_;
  Losses told_;                ///< by notices
  std::uint64_t skipped_ = 0;  ///< lines that were lost, as its place shows
  std::uint64_t numbered_from_ = UINT64_MAX;
  Follower* follower_ = nullptr;
  bool ends_at_loss_ = false;
  std::uint64_t counted_to_ = 0;
  Told counted_;
};

}  // namespace qmpev::simulation
