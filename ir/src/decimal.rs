//! Exact arithmetic on decimals.
//!
//! `rust_decimal`'s own operators round silently when a result needs more digits than they hold. Money must not, so nothing
//! in this project uses them: these functions give the exact result or `None`, which becomes the failure `overflow`. A
//! decimal here has at most [`DIGITS`] digits in all and at most [`DIGITS`] of them after the point.
//!
//! The digits after the point that a result shows: sums keep the longer of both sides (`1.50 + 2 = 3.50`), products drop
//! trailing zeros down to the longer of both (`500.01 * 0.10 = 50.001`, `12.50 * 2.00 = 25.00`), quotients have as few as
//! they need but not fewer than the dividend's (`10.00 / 4 = 2.50`).

use rust_decimal::Decimal;
use rust_decimal::RoundingStrategy;

/// How many digits a decimal may have.
pub const DIGITS: u32 = 28;
const LIMIT: u128 = 10_u128.pow(DIGITS);

/// Whether a decimal is within [`DIGITS`]; the type itself would hold some numbers of 29.
pub fn in_range(value: Decimal) -> bool {
    value.mantissa().unsigned_abs() < LIMIT && value.scale() <= DIGITS
}

/// A decimal from its digits and how many of them stand after the point, without digits lost. `scale` may be beyond the
/// range where zeros at the end make up for it, and negative for zeros to be added.
fn exact(mut mantissa: i128, mut scale: i64) -> Option<Decimal> {
    if mantissa == 0 {
        scale = scale.clamp(0, i64::from(DIGITS));
    }
    while scale < 0 {
        mantissa = mantissa.checked_mul(10).filter(|m| m.unsigned_abs() < LIMIT)?;
        scale += 1;
    }
    while (mantissa.unsigned_abs() >= LIMIT || scale > i64::from(DIGITS)) && scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    if mantissa.unsigned_abs() >= LIMIT {
        return None;
    }
    let scale = u32::try_from(scale).ok().filter(|scale| *scale <= DIGITS)?;
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

/// The digits without zeros at the end, and the scale that goes with them.
fn stripped(value: Decimal) -> (i128, i64) {
    let (mut mantissa, mut scale) = (value.mantissa(), i64::from(value.scale()));
    while mantissa != 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    (mantissa, if mantissa == 0 { 0 } else { scale })
}

fn power_of_ten(exponent: i64) -> Option<i128> {
    10_i128.checked_pow(u32::try_from(exponent).ok()?)
}

/// `a + b`, exactly.
pub fn add(a: Decimal, b: Decimal) -> Option<Decimal> {
    let shown = a.scale().max(b.scale());
    aligned_sum((a.mantissa(), a.scale().into()), (b.mantissa(), b.scale().into()))
        // Zeros at the end may have made one side too long to align; without them the sum overflows only where it has too many digits.
        .or_else(|| aligned_sum(stripped(a), stripped(b)))
        .map(|sum| pad(sum, shown))
}

fn aligned_sum((a, a_scale): (i128, i64), (b, b_scale): (i128, i64)) -> Option<Decimal> {
    let scale = a_scale.max(b_scale);
    let a = a.checked_mul(power_of_ten(scale - a_scale)?)?;
    let b = b.checked_mul(power_of_ten(scale - b_scale)?)?;
    exact(a.checked_add(b)?, scale)
}

/// `a - b`, exactly.
pub fn sub(a: Decimal, b: Decimal) -> Option<Decimal> {
    add(a, negate(b))
}

/// `-a`. Zero stays zero without a sign.
pub fn negate(a: Decimal) -> Decimal {
    if a.is_zero() { a.abs() } else { -a }
}

/// `a * b`, exactly.
pub fn mul(a: Decimal, b: Decimal) -> Option<Decimal> {
    let shown = a.scale().max(b.scale());
    let ((mut x, x_scale), (mut y, y_scale)) = (stripped(a), stripped(b));
    let mut scale = x_scale + y_scale;
    // A two on one side and a five on the other make a zero at the end; taken out first, they cannot push the product out of
    // range, and what is left has no zero at its end, so that an overflow is always a real one.
    for (two, five) in [(2, 5), (5, 2)] {
        while x != 0 && y != 0 && x % two == 0 && y % five == 0 {
            x /= two;
            y /= five;
            scale -= 1;
        }
    }
    exact(x.checked_mul(y)?, scale).map(|product| pad(product, shown))
}

/// `a / b`; `None` where `b` is zero (ask before) or the result has more than [`DIGITS`] digits before its point. A result that
/// does not end is rounded half to even at 28 significant digits, of which at most 28 stand after the point.
pub fn div(a: Decimal, b: Decimal) -> Option<Decimal> {
    if b.is_zero() || !in_range(a) || !in_range(b) {
        return None;
    }
    let negative = a.is_sign_negative() != b.is_sign_negative();
    let (numerator, denominator) = (a.mantissa().unsigned_abs(), b.mantissa().unsigned_abs());
    let mut scale = i64::from(a.scale()) - i64::from(b.scale());
    let mut quotient = numerator / denominator;
    let mut rest = numerator % denominator;
    while (rest != 0 || scale < 0) && scale < i64::from(DIGITS) {
        // The digits are below 10^28, so ten times the rest stays far below 2^128.
        let digit = rest * 10 / denominator;
        let next = quotient.checked_mul(10)?.checked_add(digit)?;
        if next >= LIMIT {
            break;
        }
        quotient = next;
        rest = rest * 10 % denominator;
        scale += 1;
    }
    if scale < 0 {
        return None;
    }
    let twice = rest * 2;
    if twice > denominator || (twice == denominator && quotient % 2 == 1) {
        quotient += 1;
    }
    let signed = i128::try_from(quotient).ok()?;
    let result = exact(if negative { -signed } else { signed }, scale)?;
    // `scale` starts at the dividend's less the divisor's, so `10.00 / 0.5` is 20.0 and is shown like its dividend.
    Some(pad(result, a.scale()))
}

/// The value with at least that many digits after the point, where they fit.
fn pad(value: Decimal, shown: u32) -> Decimal {
    if value.scale() >= shown {
        return value;
    }
    power_of_ten(i64::from(shown - value.scale()))
        .and_then(|factor| value.mantissa().checked_mul(factor))
        .filter(|mantissa| mantissa.unsigned_abs() < LIMIT)
        .and_then(|mantissa| Decimal::try_from_i128_with_scale(mantissa, shown).ok())
        .unwrap_or(value)
}

/// The value rounded half away from zero, as on an invoice, to that many digits after the point (0 to 28), and shown with them.
pub fn round(value: Decimal, digits: u32) -> Option<Decimal> {
    if digits > DIGITS {
        return None;
    }
    let rounded = value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    let rounded = if rounded.is_zero() { rounded.abs() } else { rounded };
    in_range(rounded).then(|| pad(rounded, digits))
}

/// The whole number that a decimal is; `None` where it has a fraction or is beyond 64 bits.
pub fn to_int(value: Decimal) -> Option<i64> {
    let (mantissa, scale) = stripped(value);
    if scale > 0 {
        return None;
    }
    i64::try_from(mantissa.checked_mul(power_of_ten(-scale)?)?).ok()
}

/// Reads digits with an optional sign and an optional point (`-12.50`), no exponent, no separators, at most 28 digits besides zeros
/// at the end of the fraction.
pub fn parse(text: &str) -> Option<Decimal> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if unsigned.len() > 60 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let read = |text: &str| Decimal::from_str_exact(text).ok().filter(|value| in_range(*value));
    let value = read(text).or_else(|| {
        // An amount is shown with two digits after its point, which may be zeros that a long one has no room for.
        text.contains('.').then(|| read(text.trim_end_matches('0').trim_end_matches('.')))?
    })?;
    Some(if value.is_zero() { value.abs() } else { value })
}

#[cfg(test)]
#[path = "decimal_tests.rs"]
mod tests;
