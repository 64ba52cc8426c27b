/* SPDX-License-Identifier: MIT */
#include "device_calls.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef WITH_SPICE
#include <spice.h>
#endif

#include "rig.h"
#include "watch.h"

void emit_events(void) {
  static const char hostile[] = "\xff\xfe\x01 a text that has to be escaped \"\\";
  const qmpev_stop stop = {sizeof stop};
  const qmpev_balloon_change balloon = {sizeof balloon, 4096};
  qmpev_quorum_report_bad bad = {.size = sizeof bad, .error = hostile, .node_name = "c1", .sectors_count = 8};
  const qmpev_guest_panic_information_hyper_v crash = {.size = sizeof crash, .arg1 = UINT64_MAX};
  const qmpev_guest_panic_information info = {.size = sizeof info, .hyper_v = &crash};
  const qmpev_guest_panicked panicked = {.size = sizeof panicked, .info = &info};
  qmpev_value level;
  int round;
  for (round = 0; round < 3; ++round) { /* the first wakes the loop */
    WATCHED(qmpev_emit_stop, qmpev_emit_stop(emitter, &stop));
    WATCHED(qmpev_emit_stop, qmpev_emit_stop(emitter, NULL));
    WATCHED(qmpev_emit_balloon_change, qmpev_emit_balloon_change(emitter, &balloon));
    WATCHED(qmpev_emit_quorum_report_bad, qmpev_emit_quorum_report_bad(emitter, &bad));
    WATCHED(qmpev_emit_guest_panicked, qmpev_emit_guest_panicked(emitter, &panicked));
    level = qmpev_integer(round);
    WATCHED(qmpev_event_emit, qmpev_event_emit(own_event, &level, 1));
    WATCHED(qmpev_event_emit, qmpev_event_emit(own_event, &level, 2));
    dispatch();
    level = qmpev_text(hostile);
    WATCHED(qmpev_event_emit, qmpev_event_emit(own_event, &level, 1));
    dispatch();
  }
}

void emit_hooks(int round) {
  const qmpev_ost_report report = {.size = sizeof report, .device_id = "dimm1"};
  const qmpev_quorum_request request = {.size = sizeof request, .offset = 512, .bytes = 1};
  const qmpev_guest_panic_information_s390 crash = {.size = sizeof crash};
  static const uint64_t registers[5] = {1, 2, 3, 4, 5};
  int hook;
  for (hook = 0; hook < 12; ++hook) {
    switch ((hook + round) % 12) {
      case 0:
        WATCHED(qmpev_hook_ost, qmpev_hook_ost(emitter, &report));
        break;
      case 1:
        WATCHED(qmpev_hook_balloon, qmpev_hook_balloon(emitter, 1U << 30, 5));
        break;
      case 2:
        WATCHED(qmpev_hook_panic, qmpev_hook_panic(emitter, 0, 0, NULL));
        break;
      case 3:
        WATCHED(qmpev_hook_hyperv_panic, qmpev_hook_hyperv_panic(emitter, 0, 0, registers));
        break;
      case 4:
        WATCHED(qmpev_hook_s390_panic, qmpev_hook_s390_panic(emitter, 0, 0, &crash));
        break;
      case 5:
        WATCHED(qmpev_hook_crashloaded, qmpev_hook_crashloaded(emitter));
        break;
      case 6:
        WATCHED(qmpev_hook_quorum_mismatch, qmpev_hook_quorum_mismatch(emitter, "m", &request));
        break;
      case 7:
        WATCHED(qmpev_hook_quorum_error, qmpev_hook_quorum_error(emitter, "e", &request, 99999));
        break;
      case 8:
        WATCHED(qmpev_hook_quorum_failure, qmpev_hook_quorum_failure(emitter, "f", &request));
        break;
      case 9:
        WATCHED(qmpev_hook_device_deleted, qmpev_hook_device_deleted(emitter, "dimm1", 0));
        break;
      case 10:
        WATCHED(qmpev_hook_reset, qmpev_hook_reset(emitter, 0));
        break;
      default:
        WATCHED(qmpev_hook_shutdown, qmpev_hook_shutdown(emitter, 0));
        break;
    }
  }
  dispatch();
}

void emit_spice(void) {
  struct sockaddr_in6 link_local;
  qmpev_spice_connection connection = {.size = sizeof connection, .auth = "none"};
  memset(&link_local, 0, sizeof link_local);
  link_local.sin6_family = AF_INET6;
  link_local.sin6_scope_id = 1;
  must(inet_pton(AF_INET6, "fe80::1", &link_local.sin6_addr) == 1, "an address");
  connection.server = connection.client = (const struct sockaddr*)&link_local;
  connection.server_length = connection.client_length = sizeof link_local;
  WATCHED(qmpev_hook_spice_connected, qmpev_hook_spice_connected(emitter, &connection));
  dispatch();
  WATCHED(qmpev_hook_spice_initialized, qmpev_hook_spice_initialized(emitter, &connection));
  dispatch();
  WATCHED(qmpev_hook_spice_disconnected, qmpev_hook_spice_disconnected(emitter, &connection));
  dispatch();
  WATCHED(qmpev_spice_is_supported, qmpev_spice_is_supported());
  WATCHED(qmpev_spice_set_emitter, qmpev_spice_set_emitter(emitter, "spice"));
#ifdef WITH_SPICE
  {
    SpiceChannelEventInfo info;
    int event;
    memset(&info, 0, sizeof info);
    memcpy(&info.laddr_ext, &link_local, sizeof link_local);
    memcpy(&info.paddr_ext, &link_local, sizeof link_local);
    info.llen_ext = info.plen_ext = sizeof link_local;
    info.flags = SPICE_CHANNEL_EVENT_FLAG_ADDR_EXT;
    for (event = SPICE_CHANNEL_EVENT_CONNECTED; event <= SPICE_CHANNEL_EVENT_DISCONNECTED; ++event) {
      WATCHED(qmpev_spice_channel_event, qmpev_spice_channel_event(event, &info));
      dispatch();
    }
  }
#else
  WATCHED(qmpev_spice_channel_event, qmpev_spice_channel_event(1, NULL));
  printf("without SPICE\n");
#endif
}

/* A device's thread says its last words when it is told to. It was there before anything was watched. */
static int told[2];
static _Atomic int outcome = -1;

static void* last_words(void* begun) {
  char byte;
  must(write(*(int*)begun, "", 1) == 1, "telling that it is there");
  while (read(told[0], &byte, 1) == 1)
    WATCHED(qmpev_emitter_flush, outcome = qmpev_emitter_flush(emitter, PATIENCE_MS));
  return NULL;
}

void begin_thread(void) {
  pthread_t thread;
  int begun[2];
  char byte;
  must(pipe(told) == 0 && pipe(begun) == 0, "pipes");
  watch_leave(watch_enter("qmpev_emitter_flush")); /* so that only one thread at a time adds a name */
  must(pthread_create(&thread, NULL, last_words, &begun[1]) == 0 && read(begun[0], &byte, 1) == 1,
       "a thread");
  pthread_detach(thread);
  close(begun[0]);
  close(begun[1]);
}

void flush_from_a_thread(int client) {
  int turn;
  must(write(told[1], "", 1) == 1, "telling the thread");
  for (turn = 0; turn < MAX_TURNS && outcome == -1; ++turn) {
    usleep(1000); /* so that it does wait */
    WATCHED(qmpev_server_dispatch, qmpev_server_dispatch(server));
  }
  must(outcome == QMPEV_FLUSH_DONE, "last words");
  hear(client);
}
