// SPDX-License-Identifier: MIT
#include "simulation/episode.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "simulation/chain.hpp"
#include "simulation/invariants.hpp"
#include "simulation/requests.hpp"
#include "simulation/threads.hpp"

namespace qmpev::simulation {
namespace {

constexpr std::size_t kMaxClients = 8;
constexpr std::size_t kMaxFollowers = 4;
constexpr std::size_t kThreads = 4;
/// What clients read at a time.
constexpr std::size_t kLossyBytes = 5'000;
constexpr std::size_t kSlots = 4;
constexpr std::int64_t kNsPerUs = 1'000;

/// What an episode has from its seed.
struct Settings {
  explicit Settings(Dice dice) {
    constexpr std::array<std::size_t, 5> kKeys = {1, 3, 6, 100, 600};
    constexpr std::array<std::uint64_t, 4> kHolds = {0, 0, 30, 5};
    chain.keys = kKeys[dice.below(kKeys.size())];
    chain.log_bytes = kMinLogBytes << (dice.one_in(6) ? 2 : 0);
    chain.ring_bytes = kMinRingBytes << (dice.one_in(4) ? 1 : 0);
    chain.max_unsent_reply_bytes = 1 + dice.below(20'000);
    if (dice.one_in(6)) chain.form_used[dice.below(kWireForms)] = false;
    hold_one_in = kHolds[dice.below(kHolds.size())];
    intrude_one_in = dice.one_in(2) ? 20 : 0;
    lossy = dice.one_in(3);
    steady = !lossy && dice.one_in(2);
    budget = dice.one_in(2) ? SIZE_MAX : 1 + dice.below(3);
  }
  ChainSettings chain;
  std::uint64_t hold_one_in;
  std::uint64_t intrude_one_in;
  bool lossy;          ///< clients read little, and lose events
  bool steady;         ///< transports without faults
  std::size_t budget;  ///< ready connections of one round
};

class Episode final : private EventSupply {
 public:
  explicit Episode(std::uint64_t seed)
      : settings_(Dice(~seed)),
        dice_(seed),
        threads_(kThreads, settings_.hold_one_in, settings_.intrude_one_in, dice_),
        chain_(settings_.chain, threads_, dice_, verdict_) {
    add_commands(chain_, dice_, *this, calls_);
  }
  ~Episode() { threads_.finish(); }

  bool perform(const Step& step) {
    dice_ = Dice(step.seed);
    settled_ = false;
    act(step.action);
    check_step(chain_, threads_, settled_, settings_.chain, verdict_);
    forget_closed();
    return !verdict_.broken();
  }
  void close() {
    if (verdict_.broken()) return;
    calm();
    threads_.finish();
    chain_.end();
    check_step(chain_, threads_, true, settings_.chain, verdict_);
    verdict_.same(chain_.statistics().sessions_open, 0, "the end", "sessions open");
  }
  void fill(Outcome& outcome) const {
    const Statistics statistics = chain_.statistics();
    outcome.verdict = verdict_;
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind)
      outcome.emitted += chain_.journal.counts(kind).begun;
    outcome.delivered = statistics.sessions.delivered;
    outcome.dropped = statistics.sessions.dropped;
    outcome.replies = statistics.sessions.replies;
  }

 private:
  void act(Action action);
  Plan next_plan() override;
  void emit_on_thread(std::size_t count, bool alike);
  void advance();
  void advance_to_deadline();
  void loop();
  void connect();
  Follower* absent_follower(WireForm form);
  bool ask_for_missing();
  void request();
  void answer_late();
  void read_some();
  void stall();
  void change_transport();
  void disconnect();
  void set_rate_limit();
  void calm();
  void forget_closed();
  Client* any_client() noexcept {
    auto& clients = chain_.clients;
    return clients.empty() ? nullptr : clients[dice_.below(clients.size())].get();
  }

