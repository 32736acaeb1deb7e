//! A choice that a seed makes: the same seed, the same choices.

/// A small generator (SplitMix64). It is here so that no choice depends on the host.
#[derive(Debug, Clone)]
pub(crate) struct Shuffle(u64);

impl Shuffle {
    /// A generator for a seed.
    pub(crate) fn new(seed: u64) -> Shuffle {
        Shuffle(seed)
    }

    /// A number below `count`; 0 where there is no choice.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^= x >> 31;
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        if count == 0 { 0 } else { usize::try_from(x % count).unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_chooses_the_same_and_all_choices_occur() {
        let draw = |seed| {
            let mut shuffle = Shuffle::new(seed);
            (0..64).map(|_| shuffle.below(4)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert!((0..4).all(|choice| draw(7).contains(&choice)));
    }
}
