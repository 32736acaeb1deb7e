#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

/// A whole number of any size as decimal digits, least first: slow and obvious, to check the quick arithmetic against.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Big {
    negative: bool,
    digits: Vec<u8>,
}

impl Big {
    fn new(number: i128) -> Big {
        let digits = number.unsigned_abs().to_string().bytes().rev().map(|b| b - b'0').collect();
        Big { negative: number < 0, digits }.trimmed()
    }

    fn trimmed(mut self) -> Big {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        self.negative &= !self.digits.is_empty();
        self
    }

    fn shifted(&self, zeros: u32) -> Big {
        let mut digits = vec![0; zeros as usize];
        digits.extend(&self.digits);
        Big { negative: self.negative, digits }.trimmed()
    }

    fn smaller_in_size(&self, other: &Big) -> bool {
        (self.digits.len(), self.digits.iter().rev().collect::<Vec<_>>())
            < (other.digits.len(), other.digits.iter().rev().collect::<Vec<_>>())
    }

    fn plus(&self, other: &Big) -> Big {
        if self.negative == other.negative {
            let mut digits = Vec::new();
            let mut carry = 0;
            for index in 0..=self.digits.len().max(other.digits.len()) {
                let sum = self.digits.get(index).unwrap_or(&0) + other.digits.get(index).unwrap_or(&0) + carry;
                digits.push(sum % 10);
                carry = sum / 10;
            }
            return Big { negative: self.negative, digits }.trimmed();
        }
        let (large, small) = if self.smaller_in_size(other) { (other, self) } else { (self, other) };
        let mut digits = Vec::new();
        let mut borrow = 0_i8;
        for index in 0..large.digits.len() {
            let mut digit = large.digits[index] as i8 - *small.digits.get(index).unwrap_or(&0) as i8 - borrow;
            borrow = i8::from(digit < 0);
            digit += 10 * borrow;
            digits.push(digit as u8);
        }
        Big { negative: large.negative, digits }.trimmed()
    }

    fn times(&self, other: &Big) -> Big {
        let mut sums = vec![0_u32; self.digits.len() + other.digits.len() + 1];
        for (i, a) in self.digits.iter().enumerate() {
            for (j, b) in other.digits.iter().enumerate() {
                sums[i + j] += u32::from(*a) * u32::from(*b);
            }
        }
        let mut carry = 0;
        let digits = sums
            .into_iter()
            .map(|sum| {
                let sum = sum + carry;
                carry = sum / 10;
                (sum % 10) as u8
            })
            .collect();
        Big { negative: self.negative != other.negative, digits }.trimmed()
    }

    /// How many digits are left when zeros at the end, of `scale` digits after the point, are dropped; and how many of them stand
    /// after the point.
    fn needed(&self, scale: u32) -> (usize, u32) {
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count().min(scale as usize);
        (self.digits.len().max(zeros) - zeros, scale - zeros as u32)
    }
}

fn big(value: Decimal, scale: u32) -> Big {
    Big::new(value.mantissa()).shifted(scale - value.scale())
}

/// Checks a result against the exact one, which is `exact / 10^scale`: equal where there is one, too long where there is none.
fn check(result: Option<Decimal>, exact: &Big, scale: u32) {
    let (digits, after_point) = exact.needed(scale);
    let fits = digits <= 28 && after_point <= 28;
    match result {
        Some(value) => {
            assert!(in_range(value), "{value} has too many digits");
            assert_eq!(&big(value, scale.max(value.scale())), &exact.shifted(value.scale().saturating_sub(scale)));
        }
        None => assert!(!fits, "{exact:?} / 10^{scale} fits and was refused"),
    }
}