  Settings settings_;
  Verdict verdict_;
  Dice dice_;
  Threads threads_;
  std::vector<std::unique_ptr<Follower>> followers_;
  Chain chain_;
  Calls calls_;
  bool settled_ = false;
};

void Episode::act(Action action) {
  Client* const client = any_client();
  Connection* const connection = client != nullptr ? client->connection().get() : nullptr;
  switch (action) {
    case Action::emit:
      return emit_on_thread(1, false);
    case Action::emit_burst:
      return emit_on_thread(1 + dice_.below(dice_.one_in(10) ? 400 : 20), dice_.one_in(2));
    case Action::resume_thread:
      return threads_.resume_one();
    case Action::advance_to_deadline:
      return advance_to_deadline();
    case Action::advance:
      return advance();
    case Action::step_wall_clock:
      chain_.clock.wall -= static_cast<std::int64_t>(dice_.below(10'000'000'000));
      return;
    case Action::loop:
      return loop();
    case Action::idle_dispatch:
      settled_ = chain_.dispatch(settings_.budget);
      return;
    case Action::connect:
      return connect();
    case Action::request:
      return request();
    case Action::garbage:
      if (client != nullptr && !connection->ended && client->follower() == nullptr) {
        client->say(garbage_of(dice_));
      }
      return;
    case Action::half_close:
      if (connection != nullptr && dice_.one_in(3)) connection->ended = true;
      return;
    case Action::disconnect:
      return disconnect();
    case Action::read_some:
      return read_some();
    case Action::stall:
      return stall();
    case Action::change_transport:
      return change_transport();
    case Action::set_rate_limit:
      return set_rate_limit();
    case Action::discard_delayed:
      return chain_.discard_delayed();
    case Action::flush:
      return chain_.flush();
    case Action::answer_late:
      return answer_late();
    case Action::calm:
      if (settings_.lossy && !dice_.one_in(8)) return;  // else nothing gets lost
      return calm();
    case Action::end:
      if (dice_.one_in(2)) return chain_.end();
      chain_.ends_inside = true;
      return;
  }
}

// --- events ---

Plan Episode::next_plan() {
  Plan plan;
  plan.kind = dice_.below(kKinds.size());
  if (plan.kind == 1 || plan.kind == 2)
    plan.key = static_cast<std::uint32_t>(dice_.below(settings_.chain.keys));
  if (plan.kind == 4) plan.key = static_cast<std::uint32_t>(dice_.below(kSlots));
  if (plan.kind == kDeleted) {
    plan.path_bytes = dice_.one_in(30) ? kOversizeBytes : dice_.below(kOversizeBytes);
  }
  return plan;
}

void Episode::emit_on_thread(std::size_t count, bool alike) {
  if (dice_.one_in(50)) {
    const std::size_t kind = dice_.below(kKinds.size());
    chain_.core->count_invalid(kKinds[kind]);
    return chain_.journal.count_invalid(kind);
  }
  std::vector<Plan> plans(count);
  for (Plan& plan : plans) plan = alike && &plan != &plans.front() ? plans.front() : next_plan();
  const auto serial = std::make_shared<std::uint64_t>(0);
  const auto work = [this, plans, serial] {
    for (const Plan& plan : plans) chain_.emit(plan, serial.get());
  };
  threads_.run(work, [this, serial] { chain_.journal.hold(*serial); });
}

// --- time and the loop ---

void Episode::advance() {
  constexpr std::array<std::int64_t, 5> kUs = {1, 1'000, 100'000, 1'000'000, 5'000'000};
  chain_.clock.advance_us(1 + static_cast<std::int64_t>(dice_.below(kUs[dice_.below(kUs.size())])));
}

/// To the moment itself, one before, or one behind it.
void Episode::advance_to_deadline() {
  const std::int64_t deadline = chain_.core->next_deadline_ns();
  if (deadline == INT64_MAX) return;
  const std::int64_t to = deadline - 1 + static_cast<std::int64_t>(dice_.below(3));
  const std::int64_t by = std::max<std::int64_t>(0, to - chain_.clock.monotonic_ns());
  chain_.clock.monotonic += by;
  chain_.clock.wall += by / kNsPerUs;
  loop();
}

void Episode::loop() {
  if (!chain_.woken()) return;
  settled_ = chain_.dispatch(settings_.budget);
}

// --- clients ---

void Episode::connect() {
  if (chain_.clients.size() >= kMaxClients) return;
  auto form = static_cast<WireForm>(dice_.below(kWireForms));
  if (!settings_.chain.form_used[static_cast<std::size_t>(form)]) {
    form = form == WireForm::document ? WireForm::qemu : WireForm::document;
  }
  Client& client = chain_.connect(form, dice_.one_in(10) ? OnLoss::close : OnLoss::stay, dice_.one_in(3));
  if (settings_.lossy) client.connection()->room = dice_.below(kLossyBytes);
  if (dice_.one_in(8)) return;
  client.say(negotiation_of(client, dice_));
  if (dice_.one_in(3)) client.say(notice_of(client));
  if (Follower* const follower = dice_.one_in(2) ? absent_follower(form) : nullptr) {
    client.follow(*follower, dice_);
  }
}

/// Who has no connection now.
Follower* Episode::absent_follower(WireForm form) {
  for (const auto& follower : followers_) {
    const auto is_its = [&follower](const auto& client) { return client->follower() == follower.get(); };
    if (follower->form() == form && std::none_of(chain_.clients.begin(), chain_.clients.end(), is_its))
      return follower.get();
  }
  if (followers_.size() >= kMaxFollowers) return nullptr;
  followers_.push_back(std::make_unique<Follower>(chain_.journal, form, verdict_));
  return followers_.back().get();
}

bool Episode::ask_for_missing() {
  bool asked = false;
  for (const auto& client : chain_.clients) {
    client->hear();
    asked = client->ask_for_missing() || asked;
  }
  return asked;
}

void Episode::request() {
  Client* const client = any_client();
  if (client == nullptr || client->connection()->ended) return;
  client->ask_for_missing();
  for (auto count = dice_.one_in(12) ? dice_.below(60) : 1 + dice_.below(3); count > 0; --count) {
    client->say(dice_.one_in(20) ? negotiation_of(*client, dice_) : request_of(*client, dice_));
  }
}

/// From a device's thread, which may be held between what it emits and its answer.
void Episode::answer_late() {
  const std::optional<Begun> begun = take_one(calls_, dice_);
  if (!begun) return;
  const auto serial = std::make_shared<std::uint64_t>(0);
  const std::vector<Plan> plans{next_plan(), next_plan()};
  const auto work = [this, begun = *begun, plans, serial, count = dice_.below(3)] {
    std::vector<std::uint64_t> before;
    for (std::size_t i = 0; i < count; ++i) {
      chain_.emit(plans[i], serial.get());
      before.push_back(*serial);
    }
    Client* const client = chain_.find(begun.client);
    // What another thread holds up in the ring, a reply does not wait for.
    const bool alone = threads_.busy_count() == (threads_.on_thread() ? 1 : 0);
    if (client != nullptr && alone && !*begun.answered) client->answered_behind(begun.request, before);
    answer(begun, dice_);
  };
  threads_.run(work, [this, serial] { chain_.journal.hold(*serial); });
}

void Episode::read_some() {
  Client* const client = any_client();
  if (client == nullptr) return;
  Connection& connection = *client->connection();
  const bool all = dice_.one_in(settings_.lossy ? 40 : 4);
  const std::size_t bytes = all ? SIZE_MAX : dice_.below(kLossyBytes);
  connection.room = bytes > SIZE_MAX - connection.room ? SIZE_MAX : connection.room + bytes;
}

void Episode::stall() {
  Client* const client = any_client();
  if (client != nullptr && !settings_.steady)
    client->connection()->room = dice_.one_in(2) ? 0 : dice_.below(500);
}

void Episode::change_transport() {
  Client* const client = any_client();
  if (client == nullptr || settings_.steady) return;
  Connection& connection = *client->connection();
  connection.max_write = dice_.one_in(2) ? SIZE_MAX : 1 + dice_.below(300);
  connection.max_read = dice_.one_in(2) ? SIZE_MAX : 1 + dice_.below(50);
  connection.falter_one_in = dice_.one_in(2) ? 0 : 2 + dice_.below(20);
}

void Episode::disconnect() {
  Client* const client = any_client();
  if (client == nullptr || settings_.steady) return;
  Connection& connection = *client->connection();
  switch (dice_.below(6)) {
    case 0:
      connection.write_error = dice_.one_in(2) ? EPIPE : ECONNRESET;
      return;
    case 1:
      connection.read_error = ECONNRESET;
      return;
    default:
      if (dice_.one_in(2)) connection.hung_up = true;
  }
}

// --- the embedder ---

void Episode::set_rate_limit() {
  constexpr std::array<std::uint32_t, 4> kMs = {0, 1, 300, 1'000};
  constexpr std::array<std::size_t, 5> kLimitable = {0, 1, 2, 3, kOwn};
  chain_.set_rate_limit(kLimitable[dice_.below(kLimitable.size())], kMs[dice_.below(kMs.size())]);
}

void Episode::calm() {
  threads_.finish();
  for (const auto& client : chain_.clients) {
    client->connection()->heal();
    if (client->follower() != nullptr) client->follower()->look_again();
  }
  do {
    for (const Begun& begun : std::exchange(calls_, {})) Call(begun.call).answer(Answer::empty());
    if (!chain_.run()) return verdict_.fail("rest", "the loop never comes to rest");
  } while (!verdict_.broken() && (ask_for_missing() || !calls_.empty()));
  settled_ = true;
  check_step(chain_, threads_, true, settings_.chain, verdict_);
  if (!verdict_.broken()) check_calm(chain_, verdict_);
  if (!settings_.lossy) return;
  for (const auto& client : chain_.clients) client->connection()->room = dice_.below(kLossyBytes);
}

void Episode::forget_closed() {
  auto& clients = chain_.clients;
  const auto gone = [](const auto& client) { return client->connection()->closed; };
  clients.erase(std::remove_if(clients.begin(), clients.end(), gone), clients.end());
}

}  // namespace

Outcome play(const Program& program, volatile std::size_t& at) {
  Outcome outcome;
  Episode episode(program.seed);
  for (const Step& step : program.steps) {
    at = static_cast<std::size_t>(&step - program.steps.data());
    if (!episode.perform(step)) break;
  }
  episode.close();
  episode.fill(outcome);
  return outcome;
}

}  // namespace qmpev::simulation
