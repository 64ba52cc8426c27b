// SPDX-License-Identifier: MIT
// An embedder whose command takes a while: `dump-memory` is answered by a worker thread, which looks now and
// then whether anybody still waits. Meanwhile the server goes on: events, other clients, even the same
// command from them.
//
//   usage: late_answer SOCKET
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <qmpev/server.hpp>

namespace {

/// One thread that does one job after the other.
class Worker {
 public:
  Worker() : thread_([this] { run(); }) {}
  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  void post(std::function<void()> job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    changed_.notify_all();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
      if (ending_)
        return;  // a job that is forgotten drops its Call: its client is told, if it is still there
      const std::function<void()> job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool ending_ = false;
  std::thread thread_;  // last: it uses all of the above
};

/// The slow thing itself, on the worker. A Call can be copied into it, and answered from here.
void dump_memory(qmpev::Call call, const qmpev::Emitter& device, gint64 steps) {
  for (gint64 step = 0; step < steps; ++step) {
    if (call.cancelled()) return;  // the client is gone, or the server: leave the rest undone
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  device.emit(qmpev::Stop{});  // emitted before answer(): clients receive it before the reply
  JsonNode* steps_done = json_node_new(JSON_NODE_VALUE);
  json_node_set_int(steps_done, steps);
  call.answer(qmpev::Answer::value(steps_done));  // the node is the answer's now: no other thread may hold it
}

}  // namespace

int main(int, char** argv) {
  GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
  qmpev::ServerConfig config;
  config.run_state.quit = [loop] { return g_main_loop_quit(loop), qmpev::Answer::empty(); };
  auto server = qmpev::Server::create(std::move(config));
  if (!server) return std::puts(server.error().sentence.c_str()), 1;

  int abandoned = 0;  // the loop's: on_cancel runs there
  const qmpev::Emitter device = server.value()->emitter();
  auto worker = std::make_unique<Worker>();
  const auto dump = [&worker, &abandoned, device](JsonObject* arguments, qmpev::Call call) {
    call.on_cancel([&abandoned] { ++abandoned; });
    // `arguments` is ours for this call only: take out what the worker needs.
    const gint64 steps = json_object_get_int_member(arguments, "steps");
    worker->post([call, device, steps] { dump_memory(call, device, steps); });
  };
  const auto ask = [&abandoned](JsonObject*) {
    JsonNode* count = json_node_new(JSON_NODE_VALUE);
    json_node_set_int(count, abandoned);
    return qmpev::Answer::value(count);
  };
  auto dumps = server.value()->add_command(
      {.name = "dump-memory", .arguments = {{"steps", qmpev::Argument::Type::integer}}, .later = dump});
  // Harmless, so that it is there on a listener for events only, too.
  auto asks = server.value()->add_command({.name = "query-abandoned", .handler = ask, .events_only = true});
  if (!dumps || !asks) return std::puts("a command was refused"), 1;

  auto listening = server.value()->listen({.path = argv[1], .form = qmpev::WireForm::qemu});
  if (!listening) return std::puts(listening.error().sentence.c_str()), 1;
  server.value()->attach(g_main_loop_get_context(loop));
  g_main_loop_run(loop);

  server.value()
      .reset();  // cancels what is pending: the worker sees it, and what it still answers is ignored
  worker.reset();
  std::printf("abandoned %d\n", abandoned);
  g_main_loop_unref(loop);
}
