//! The mathematics behind the pairing precompiles, as curves.h declares it: ark-bn254 for bn254, blst for BLS12-381.

mod bls12;
mod bn254;
mod kzg;

use core::ffi::{c_int, c_void};

/// Why there is no result; the numbers are those of curves.h.
#[derive(Clone, Copy)]
enum Failure {
    Invalid = 1,
    Stopped = 2,
    NoMemory = 3,
}

type Result<T> = core::result::Result<T, Failure>;

fn valid(is_valid: bool) -> Result<()> {
    if is_valid { Ok(()) } else { Err(Failure::Invalid) }
}

/// Writes what has come out and tells how it went.
fn answer<const N: usize>(output: &mut [u8; N], result: Result<[u8; N]>) -> c_int {
    match result {
        Ok(bytes) => {
            *output = bytes;
            0
        }
        Err(failure) => failure as c_int,
    }
}

/// The EVM's truth value.
fn word(value: bool) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[31] = value.into();
    bytes
}

#[repr(C)]
struct Poll {
    ask: unsafe extern "C" fn(*mut c_void) -> c_int,
    context: *mut c_void,
}

impl Poll {
    fn ask(&self) -> Result<()> {
        // SAFETY: the caller's function gets the caller's context.
        if unsafe { (self.ask)(self.context) } == 0 { Ok(()) } else { Err(Failure::Stopped) }
    }
}

/// # Safety
/// `count` items are readable at `items`.
unsafe fn items<'a, const N: usize>(items: *const [u8; N], count: usize) -> &'a [[u8; N]] {
    unsafe { core::slice::from_raw_parts(items, count) }
}

/// The `N` bytes from `at` on.
fn part<const N: usize>(bytes: &[u8], at: usize) -> &[u8; N] {
    bytes[at..at + N].try_into().expect("a slice of N bytes")
}
