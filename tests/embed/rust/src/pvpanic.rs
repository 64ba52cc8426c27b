// SPDX-License-Identifier: MIT
//! pvpanic: one port, through which a guest says that its kernel has panicked.
use crate::bus::Device;
use crate::qmpev::Emitter;

pub const PORT: u16 = 0x505;
const PANICKED: u8 = 1 << 0;

pub struct Pvpanic {
    pub emitter: Emitter,
}

impl Device for Pvpanic {
    /// Which reports the device takes.
    fn read(&mut self, _offset: u16, data: &mut [u8]) {
        data[0] = PANICKED;
    }

    fn write(&mut self, _offset: u16, data: &[u8]) {
        if data[0] & PANICKED != 0 {
            self.emitter.guest_panicked();
        }
    }
}
