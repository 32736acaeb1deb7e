//! When a failed attempt is repeated.

use ntro_ir::Retry;

/// The pause before attempt `next` (2 is the first repetition), in milliseconds; `None` where there is no such attempt.
pub(crate) fn pause_before(policy: &Retry, next: u32) -> Option<i64> {
    if next < 2 || next > policy.attempts.max(1) {
        return None;
    }
    let most = i128::from(policy.max_ms.max(0));
    let mut pause = i128::from(policy.first_ms.max(0)).min(most);
    for _ in 2..next {
        let longer = (pause * i128::from(policy.factor_percent) / 100).min(most);
        // A pause that no longer changes is the same for all further attempts: the loop stays short for any policy.
        if longer == pause {
            break;
        }
        pause = longer;
    }
    i64::try_from(pause).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_limit() {
        let policy = Retry { attempts: 6, first_ms: 1_000, factor_percent: 200, max_ms: 5_000 };
        let pauses: Vec<_> = (1..=7).map(|next| pause_before(&policy, next)).collect();
        assert_eq!(pauses, [None, Some(1_000), Some(2_000), Some(4_000), Some(5_000), Some(5_000), None]);
    }

    #[test]
    fn the_first_pause_is_limited_too_and_a_policy_without_attempts_is_one_attempt() {
        let policy = Retry { attempts: 3, first_ms: 90_000, factor_percent: 150, max_ms: 60_000 };
        assert_eq!(pause_before(&policy, 2), Some(60_000));
        assert_eq!(pause_before(&Retry { attempts: 0, ..policy }, 2), None);
    }

    #[test]
    fn a_huge_policy_ends_soon() {
        let policy = Retry { attempts: u32::MAX, first_ms: 1, factor_percent: u32::MAX, max_ms: i64::MAX };
        assert_eq!(pause_before(&policy, u32::MAX), Some(i64::MAX));
        assert_eq!(pause_before(&Retry { factor_percent: 101, ..policy }, u32::MAX), Some(1));
    }
}
