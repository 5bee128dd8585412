//! BLS12-381 (EIP-2537), over the C functions of blst. These read and write what their pointers name and nothing
//! else, which is all that the unsafe blocks rely on.

use crate::{Failure, Poll, Result, answer, items, part, valid, word};
use blst::*;
use core::ffi::c_int;
use core::ptr;

/// Terms or pairs between two questions: one to five milliseconds.
const ITEMS_PER_POLL: usize = 16;
/// Terms summed by one run of Pippenger's method: ten to thirty milliseconds.
const TERMS_AT_ONCE: usize = 1024;
/// Pairs in one Miller loop, of which they share the squarings.
const PAIRS_AT_ONCE: usize = 16;
/// Of a scalar below the order.
const SCALAR_BITS: usize = 255;

type Test<A> = unsafe extern "C" fn(*const A) -> bool;
type Convert<To, From> = unsafe extern "C" fn(*mut To, *const From);
type Add<P> = unsafe extern "C" fn(*mut P, *const P, *const P);
type Mul<P> = unsafe extern "C" fn(*mut P, *const P, *const byte, usize);
type SumProducts<P, A> = unsafe extern "C" fn(*mut P, *const *const A, usize, *const *const byte, usize, *mut limb_t);

/// What G1 and G2 have in common. `BYTES` are a point, `TERM` a point and a scalar. The point at infinity is all
/// zeros, in affine coordinates of blst too.
pub trait Group<const BYTES: usize, const TERM: usize> {
    type Affine: Copy + Default;
    type Point: Copy + Default;
    const IS_ON_CURVE: Test<Self::Affine>;
    const IS_IN_GROUP: Test<Self::Affine>;
    const IS_INFINITE: Test<Self::Affine>;
    const FROM_AFFINE: Convert<Self::Point, Self::Affine>;
    const TO_AFFINE: Convert<Self::Affine, Self::Point>;
    const ADD: Add<Self::Point>;
    const MUL: Mul<Self::Point>;
    const SUM_PRODUCTS: SumProducts<Self::Point, Self::Affine>;
    const SCRATCH_BYTES: unsafe extern "C" fn(usize) -> usize;

    fn coordinates(bytes: &[u8; BYTES]) -> Result<Self::Affine>;
    fn encode_coordinates(point: &Self::Affine) -> [u8; BYTES];

    fn on_curve(bytes: &[u8; BYTES]) -> Result<Self::Affine> {
        let point = Self::coordinates(bytes)?;
        valid(unsafe { Self::IS_ON_CURVE(&point) })?;
        Ok(point)
    }

    fn in_group(bytes: &[u8; BYTES]) -> Result<Self::Affine> {
        let point = Self::on_curve(bytes)?;
        valid(unsafe { Self::IS_IN_GROUP(&point) })?;
        Ok(point)
    }

    fn is_infinite(point: &Self::Affine) -> bool {
        unsafe { Self::IS_INFINITE(point) }
    }

    fn from_affine(affine: &Self::Affine) -> Self::Point {
        let mut point = Self::Point::default();
        unsafe { Self::FROM_AFFINE(&mut point, affine) };
        point
    }

    fn to_affine(point: &Self::Point) -> Self::Affine {
        let mut affine = Self::Affine::default();
        unsafe { Self::TO_AFFINE(&mut affine, point) };
        affine
    }

    fn encode(point: &Self::Point) -> [u8; BYTES] {
        Self::encode_coordinates(&Self::to_affine(point))
    }

    fn plus(a: &Self::Point, b: &Self::Point) -> Self::Point {
        let mut sum = Self::Point::default();
        unsafe { Self::ADD(&mut sum, a, b) };
        sum
    }

    fn times(point: &Self::Point, scalar: &blst_scalar) -> Self::Point {
        let mut product = Self::Point::default();
        unsafe { Self::MUL(&mut product, point, scalar.b.as_ptr(), SCALAR_BITS) };
        product
    }

    /// The points need not be in the group.
    fn add(points: &[u8]) -> Result<[u8; BYTES]> {
        let a = Self::on_curve(part(points, 0))?;
        let b = Self::on_curve(part(points, BYTES))?;
        Ok(Self::encode(&Self::plus(&Self::from_affine(&a), &Self::from_affine(&b))))
    }

    fn msm(terms: &[[u8; TERM]], poll: &Poll) -> Result<[u8; BYTES]> {
        let most = terms.len().min(TERMS_AT_ONCE);
        let mut points = room::<Self::Affine>(most)?;
        let mut scalars = room::<blst_scalar>(most)?;
        let limbs = unsafe { Self::SCRATCH_BYTES(most) }.div_ceil(size_of::<limb_t>());
        let mut scratch = room::<limb_t>(limbs)?;
        let mut sum = Self::Point::default();
        for at_once in terms.chunks(TERMS_AT_ONCE) {
            points.clear();
            scalars.clear();
            for some in at_once.chunks(ITEMS_PER_POLL) {
                poll.ask()?;
                for term in some {
                    let point = Self::in_group(part(term, 0))?;
                    let mut scalar = blst_scalar::default();
                    let bytes: &[u8; 32] = part(term, BYTES);
                    // Reduces by the order; false where nothing is left.
                    let counts = unsafe { blst_scalar_from_be_bytes(&mut scalar, bytes.as_ptr(), 32) };
                    if counts && !Self::is_infinite(&point) {
                        points.push(point);
                        scalars.push(scalar);
                    }
                }
            }
            sum = Self::plus(&sum, &Self::sum_products(&points, &scalars, &mut scratch));
        }
        Ok(Self::encode(&sum))
    }

