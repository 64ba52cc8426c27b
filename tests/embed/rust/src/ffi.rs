// SPDX-License-Identifier: MIT
//! What this program needs of <qmpev/qmpev.h> and <qmpev/qmpev_hooks.h>, written by hand. bindgen would
//! write the same.
#![allow(non_camel_case_types)]

use std::marker::{PhantomData, PhantomPinned};
use std::os::raw::{c_char, c_int, c_void};

/// A type that only C knows: it cannot be made, moved or sent to another thread.
macro_rules! opaque {
    ($($name:ident),*) => {$(
        #[repr(C)]
        pub struct $name {
            _bytes: [u8; 0],
            _only_behind_pointers: PhantomData<(*mut u8, PhantomPinned)>,
        }
    )*};
}
opaque!(qmpev_server, qmpev_emitter);

pub const QMPEV_WIRE_QEMU: u32 = 1;
pub const QMPEV_FLUSH_DONE: c_int = 0;
pub const QMPEV_ACPI_SLOT_TYPE_DIMM: u32 = 0;
pub const QMPEV_PANIC_NONE: u32 = 3;
pub const QMPEV_SHUTDOWN_POWEROFF: u32 = 0;

#[repr(C)]
pub struct qmpev_ost_report {
    pub size: usize,
    pub device_id: *const c_char,
    pub slot_type: u32,
    pub slot: u32,
    pub source: u32,
    pub status: u32,
}

#[link(name = "qmpev")]
extern "C" {
    pub fn qmpev_server_new(config: *const c_void) -> *mut qmpev_server;
    pub fn qmpev_server_free(server: *mut qmpev_server);
    pub fn qmpev_server_listen_unix(server: *mut qmpev_server, path: *const c_char, form: u32) -> c_int;
    pub fn qmpev_server_get_fd(server: *const qmpev_server) -> c_int;
    pub fn qmpev_server_dispatch(server: *mut qmpev_server) -> c_int;
    pub fn qmpev_server_get_emitter(server: *mut qmpev_server) -> *mut qmpev_emitter;
    pub fn qmpev_emitter_ref(emitter: *mut qmpev_emitter) -> *mut qmpev_emitter;
    pub fn qmpev_emitter_unref(emitter: *mut qmpev_emitter);
    pub fn qmpev_emitter_flush(emitter: *mut qmpev_emitter, milliseconds: u32) -> c_int;
    pub fn qmpev_hook_ost(emitter: *mut qmpev_emitter, report: *const qmpev_ost_report);
    pub fn qmpev_hook_panic(emitter: *mut qmpev_emitter, panic: u32, shutdown: u32, details: *const c_void);
    pub fn qmpev_last_error() -> *const c_char;
}
