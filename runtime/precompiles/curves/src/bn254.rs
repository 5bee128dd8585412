//! bn254, which EIP-196 and EIP-197 call alt_bn128. The crates below take some memory of their own, at most 100 KiB at a
//! time whatever the input is; where even that is not to be had, the process ends.

use crate::{Poll, Result, answer, items, part, valid, word};
use ark_bn254::{Bn254, Fq, Fq2, Fq12, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::{MillerLoopOutput, Pairing};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInt, One, PrimeField, Zero};
use core::ffi::c_int;

/// Pairs between two questions, one or two milliseconds. Miller loops share their squarings four by four.
const PAIRS_PER_POLL: usize = 4;

fn integer(bytes: &[u8; 32]) -> BigInt<4> {
    let limb = |at| u64::from_be_bytes(*part(bytes, at));
    BigInt([limb(24), limb(16), limb(8), limb(0)])
}

fn element(bytes: &[u8; 32]) -> Result<Fq> {
    Fq::from_bigint(integer(bytes)).ok_or(crate::Failure::Invalid)
}

/// The coefficient of i comes first (EIP-197).
fn element2(bytes: &[u8; 64]) -> Result<Fq2> {
    Ok(Fq2::new(element(part(bytes, 32))?, element(part(bytes, 0))?))
}

fn g1(bytes: &[u8; 64]) -> Result<G1Affine> {
    let (x, y) = (element(part(bytes, 0))?, element(part(bytes, 32))?);
    if x.is_zero() && y.is_zero() {
        return Ok(G1Affine::zero());
    }
    let point = G1Affine::new_unchecked(x, y);
    valid(point.is_on_curve())?; // and so in the group: the cofactor is 1
    Ok(point)
}

fn g2(bytes: &[u8; 128]) -> Result<G2Affine> {
    let (x, y) = (element2(part(bytes, 0))?, element2(part(bytes, 64))?);
    if x.is_zero() && y.is_zero() {
        return Ok(G2Affine::zero());
    }
    let point = G2Affine::new_unchecked(x, y);
    valid(point.is_on_curve() && point.is_in_correct_subgroup_assuming_on_curve())?;
    Ok(point)
}

fn encode(point: G1Projective) -> [u8; 64] {
    let mut bytes = [0; 64];
    if let Some((x, y)) = point.into_affine().xy() {
        let limbs = [x, y].map(|number| number.into_bigint().0);
        for (place, limb) in bytes.chunks_exact_mut(8).zip(limbs.iter().flat_map(|limbs| limbs.iter().rev())) {
            place.copy_from_slice(&limb.to_be_bytes());
        }
    }
    bytes
}

fn add(points: &[u8; 128]) -> Result<[u8; 64]> {
    Ok(encode(g1(part(points, 0))? + g1(part(points, 64))?))
}

fn mul(input: &[u8; 96]) -> Result<[u8; 64]> {
    let point = g1(part(input, 0))?;
    Ok(encode(point * Fr::from_be_bytes_mod_order(&input[64..])))
}

fn pairing(pairs: &[[u8; 192]], poll: &Poll) -> Result<[u8; 32]> {
    let mut product = Fq12::one();
    for some in pairs.chunks(PAIRS_PER_POLL) {
        let (mut ps, mut qs) = ([G1Affine::zero(); PAIRS_PER_POLL], [G2Affine::zero(); PAIRS_PER_POLL]);
        for (i, pair) in some.iter().enumerate() {
            (ps[i], qs[i]) = (g1(part(pair, 0))?, g2(part(pair, 64))?);
        }
        product *= Bn254::multi_miller_loop(ps, qs).0; // leaves out what holds a zero
        poll.ask()?;
    }
    // Of a product of lines none is zero, so there is a result.
    let result = Bn254::final_exponentiation(MillerLoopOutput(product));
    Ok(word(result.is_some_and(|value| value.0.is_one())))
}

#[unsafe(no_mangle)]
extern "C" fn zvm_bn254_add(points: &[u8; 128], sum: &mut [u8; 64]) -> c_int {
    answer(sum, add(points))
}

#[unsafe(no_mangle)]
extern "C" fn zvm_bn254_mul(input: &[u8; 96], product: &mut [u8; 64]) -> c_int {
    answer(product, mul(input))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zvm_bn254_pairing(
    pairs: *const [u8; 192],
    count: usize,
    poll: Poll,
    is_one: &mut [u8; 32],
) -> c_int {
    answer(is_one, pairing(unsafe { items(pairs, count) }, &poll))
}
