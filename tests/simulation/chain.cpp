// SPDX-License-Identifier: MIT
#include "simulation/chain.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <utility>

#include "monitor/commands.hpp"
#include "support/take_wake.hpp"

namespace qmpev::simulation {
namespace {

const Version kVersion{1, 2, 3};
/// Rounds after which a loop that is always woken again has gone mad.
constexpr int kMaxRounds = 100'000;

}  // namespace

Chain::Chain(const ChainSettings& settings, Threads& threads, Dice& dice, Verdict& verdict)
    : core(std::make_shared<EmitterCore>(clock, settings.ring_bytes,
                                         UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)))),
      emitter(core),
      own_shape(EventShape::build(own_declaration()).value()),
      own(core, own_shape, *core->add_event(own_shape)),
      log(settings.log_bytes, clock),
      journal(log, clock, verdict, settings.form_used, settings.keys),
      dispatcher(kVersion, [its_core = core] { its_core->signal(); }),
      monitors(log, dispatcher, *this, {}, settings.max_unsent_reply_bytes),
      threads_(threads),
      dice_(dice),
      verdict_(verdict),
      many_keys_(settings.keys > kMaxThrottleKeys) {
  dispatcher.events().add(own_shape);
  for (std::size_t form = 0; form < kWireForms; ++form) {
    if (!settings.form_used[form]) continue;
    log.use(static_cast<WireForm>(form));
    core->set_form_wanted(static_cast<WireForm>(form));
  }
  add_server_commands(dispatcher, {"simulated", kVersion}, {});
  add_resume_commands(dispatcher, log, std::string(kEpoch));
  add_statistics_command(dispatcher, [this] { return statistics(); });
  asleep_ = core->try_sleep();
}

Client& Chain::connect(WireForm form, OnLoss on_loss, bool own_unasked) {
  clients.push_back(std::make_unique<Client>(++last_client_, form, dispatcher.greeting(), own_unasked,
                                             journal, verdict_, dice_));
  Client& client = *clients.back();
  monitors.open(make_stream(client.connection()),
                {.name = "simulated",
                 .form = form,
                 .registered_events = own_unasked ? RegisteredEvents::always : RegisteredEvents::on_request,
                 .on_loss = on_loss},
                Seat());
  if (on_loss == OnLoss::close) client.end_at_loss();
  core->signal();  // its greeting may wait for room
  return client;
}

Client* Chain::find(std::uint64_t number) noexcept {
  for (const auto& client : clients) {
    if (client->number() == number) return client.get();
  }
  return nullptr;
}

void Chain::set_rate_limit(std::size_t kind, std::uint32_t interval_ms) {
  core->set_rate_limit(kKinds[kind], interval_ms);
  journal.windows().set_interval(kind, interval_ms);
  core->signal();
}

void Chain::discard_delayed() {
  const bool certain = !threads_.busy() && statistics().ring_bytes_in_use == 0;
  core->discard_delayed();
  journal.discard(certain);
}

void Chain::flush() {
  ++depth;
  threads_.new_wait();
  journal.windows().set_flushing(true);
  core->flush_delayed(journal);
  journal.windows().set_flushing(false);
  monitors.flush();
  --depth;
  if (depth == 0) monitors.reap();
  if (monitors.input_put_off()) core->signal();
}

void Chain::end() {
  if (ended_) return;
  ended_ = true;
  core->close();
  journal.close();
  threads_.new_wait();
  journal.windows().set_flushing(true);
  core->settle(journal);
  // Of a thread that was waited for in vain the end takes no notice: what waits is told, although the first
  // of its window may lie behind that thread's record, and may still come if the thread goes on.
  if (threads_.busy() && statistics().ring_bytes_in_use != 0) journal.windows().close();
  core->flush_delayed(journal);
  journal.windows().set_flushing(false);
  monitors.end();
  journal.windows().close();
  if (depth == 0) monitors.reap();
}

void Chain::emit(Plan plan, std::uint64_t* serial) {
  journal.begin(plan, (plan.kind == kOwn ? own_audience_ : audience_) != 0);
  if (serial != nullptr) *serial = plan.serial;
  simulation::emit(emitter, own, plan);
  if (many_keys_) look_for_unlimited(plan.kind);
  journal.end(plan.serial);
}

void Chain::look_for_unlimited(std::size_t kind) {
  if (kind == kOwn) return;
  Statistics statistics;
  core->read_statistics(statistics);
  if (statistics.events[static_cast<std::size_t>(kKinds[kind])].unlimited_keys != 0)
    journal.windows().forget(kind);
}

bool Chain::wake_readable() const noexcept {
  pollfd wake{core->wake_fd(), POLLIN, 0};
  return ::poll(&wake, 1, 0) > 0;
}

bool Chain::woken() const noexcept {
  return clock.monotonic_ns() >= armed_ns_ || wake_readable() ||
         std::any_of(clients.begin(), clients.end(),
                     [](const auto& client) { return client->connection()->due(); });
}

void Chain::poll(std::size_t budget) {
  const std::size_t things = clients.size() + 1;  // and the descriptor that wakes
  const std::size_t first = dice_.below(things);
  std::vector<std::shared_ptr<Connection>> ready;
  for (std::size_t i = 0; i < things && ready.size() < budget; ++i) {
    const std::size_t thing = (first + i) % things;
    if (thing == clients.size()) {
      if (wake_readable()) ready.push_back(nullptr);
    } else if (clients[thing]->connection()->due()) {
      ready.push_back(clients[thing]->connection());
    }
  }
  for (const auto& connection : ready) {
    if (connection == nullptr) {
      test::take_wake(core->wake_fd());
    } else if (connection->due()) {
      connection->user->ready(connection->readiness());
    }
  }
}

bool Chain::dispatch(std::size_t budget) {
  ++depth;
  core->awake();
  asleep_ = false;
  poll(budget);
  monitors.deliver();
  const bool unhindered = !threads_.busy();
  settle();
  const bool put_off = monitors.pump();
  --depth;
  if (depth == 0) monitors.reap();
  armed_ns_ = core->next_deadline_ns();
  asleep_ = !put_off && core->try_sleep();
  if (!asleep_) core->signal();
  return unhindered;
}

bool Chain::run() {
  for (int rounds = 0; woken(); ++rounds) {
    if (rounds > kMaxRounds) return false;
    dispatch(SIZE_MAX);
  }
  return true;
}

void Chain::settle() noexcept {
  threads_.new_wait();
  const bool hindered = threads_.busy();  // one that goes on meanwhile may come behind the drain
  core->settle(journal);
  if (hindered) {
    journal.windows().stalled(journal.tick());
  } else {
    journal.windows().drained();
  }
  for (; entering_ > 0; --entering_) entries_.push_back(journal.size());
  if (placing_) place(*std::exchange(placing_, std::nullopt));
}

void Chain::place(const Placing& placing) {
  Client* const client = find(placing.client);
  if (client == nullptr) return;
  client->place(placing.request, journal.size(), placing.wanted);
  if (!placing.notice) return;
  std::optional<std::uint64_t> dropped;
  for (const SessionStatistics& session : statistics().each_session) {
    if (session.id == placing.client && session.position >= log.tail()) dropped = session.dropped;
  }
  client->notice_from(journal.size(), dropped);
}

void Chain::set_audience(std::size_t sessions) noexcept {
  if (sessions > audience_) ++entering_;
  audience_ = sessions;
  core->set_listening(sessions != 0);
}

Statistics Chain::statistics() const {
  Statistics statistics;
  core->read_statistics(statistics);
  monitors.fill(statistics);
  return statistics;
}

}  // namespace qmpev::simulation