    /// No point may be infinite. `scratch` has room for what blst wants with so many points.
    fn sum_products(points: &[Self::Affine], scalars: &[blst_scalar], scratch: &mut Vec<limb_t>) -> Self::Point {
        match points {
            [] => Self::Point::default(),
            [point] => Self::times(&Self::from_affine(point), &scalars[0]),
            _ => {
                let mut sum = Self::Point::default();
                // Lists of arrays, of which there is one each.
                let points_at = [points.as_ptr(), ptr::null()];
                let scalars_at = [scalars.as_ptr().cast(), ptr::null()];
                let (points_at, scalars_at) = (points_at.as_ptr(), scalars_at.as_ptr());
                let scratch = scratch.as_mut_ptr();
                unsafe { Self::SUM_PRODUCTS(&mut sum, points_at, points.len(), scalars_at, SCALAR_BITS, scratch) };
                sum
            }
        }
    }
}

pub struct G1;
impl Group<128, 160> for G1 {
    type Affine = blst_p1_affine;
    type Point = blst_p1;
    const IS_ON_CURVE: Test<blst_p1_affine> = blst_p1_affine_on_curve;
    const IS_IN_GROUP: Test<blst_p1_affine> = blst_p1_affine_in_g1;
    const IS_INFINITE: Test<blst_p1_affine> = blst_p1_affine_is_inf;
    const FROM_AFFINE: Convert<blst_p1, blst_p1_affine> = blst_p1_from_affine;
    const TO_AFFINE: Convert<blst_p1_affine, blst_p1> = blst_p1_to_affine;
    const ADD: Add<blst_p1> = blst_p1_add_or_double;
    const MUL: Mul<blst_p1> = blst_p1_mult;
    const SUM_PRODUCTS: SumProducts<blst_p1, blst_p1_affine> = blst_p1s_mult_pippenger;
    const SCRATCH_BYTES: unsafe extern "C" fn(usize) -> usize = blst_p1s_mult_pippenger_scratch_sizeof;

    fn coordinates(bytes: &[u8; 128]) -> Result<blst_p1_affine> {
        Ok(blst_p1_affine { x: element(part(bytes, 0))?, y: element(part(bytes, 64))? })
    }

    fn encode_coordinates(point: &blst_p1_affine) -> [u8; 128] {
        concatenated([&point.x, &point.y])
    }
}

pub struct G2;
impl Group<256, 288> for G2 {
    type Affine = blst_p2_affine;
    type Point = blst_p2;
    const IS_ON_CURVE: Test<blst_p2_affine> = blst_p2_affine_on_curve;
    const IS_IN_GROUP: Test<blst_p2_affine> = blst_p2_affine_in_g2;
    const IS_INFINITE: Test<blst_p2_affine> = blst_p2_affine_is_inf;
    const FROM_AFFINE: Convert<blst_p2, blst_p2_affine> = blst_p2_from_affine;
    const TO_AFFINE: Convert<blst_p2_affine, blst_p2> = blst_p2_to_affine;
    const ADD: Add<blst_p2> = blst_p2_add_or_double;
    const MUL: Mul<blst_p2> = blst_p2_mult;
    const SUM_PRODUCTS: SumProducts<blst_p2, blst_p2_affine> = blst_p2s_mult_pippenger;
    const SCRATCH_BYTES: unsafe extern "C" fn(usize) -> usize = blst_p2s_mult_pippenger_scratch_sizeof;

    fn coordinates(bytes: &[u8; 256]) -> Result<blst_p2_affine> {
        Ok(blst_p2_affine { x: element2(part(bytes, 0))?, y: element2(part(bytes, 128))? })
    }

    fn encode_coordinates(point: &blst_p2_affine) -> [u8; 256] {
        concatenated([&point.x.fp[0], &point.x.fp[1], &point.y.fp[0], &point.y.fp[1]])
    }
}

/// A product of pairings. blst's loop over several pairs knows no infinite points: they pair to one and are left out.
#[derive(Default)]
pub struct Product {
    value: blst_fp12, // by default one
    ps: [blst_p1_affine; PAIRS_AT_ONCE],
    qs: [blst_p2_affine; PAIRS_AT_ONCE],
    pending: usize,
}

