//! Openings of KZG commitments (EIP-4844).

use crate::bls12::{G1, Group, Product};
use crate::{Result, answer, part, valid};
use blst::*;
use core::ffi::c_int;
use std::sync::LazyLock;

/// Of the trusted setup: the generator of G2 multiplied with the secret that nobody knows, compressed. It is
/// g2_monomial[1] in the file trusted_setup_4096.json of Ethereum's consensus specifications.
const TAU_G2: [u8; 96] =
    hex("b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72\
     185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2");

/// What the precompile answers: FIELD_ELEMENTS_PER_BLOB and BLS_MODULUS.
const CONSTANTS: [u8; 64] = hex("0000000000000000000000000000000000000000000000000000000000001000\
     73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");

const fn hex<const N: usize>(text: &str) -> [u8; N] {
    const fn digit(c: u8) -> u8 {
        if c < b'a' { c - b'0' } else { c - b'a' + 10 }
    }
    let text = text.as_bytes();
    assert!(text.len() == 2 * N);
    let mut bytes = [0; N];
    let mut i = 0;
    while i < N {
        bytes[i] = digit(text[2 * i]) << 4 | digit(text[2 * i + 1]);
        i += 1;
    }
    bytes
}

static TAU: LazyLock<blst_p2_affine> = LazyLock::new(|| {
    let mut point = blst_p2_affine::default();
    unsafe { blst_p2_uncompress(&mut point, TAU_G2.as_ptr()) };
    point
});

/// A scalar below the order.
fn scalar(bytes: &[u8; 32]) -> Result<blst_scalar> {
    let mut scalar = blst_scalar::default();
    unsafe {
        blst_scalar_from_bendian(&mut scalar, bytes.as_ptr());
        valid(blst_scalar_fr_check(&scalar))?;
    }
    Ok(scalar)
}

/// A compressed point of G1.
fn point(bytes: &[u8; 48]) -> Result<blst_p1_affine> {
    let mut point = blst_p1_affine::default();
    valid(unsafe {
        blst_p1_uncompress(&mut point, bytes.as_ptr()) == BLST_ERROR::BLST_SUCCESS && G1::IS_IN_GROUP(&point)
    })?;
    Ok(point)
}

/// The commitment C to a polynomial opens to y at z if its proof Q commits to (p(X) - y) / (X - z), that is, if
/// e(C - y G1, G2) = e(Q, (tau - z) G2), that is, if e(C - y G1 + z Q, -G2) e(Q, tau G2) = 1.
fn evaluate(claim: &[u8; 160]) -> Result<[u8; 64]> {
    let (z, y) = (scalar(part(claim, 0))?, scalar(part(claim, 32))?);
    let (commitment, proof) = (point(part(claim, 64))?, point(part(claim, 112))?);
    let mut minus_y = G1::times(unsafe { &*blst_p1_generator() }, &y);
    unsafe { blst_p1_cneg(&mut minus_y, true) };
    let z_proof = G1::times(&G1::from_affine(&proof), &z);
    let left = G1::plus(&G1::plus(&G1::from_affine(&commitment), &minus_y), &z_proof);

    let mut product = Product::default();
    product.multiply(&G1::to_affine(&left), unsafe { &BLS12_381_NEG_G2 });
    product.multiply(&proof, &TAU);
    valid(product.is_one())?;
    Ok(CONSTANTS)
}

#[unsafe(no_mangle)]
extern "C" fn zvm_kzg_point_evaluation(claim: &[u8; 160], constants: &mut [u8; 64]) -> c_int {
    answer(constants, evaluate(claim))
}
