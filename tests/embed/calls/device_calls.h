/* SPDX-License-Identifier: MIT */
/* What the threads of devices call. */
#ifndef DEVICE_CALLS_H
#define DEVICE_CALLS_H

void emit_events(void);
/* Each first one of its round wakes the loop; `round` from 0 to 11 has each be that. */
void emit_hooks(int round);
void emit_spice(void);

/* The thread that says its last words has to be there before anything is watched. */
void begin_thread(void);
void flush_from_a_thread(int client);

#endif