impl Product {
    pub fn multiply(&mut self, p: &blst_p1_affine, q: &blst_p2_affine) {
        if G1::is_infinite(p) || G2::is_infinite(q) {
            return;
        }
        (self.ps[self.pending], self.qs[self.pending]) = (*p, *q);
        self.pending += 1;
        if self.pending == PAIRS_AT_ONCE {
            self.settle();
        }
    }

    pub fn is_one(mut self) -> bool {
        self.settle();
        let mut result = blst_fp12::default();
        unsafe {
            blst_final_exp(&mut result, &self.value);
            blst_fp12_is_one(&result)
        }
    }

    fn settle(&mut self) {
        if self.pending == 0 {
            return;
        }
        let (qs, ps) = ([self.qs.as_ptr(), ptr::null()], [self.ps.as_ptr(), ptr::null()]);
        let mut lines = blst_fp12::default();
        let before = self.value;
        unsafe {
            blst_miller_loop_n(&mut lines, qs.as_ptr(), ps.as_ptr(), self.pending);
            blst_fp12_mul(&mut self.value, &before, &lines);
        }
        self.pending = 0;
    }
}

/// 16 bytes of zeros, then 48 of a number below the prime.
fn element(bytes: &[u8; 64]) -> Result<blst_fp> {
    let number: &[u8; 48] = part(bytes, 16);
    let mut element = blst_fp::default();
    let mut reduced = [0; 48];
    unsafe {
        blst_fp_from_bendian(&mut element, number.as_ptr());
        blst_bendian_from_fp(reduced.as_mut_ptr(), &element);
    }
    valid(bytes[..16] == [0; 16] && reduced == *number)?;
    Ok(element)
}

fn element2(bytes: &[u8; 128]) -> Result<blst_fp2> {
    Ok(blst_fp2 { fp: [element(part(bytes, 0))?, element(part(bytes, 64))?] })
}

fn concatenated<const COUNT: usize, const BYTES: usize>(elements: [&blst_fp; COUNT]) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    for (place, element) in bytes.chunks_exact_mut(64).zip(elements) {
        unsafe { blst_bendian_from_fp(place[16..].as_mut_ptr(), element) };
    }
    bytes
}

/// An empty vector that takes `size` items without asking for more memory.
fn room<T>(size: usize) -> Result<Vec<T>> {
    let mut items = Vec::new();
    items.try_reserve_exact(size).map_err(|_| Failure::NoMemory)?;
    Ok(items)
}

fn pairing(pairs: &[[u8; 384]], poll: &Poll) -> Result<[u8; 32]> {
    let mut product = Product::default();
    for some in pairs.chunks(ITEMS_PER_POLL) {
        poll.ask()?;
        for pair in some {
            product.multiply(&G1::in_group(part(pair, 0))?, &G2::in_group(part(pair, 128))?);
        }
    }
    Ok(word(product.is_one()))
}

fn map_to_g1(bytes: &[u8; 64]) -> Result<[u8; 128]> {
    let from = element(bytes)?;
    let mut point = blst_p1::default();
    unsafe { blst_map_to_g1(&mut point, &from, ptr::null()) };
    Ok(G1::encode(&point))
}

fn map_to_g2(bytes: &[u8; 128]) -> Result<[u8; 256]> {
    let from = element2(bytes)?;
    let mut point = blst_p2::default();
    unsafe { blst_map_to_g2(&mut point, &from, ptr::null()) };
    Ok(G2::encode(&point))
}

#[unsafe(no_mangle)]
extern "C" fn zvm_bls12_g1_add(points: &[u8; 256], sum: &mut [u8; 128]) -> c_int {
    answer(sum, G1::add(points))
}

#[unsafe(no_mangle)]
extern "C" fn zvm_bls12_g2_add(points: &[u8; 512], sum: &mut [u8; 256]) -> c_int {
    answer(sum, G2::add(points))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zvm_bls12_g1_msm(terms: *const [u8; 160], count: usize, poll: Poll, sum: &mut [u8; 128]) -> c_int {
    answer(sum, G1::msm(unsafe { items(terms, count) }, &poll))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zvm_bls12_g2_msm(terms: *const [u8; 288], count: usize, poll: Poll, sum: &mut [u8; 256]) -> c_int {
    answer(sum, G2::msm(unsafe { items(terms, count) }, &poll))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zvm_bls12_pairing(
    pairs: *const [u8; 384],
    count: usize,
    poll: Poll,
    is_one: &mut [u8; 32],
) -> c_int {
    answer(is_one, pairing(unsafe { items(pairs, count) }, &poll))
}

#[unsafe(no_mangle)]
extern "C" fn zvm_bls12_map_fp_to_g1(element: &[u8; 64], point: &mut [u8; 128]) -> c_int {
    answer(point, map_to_g1(element))
}

#[unsafe(no_mangle)]
extern "C" fn zvm_bls12_map_fp2_to_g2(element: &[u8; 128], point: &mut [u8; 256]) -> c_int {
    answer(point, map_to_g2(element))
}
