// SPDX-License-Identifier: MIT
//! The library in Rust's words: what must stay on one thread cannot leave it, what may be used from any
//! thread can.
use std::ffi::{CStr, CString};
use std::fmt;
use std::mem::size_of;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::io::{AsRawFd, RawFd};
use std::path::Path;
use std::ptr::{self, NonNull};

use crate::ffi;

/// Why the library said no: a sentence that says what to do.
#[derive(Debug)]
pub struct Refused(String);

impl Refused {
    /// To be called right behind the refusal, on the same thread.
    fn last() -> Refused {
        Refused(unsafe { CStr::from_ptr(ffi::qmpev_last_error()) }.to_string_lossy().into_owned())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// The server. Its pointer makes it neither `Send` nor `Sync`: it stays on the thread that made it, and that
/// thread dispatches it.
pub struct Server(NonNull<ffi::qmpev_server>);

impl Server {
    pub fn new() -> Result<Server, Refused> {
        NonNull::new(unsafe { ffi::qmpev_server_new(ptr::null()) }).map(Server).ok_or_else(Refused::last)
    }

    /// Listens, in the spelling of QEMU's schema. The socket file goes when the server is dropped.
    pub fn listen(&mut self, path: &Path) -> Result<(), Refused> {
        let path = CString::new(path.as_os_str().as_bytes()).map_err(|error| Refused(error.to_string()))?;
        match unsafe { ffi::qmpev_server_listen_unix(self.0.as_ptr(), path.as_ptr(), ffi::QMPEV_WIRE_QEMU) } {
            0 => Ok(()),
            _ => Err(Refused::last()),
        }
    }

    pub fn emitter(&self) -> Emitter {
        let emitter = unsafe { ffi::qmpev_server_get_emitter(self.0.as_ptr()) };
        Emitter(NonNull::new(emitter).expect("a server has an emitter"))
    }

    /// Does what is due, without waiting. What is left keeps the descriptor readable.
    pub fn dispatch(&mut self) {
        unsafe { ffi::qmpev_server_dispatch(self.0.as_ptr()) };
    }
}

/// The descriptor to poll for input. The server keeps it.
impl AsRawFd for Server {
    fn as_raw_fd(&self) -> RawFd {
        unsafe { ffi::qmpev_server_get_fd(self.0.as_ptr()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        unsafe { ffi::qmpev_server_free(self.0.as_ptr()) };
    }
}

/// What devices emit through, on any thread: no method waits, locks, allocates or fails but `flush`, which
/// waits. It may outlive the server: what is emitted then is counted, otherwise nothing.
pub struct Emitter(NonNull<ffi::qmpev_emitter>);

// qmpev_types.h: "All functions that take one: any thread".
unsafe impl Send for Emitter {}
unsafe impl Sync for Emitter {}

impl Emitter {
    /// The guest has panicked, and the machine runs on.
    pub fn guest_panicked(&self) {
        let (panic, shutdown) = (ffi::QMPEV_PANIC_NONE, ffi::QMPEV_SHUTDOWN_POWEROFF);
        unsafe { ffi::qmpev_hook_panic(self.0.as_ptr(), panic, shutdown, ptr::null()) };
    }

    /// What the guest's _OST said of a DIMM slot. `device`: absent when the slot is empty.
    pub fn dimm_ost(&self, device: Option<&CStr>, slot: u32, source: u32, status: u32) {
        let report = ffi::qmpev_ost_report {
            size: size_of::<ffi::qmpev_ost_report>(),
            device_id: device.map_or(ptr::null(), CStr::as_ptr),
            slot_type: ffi::QMPEV_ACPI_SLOT_TYPE_DIMM,
            slot,
            source,
            status,
        };
        unsafe { ffi::qmpev_hook_ost(self.0.as_ptr(), &report) };
    }

    /// Waits until all that was emitted before is on the wire; false: not in time. Never on the server's
    /// thread, which would wait for itself.
    pub fn flush(&self, milliseconds: u32) -> bool {
        unsafe { ffi::qmpev_emitter_flush(self.0.as_ptr(), milliseconds) == ffi::QMPEV_FLUSH_DONE }
    }
}

impl Clone for Emitter {
    fn clone(&self) -> Emitter {
        unsafe { ffi::qmpev_emitter_ref(self.0.as_ptr()) };
        Emitter(self.0)
    }
}

impl Drop for Emitter {
    fn drop(&mut self) {
        unsafe { ffi::qmpev_emitter_unref(self.0.as_ptr()) };
    }
}
