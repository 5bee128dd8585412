//! Calls one function of the shim, which calls the engine, which calls the curves; and unwinds, as Rust does by default.

// In the order in which they need each other. The folders are given by -L.
#[link(name = "shim", kind = "static")]
#[link(name = "zvm_engine", kind = "static")]
#[link(name = "zvm_backend_asmjit", kind = "static")]
#[link(name = "zvm_backend_interp", kind = "static")]
#[link(name = "zvm_backend", kind = "static")]
#[link(name = "zvm_frontend_wasm", kind = "static")]
#[link(name = "zvm_frontend_zvm", kind = "static")]
#[link(name = "zvm_frontend_evm", kind = "static")]
#[link(name = "zvm_frontend", kind = "static")]
#[link(name = "zvm_ir", kind = "static")]
#[link(name = "zvm_runtime", kind = "static")]
#[link(name = "zvm_hash", kind = "static")]
#[link(name = "zvm_gas", kind = "static")]
#[link(name = "zvm_base", kind = "static")]
#[link(name = "zvm_curves", kind = "static")]
#[link(name = "asmjit")]
#[link(name = "crypto")]
#[link(name = "gmp")]
#[link(name = "secp256k1")]
#[link(name = "stdc++")]
unsafe extern "C" {
    fn shim_pairing_of_nothing() -> i32;
}

fn main() {
    let caught = std::panic::catch_unwind(|| {
        std::panic::set_hook(Box::new(|_| {}));
        panic!("caught")
    });
    assert!(caught.is_err());
    // The product of no pairings is one.
    assert_eq!(unsafe { shim_pairing_of_nothing() }, 1);
}
