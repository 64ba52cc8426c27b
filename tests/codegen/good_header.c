/* SPDX-License-Identifier: MIT */
/* The generated C header alone, in C99: nothing else is included before it. */
#include <qmpev/qmpev_events.h>

void lamp_example(qmpev_emitter* emitter);

void lamp_example(qmpev_emitter* emitter) {
  const qmpev_lamp_colour colour = QMPEV_LAMP_COLOUR_BLUE_GREEN;
  const qmpev_lamp_change event = {
      .size = sizeof event, .lamp = "hall", .colour = &colour, .watts = 40, .size_ = UINT64_MAX};
  qmpev_emit_lamp_change(emitter, &event);
}
