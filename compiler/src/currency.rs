//! The currency codes of ISO 4217.

use ntro_ir::Currency;

use crate::diagnostic::{Diagnostic, Place};
use crate::suggest::did_you_mean;

/// The codes of money that is in use, funds and metals left out but for those that accounts are kept in.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UYW UZS VED VES VND VUV WST XAF XAG XAU XCD XCG XDR XOF XPD XPF XPT YER ZAR ZMW ZWG";

/// The currency of a code that exists.
pub(crate) fn known(code: &str) -> Option<Currency> {
    // Asked of every capital word; three letters and a blank each, in order.
    let (codes, _) = CODES.as_bytes().as_chunks::<4>();
    let last = CODES.as_bytes().last_chunk::<3>();
    let known = |wanted: &[u8; 3]| {
        codes.binary_search_by(|[a, b, c, _]| [*a, *b, *c].cmp(wanted)).is_ok() || last == Some(wanted)
    };
    let exists = code.as_bytes().try_into().is_ok_and(known);
    if exists { Currency::new(code) } else { None }
}

/// What to say of a code that does not exist.
pub(crate) fn unknown(code: &str, place: Place) -> Diagnostic {
    let upper = code.to_ascii_uppercase();
    let help = if known(&upper).is_some() {
        format!("Currency codes are written in capitals: `{upper}`.")
    } else {
        let near = did_you_mean(code, CODES.split(' ').map(str::to_owned));
        format!("{near}Use a code of ISO 4217 such as `GBP`, `EUR` or `USD`.")
    };
    Diagnostic::error("N0314", place, format!("There is no currency `{code}`."), "not a currency code", help)
}

#[cfg(test)]
mod tests {
    use super::{CODES, known};

    #[test]
    fn codes_are_sorted_and_each_stands_once() {
        let codes: Vec<&str> = CODES.split(' ').collect();
        assert!(codes.is_sorted_by(|a, b| a < b));
        assert!(codes.iter().all(|code| known(code).is_some()), "each has the form of a code");
        assert!(codes.iter().all(|code| code.len() == 3), "as the search assumes");
        assert!(known("GBX").is_none());
        assert!(known("gbp").is_none());
    }
}
