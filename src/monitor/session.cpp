// SPDX-License-Identifier: MIT
// Mechanism: every call from outside is a Turn; whatever callbacks do meanwhile (end the server, call back
// in) only sets flags, and the end of the outermost turn acts on them. So no function here finds itself
// closed halfway.
#include "monitor/session.hpp"

#include <cerrno>
#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "wire/request.hpp"

namespace qmpev {
class Session::Turn {
 public:
  explicit Turn(Session& session) noexcept : session_(session) { ++session_.turns_; }
  ~Turn() {
    if (session_.turns_ == 1) session_.finish_turn();
    --session_.turns_;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Session& session_;
};

Session::Session(SessionSurroundings& surroundings, SessionOwner& owner, std::unique_ptr<Stream> stream,
                 const MonitorTraits& traits, Seat seat, std::uint64_t id)
    : around_(surroundings),
      owner_(owner),
      stream_(std::move(stream)),
      name_(traits.name),
      id_(id),
      on_loss_(traits.on_loss),
      asker_{.role = traits.role,
             .form = traits.form,
             .registered_events = traits.registered_events,
             .peer = stream_->peer()},
      seat_(std::move(seat)),
      intake_(surroundings.input, surroundings.counters, surroundings.limits),
      outbox_(surroundings.log, traits.form, surroundings.counters) {}

Session::~Session() {
  if (call_) call_->cancel();
  if (state_ != State::closed) stream_->close();
}

void Session::start() noexcept {
  const Turn turn(*this);
  stream_->attach(*this);
  outbox_.push_reply(around_.dispatcher.greeting(), true);
  write_output(Share::budget);
}

void Session::ready(Readiness readiness) noexcept {
  const Turn turn(*this);
  if (state_ == State::closed) return;
  if (readiness.gone) gone_ = true;
  if (readiness.writable) blocked_ = false;
  if (readiness.readable && handling_) look_away();
  if (readiness.readable && !handling_) read_input();
  handle_items();
  write_output(Share::budget);
}

void Session::answered() noexcept {
  const Turn turn(*this);
  if (state_ == State::closed) return;
  take_answer();
  handle_items();
  write_output(Share::budget);
}

void Session::flush() noexcept {
  const Turn turn(*this);
  if (state_ != State::closed) write_output(Share::budget);
}

void Session::write_all() noexcept {
  const Turn turn(*this);
  if (state_ != State::closed) write_output(Share::everything);
}

void Session::proceed() noexcept {
  const Turn turn(*this);
  put_off_ = false;
  if (state_ == State::closed) return;
  handle_items();
  write_output(Share::budget);
}

void Session::end() noexcept {
  const Turn turn(*this);
  ending_ = true;
}

bool Session::all_sent() const noexcept {
  return state_ == State::closed || (outbox_.empty() && !stream_->holds_output());
}

bool Session::sent_up_to(std::uint64_t place) const noexcept {
  return outbox_.sent_up_to(place) && !stream_->holds_output();
}

SessionStatistics Session::statistics() const {
  QMPEV_ASSERT(state_ != State::closed);
  return {.id = id_,
          .listener = name_,
          .form = asker_.form,
          .role = asker_.role,
          .state = static_cast<SessionState>(state_),  // the same, but for closed
          .peer = asker_.peer,
          .position = outbox_.position(),
          .unsent = outbox_.unsent_lines(),
          .unsent_reply_bytes = outbox_.unsent_reply_bytes(),
          .delivered = outbox_.delivered(),
          .dropped = outbox_.dropped(),
          .filtered = outbox_.filtered()};
}

// --- the end of a turn ---

void Session::finish_turn() noexcept {
  if (state_ == State::closed) return;
  if (!loss_reported_ && outbox_.dropped() != 0) meet_loss();
  const auto nobody_waits = [this] { return ending_ || gone_ || outbox_.lost(); };
  // What was queued behind the call is dropped, as by QEMU, and what is still unread not carried out instead.
  if (call_ && intake_.queued() && nobody_waits()) intake_.end();
  // What is told of the cancellation may run the loop, which begins the next one.
  while (call_ && (nobody_waits() || input_over_for_loss())) cancel_call();
  // Its answer may have come just then, and nobody else would write it.
  if (input_over_for_loss()) write_output(Share::budget);
  QMPEV_ASSERT(!input_ended_ || !intake_.unread());  // nobody reads on while something is unread
  const bool input_done = input_ended_ && !call_ && !intake_.queued();
  if (input_done) {
    leave_command();
    state_ = State::closing;
  }
  if (ending_) {
    write_output(Share::everything);
    close();
  } else if (input_done && (outbox_.lost() || all_sent())) {
    close();
  } else {
    put_off_rest();
    say_what_is_wanted();
  }
}

void Session::put_off_rest() noexcept {
  if (put_off_ || !(may_answer() || may_take_in())) return;
  put_off_ = true;
  owner_.put_off(*this);
}

void Session::say_what_is_wanted() noexcept {
  const bool input = may_read();
  if (input == wanted_input_ && blocked_ == wanted_output_) return;
  wanted_input_ = input;
  wanted_output_ = blocked_;
  stream_->want(input, blocked_);
}

/// The first one.
void Session::meet_loss() noexcept {
  loss_reported_ = true;
  const bool closes = on_loss_ == OnLoss::close;
  if (closes) {
    ++around_.counters.closed_for_loss;
    intake_.end();
    input_ended_ = true;
    outbox_.finish_at_gap();
  }
  if (!around_.log_callback) return;
  around_.log_callback(LogLevel::warning,
                       "a client of " + name_ + " reads too slowly: it has lost " +
                           std::to_string(outbox_.dropped()) +
                           (closes ? " events and is closed" : " events so far (said once per client)"));
}

void Session::close() noexcept {
  cancel_call();
  leave_command();
  state_ = State::closed;
  outbox_.lose();
  intake_.end();
  stream_->close();
  seat_ = Seat();
  owner_.closed(*this);
}

// --- input ---

bool Session::may_read() const noexcept {
  // What was read is handled first, and that waits for replies to be read and for the call that is pending.
  return state_ != State::greeting && state_ != State::closed && !input_ended_ && !intake_.unread() &&
         may_go_past_call();
}

bool Session::may_handle() const noexcept {
  return state_ != State::greeting && state_ != State::closed && !suspended_ && !intake_.over() && !ending_;
}

bool Session::may_answer() const noexcept {
  return intake_.queued() && !call_ && may_handle();
}

bool Session::may_take_in() const noexcept {
  return intake_.unread() && may_go_past_call() && may_handle();
}

bool Session::may_go_past_call() const noexcept {
  return !call_ || (asker_.oob && !intake_.queue_full());
}

void Session::look_away() noexcept {
  // A handler runs the loop, which shall not turn around us meanwhile. The end of the turn sets it right.
  const bool output = wanted_output_ && !gone_;
  if (!wanted_input_ && output == wanted_output_) return;
  wanted_input_ = false;
  wanted_output_ = output;
  stream_->want(false, output);
}

void Session::read_input() noexcept {
  if (!may_read()) return;
  const ssize_t result = stream_->read(around_.read_buffer.get(), kReadBudgetBytes);
  if (result == -EAGAIN || result == -EINTR) return;
  if (result < 0) {
    outbox_.lose();
    blocked_ = false;  // nothing waits for room any more, and nobody may come to tell of it
  }
  if (result <= 0) {
    input_ended_ = true;
  } else {
    intake_.push({around_.read_buffer.get(), static_cast<std::size_t>(result)});
  }
}

void Session::handle_items() noexcept {
  if (handling_) return;  // a handler runs the loop: its own command is answered first
  handling_ = true;
  for (std::size_t budget = kItemBudget; budget > 0 && handle_one(); --budget) {
  }
  handling_ = false;
  if (auto refusal = intake_.refuse_heavy()) take_in(std::move(*refusal));
}

bool Session::handle_one() noexcept {
  // Those that waited come before those that are still unread, out-of-band ones included: an order that does
  // not depend on how fast anybody is.
  if (may_answer()) {
    reply_to(intake_.pop());
    return true;
  }
  if (!may_take_in()) return false;
  if (auto item = intake_.next()) take_in(std::move(*item));
  return true;
}

void Session::take_in(Reader::Item item) noexcept {
  const bool at_once = !call_ || (item.value && is_out_of_band(*item.value));
  if (at_once) return reply_to(std::move(item));
  intake_.queue(std::move(item));
}

void Session::reply_to(Reader::Item item) noexcept {
  Dispatcher::Reply reply = around_.dispatcher.answer(std::move(item), asker_);
  if (!reply.call) return push_reply(std::move(reply));
  QMPEV_ASSERT(!call_);
  call_ = std::move(reply.call);
  call_->set_caller(*this);
  take_answer();
}

void Session::take_answer() noexcept {
  if (!call_) return;
  std::optional<std::string> line = call_->take();
  if (!line) return;
  call_.reset();
  push_reply({std::move(*line)});
}

void Session::cancel_call() noexcept {
  take_answer();
  // What is told of it may come back to us.
  if (const auto call = std::exchange(call_, nullptr)) call->cancel();
}

void Session::push_reply(Dispatcher::Reply reply) noexcept {
  if (reply.effect == Effect::negotiated) {
    asker_.oob = reply.oob;
    enter_command();
  }
  // What the command emitted comes before its reply.
  around_.source.settle();
  if (reply.effect == Effect::negotiated) outbox_.follow_events(reply.wanted);
  if (reply.effect == Effect::filtered) outbox_.filter_events(reply.wanted);
  if (reply.effect == Effect::subscribed) {
    outbox_.number_events();
    subscribed_ = true;
    owner_.subscribed(hears_registered_);
  }
  if (reply.in_place) reply.line = reply.in_place();
  if (reply.effect == Effect::noticed) {
    outbox_.tell_losses(reply.notice, around_.dispatcher.events());
  }
  if (reply.effect == Effect::negotiated || reply.effect == Effect::filtered) {
    asker_.wanted = reply.wanted;
    hear_registered((reply.wanted & ~schema_events()).any());
  }
  outbox_.push_reply(reply.line, reply.effect == Effect::negotiated);
  if (reply.effect == Effect::input_over) intake_.end();
  compare_unsent_replies();
}

void Session::enter_command() noexcept {
  asker_.negotiated = true;
  if (state_ != State::negotiation || outbox_.lost()) return;
  state_ = State::command;
  owner_.entered_command(*this);
}

void Session::leave_command() noexcept {
  if (state_ != State::command) return;
  outbox_.finish_events();
  hear_registered(false);
  state_ = State::closing;
  owner_.left_command(*this);
}

void Session::hear_registered(bool hears) noexcept {
  if (state_ != State::command || hears == hears_registered_) return;
  hears_registered_ = hears;
  owner_.hears_registered(hears);
  if (subscribed_) owner_.subscribed(hears);
}

// --- output ---

Outbox::Progress Session::write_budgets(Share share) noexcept {
  for (;;) {
    const std::uint64_t before = around_.counters.bytes_written;
    const Outbox::Progress progress = outbox_.write(*stream_, kWriteBudgetBytes);
    if (progress != Outbox::Progress::blocked || share == Share::budget) return progress;
    if (around_.counters.bytes_written == before) return progress;  // a full stream takes nothing
  }
}

void Session::write_output(Share share) noexcept {
  if (blocked_ && share == Share::budget) {
    outbox_.notice_loss();
    return;
  }
  const Outbox::Progress progress = write_budgets(share);
  blocked_ = progress == Outbox::Progress::blocked;
  if (state_ == State::greeting && progress != Outbox::Progress::blocked) state_ = State::negotiation;
  // Nobody reads our replies any more, but commands that were sent are still carried out until the input
  // ends.
  if (progress == Outbox::Progress::lost) leave_command();
  compare_unsent_replies();
}

void Session::compare_unsent_replies() noexcept {
  const std::size_t unsent = outbox_.unsent_reply_bytes();
  if (!suspended_ && unsent > around_.max_unsent_reply_bytes) {
    suspended_ = true;
    ++around_.counters.input_suspended;
  } else if (suspended_ && (unsent == 0 || unsent < around_.max_unsent_reply_bytes / 2)) {
    suspended_ = false;
  }
}

}  // namespace qmpev