fn decimals() -> impl Strategy<Value = Decimal> {
    let digits = prop_oneof![
        -1_000_000_i128..1_000_000,
        -(10_i128.pow(28) - 1)..10_i128.pow(28),
        (0_u32..28).prop_map(|power| 10_i128.pow(power)),
        (0_u32..40, 0_u32..40).prop_filter_map("28 digits", |(twos, fives)| {
            2_i128.checked_pow(twos)?.checked_mul(5_i128.checked_pow(fives)?).filter(|n| *n < 10_i128.pow(28))
        }),
    ];
    (digits, 0_u32..=28).prop_map(|(digits, scale)| Decimal::from_i128_with_scale(digits, scale))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn sums_are_exact_or_refused(a in decimals(), b in decimals()) {
        let scale = a.scale().max(b.scale());
        check(add(a, b), &big(a, scale).plus(&big(b, scale)), scale);
    }

    #[test]
    fn products_are_exact_or_refused(a in decimals(), b in decimals()) {
        let exact = Big::new(a.mantissa()).times(&Big::new(b.mantissa()));
        check(mul(a, b), &exact, a.scale() + b.scale());
    }

    #[test]
    fn adding_and_taking_away_again_changes_nothing(a in decimals(), b in decimals()) {
        if let Some(sum) = add(a, b) {
            prop_assert_eq!(sub(sum, b), Some(a));
        }
    }

    #[test]
    fn order_of_operands_does_not_matter(a in decimals(), b in decimals()) {
        prop_assert_eq!(add(a, b).map(|x| x.to_string()), add(b, a).map(|x| x.to_string()));
        prop_assert_eq!(mul(a, b).map(|x| x.to_string()), mul(b, a).map(|x| x.to_string()));
    }

    /// |a - q*b| is at most half a unit of q's last place times |b|, which is what "rounded" means.
    #[test]
    fn quotients_are_within_half_a_unit_of_the_last_place(a in decimals(), b in decimals()) {
        prop_assume!(!b.is_zero());
        let Some(q) = div(a, b) else { return Ok(()) };
        prop_assert!(in_range(q));
        let scale = (q.scale() + b.scale()).max(a.scale());
        let product = Big::new(q.mantissa()).times(&Big::new(b.mantissa())).shifted(scale - q.scale() - b.scale());
        let mut rest = big(a, scale).plus(&Big { negative: !product.negative, ..product });
        rest.negative = false;
        let twice = rest.plus(&rest);
        let mut unit = Big::new(b.mantissa()).shifted(scale - q.scale() - b.scale());
        unit.negative = false;
        prop_assert!(!unit.smaller_in_size(&twice), "{} / {} = {}", a, b, q);
        let ended = rest.digits.is_empty();
        let full = Big::new(q.mantissa()).digits.len() >= 28 || q.scale() == 28;
        prop_assert!(ended || full, "{} / {} = {} stops too early", a, b, q);
    }

    #[test]
    fn rounding_is_half_away_from_zero(a in decimals(), digits in 0_u32..=28) {
        let Some(rounded) = round(a, digits) else { return Ok(()) };
        let scale = a.scale().max(rounded.scale());
        let unit = Big::new(1).shifted(scale - digits.min(scale));
        let (mut exact, mut result) = (big(a, scale), big(rounded, scale));
        (exact.negative, result.negative) = (false, false);
        let up = !result.smaller_in_size(&exact);
        let difference = if up { result.plus(&Big { negative: true, ..exact }) } else { exact.plus(&Big { negative: true, ..result }) };
        let twice = difference.plus(&difference);
        prop_assert!(twice.smaller_in_size(&unit) || (up && twice == unit) || difference.digits.is_empty());
    }

    #[test]
    fn written_decimals_read_back(a in decimals()) {
        prop_assert_eq!(parse(&a.to_string()).map(|x| x.to_string()), Some(negate(negate(a)).to_string()));
    }
}

#[test]
fn digits_after_the_point_are_those_a_person_expects() {
    let d = |text: &str| parse(text).unwrap();
    let show = |value: Option<Decimal>| value.unwrap().to_string();
    assert_eq!(show(add(d("1.50"), d("2"))), "3.50");
    assert_eq!(show(sub(d("1.50"), d("1.50"))), "0.00");
    assert_eq!(show(mul(d("500.01"), d("0.10"))), "50.001");
    assert_eq!(show(mul(d("12.50"), d("2.00"))), "25.00");
    assert_eq!(show(div(d("10.00"), d("4"))), "2.50");
    assert_eq!(show(div(d("10"), d("4"))), "2.5");
    assert_eq!(show(div(d("1"), d("3"))), "0.3333333333333333333333333333");
    assert_eq!(show(div(d("2"), d("3"))), "0.6666666666666666666666666667");
    assert_eq!(show(div(d("200"), d("3"))), "66.66666666666666666666666667");
    assert_eq!(show(div(d("10.00"), d("0.5"))), "20.00");
    assert_eq!(show(round(d("2.5"), 0)), "3");
    assert_eq!(show(round(d("-2.5"), 0)), "-3");
    assert_eq!(show(round(d("1.005"), 2)), "1.01");
    assert_eq!(show(round(d("7"), 2)), "7.00");
    assert_eq!(show(round(d("-0.001"), 2)), "0.00");
}

#[test]
fn what_does_not_fit_is_refused_rather_than_rounded() {
    let d = |text: &str| parse(text).unwrap();
    assert_eq!(mul(d("0.00000000000001"), d("0.000000000000001")), None, "rust_decimal gives zero here");
    assert_eq!(add(d("9999999999999999999999999999"), d("1")), None);
    assert_eq!(add(d("9999999999999999999999999999"), d("0.1")), None, "rust_decimal drops the tenth");
    assert_eq!(mul(d("9999999999999999999999999999"), d("10")), None);
    assert_eq!(div(d("9999999999999999999999999999"), d("0.1")), None);
    assert_eq!(div(d("1"), d("0")), None);
    assert_eq!(mul(d("1000000000000000000000000000"), d("0.000000000000000000000000001")), Some(Decimal::ONE));
    for text in ["", "-", ".5", "5.", "1e3", "1,000", " 1", "1_000", "0x1", "12345678901234567890123456789"] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn zeros_that_have_no_room_are_left_off() {
    assert_eq!(parse("-9999999999999999999999999999.00").unwrap().to_string(), "-9999999999999999999999999999");
    assert_eq!(parse("0.00000000000000000000000000000000").unwrap().to_string(), "0");
    assert_eq!(parse("99999999999999999999999999990.00"), None);
}

#[test]
fn whole_numbers() {
    let d = |text: &str| parse(text).unwrap();
    assert_eq!(to_int(d("3.00")), Some(3));
    assert_eq!(to_int(d("-9223372036854775808")), Some(i64::MIN));
    assert_eq!(to_int(d("9223372036854775808")), None);
    assert_eq!(to_int(d("3.5")), None);
}
