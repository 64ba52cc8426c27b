// SPDX-License-Identifier: MIT
//! The loop of the VMM's main thread: who has a descriptor is called when that is readable.
use std::io;
use std::ops::ControlFlow;
use std::os::raw::{c_int, c_short, c_ulong};
use std::os::unix::io::RawFd;

pub trait Subscriber {
    fn fd(&self) -> RawFd;
    /// Its descriptor is readable, or the other end is gone. `Break` ends the loop.
    fn process(&mut self) -> ControlFlow<()>;
}

/// Until a subscriber ends it.
pub fn run(subscribers: &mut [&mut dyn Subscriber]) -> io::Result<()> {
    loop {
        let mut waiting: Vec<pollfd> =
            subscribers.iter().map(|each| pollfd { fd: each.fd(), events: POLLIN, revents: 0 }).collect();
        if unsafe { poll(waiting.as_mut_ptr(), waiting.len() as c_ulong, WITHOUT_END) } < 0 {
            match io::Error::last_os_error() {
                error if error.kind() == io::ErrorKind::Interrupted => continue,
                error => return Err(error),
            }
        }
        for (subscriber, seen) in subscribers.iter_mut().zip(&waiting) {
            if seen.revents != 0 && subscriber.process().is_break() {
                return Ok(());
            }
        }
    }
}

// poll(2), which std does not have and the crate libc would.
const POLLIN: c_short = 1;
const WITHOUT_END: c_int = -1;

#[allow(non_camel_case_types)]
#[repr(C)]
struct pollfd {
    fd: c_int,
    events: c_short,
    revents: c_short,
}

extern "C" {
    fn poll(fds: *mut pollfd, count: c_ulong, timeout_ms: c_int) -> c_int;
}
