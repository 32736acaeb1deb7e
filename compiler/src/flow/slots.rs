//! Sets of slots. Nearly every runbook has fewer than 128 slots, so that its sets lie in two registers and are joined without
//! allocating; what goes beyond is in a tail.

/// How many slots the head holds.
const HEAD: u32 = 128;

/// A set of slots.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots {
    head: u128,
    /// The slots from [`HEAD`] on, 64 a word. The last word is never empty, so that equal sets are equal.
    tail: Vec<u64>,
}

impl PartialEq for Slots {
    fn eq(&self, other: &Slots) -> bool {
        // Without tails, which is nearly always, nothing is called.
        self.head == other.head
            && self.tail.len() == other.tail.len()
            && self.tail.iter().zip(&other.tail).all(|(a, b)| a == b)
    }
}

impl Eq for Slots {}

impl Slots {
    /// Adds a slot.
    pub(super) fn insert(&mut self, slot: u32) {
        if slot < HEAD {
            self.head |= 1 << slot;
            return;
        }
        let (word, bit) = place(slot);
        if self.tail.len() <= word {
            self.tail.resize(word + 1, 0);
        }
        if let Some(held) = self.tail.get_mut(word) {
            *held |= bit;
        }
    }

    /// Takes a slot out.
    pub(super) fn remove(&mut self, slot: u32) {
        if slot < HEAD {
            self.head &= !(1 << slot);
            return;
        }
        let (word, bit) = place(slot);
        if let Some(held) = self.tail.get_mut(word) {
            *held &= !bit;
        }
        self.trim();
    }

    /// Adds all slots of another set.
    pub(super) fn join(&mut self, other: &Slots) {
        self.head |= other.head;
        if self.tail.len() < other.tail.len() {
            self.tail.resize(other.tail.len(), 0);
        }
        for (held, more) in self.tail.iter_mut().zip(&other.tail) {
            *held |= more;
        }
    }

    /// Takes all slots of another set out.
    pub(super) fn take_out(&mut self, other: &Slots) {
        self.head &= !other.head;
        for (held, less) in self.tail.iter_mut().zip(&other.tail) {
            *held &= !less;
        }
        self.trim();
    }

    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.head == 0 && self.tail.is_empty()
    }

    /// The slots, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let mut head = self.head;
        let in_head = std::iter::from_fn(move || {
            (head != 0).then(|| {
                let slot = head.trailing_zeros();
                head &= head - 1;
                slot
            })
        });
        let in_word =
            |(start, word): (u32, u64)| (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| start + bit);
        in_head.chain((HEAD..).step_by(64).zip(self.tail.iter().copied()).flat_map(in_word))
    }

    fn trim(&mut self) {
        while self.tail.last() == Some(&0) {
            self.tail.pop();
        }
    }
}

/// The word of a slot in the tail, and its bit there.
fn place(slot: u32) -> (usize, u64) {
    let at = slot.saturating_sub(HEAD);
    (at as usize / 64, 1 << (at % 64))
}

impl Extend<u32> for Slots {
    fn extend<T: IntoIterator<Item = u32>>(&mut self, slots: T) {
        slots.into_iter().for_each(|slot| self.insert(slot));
    }
}

impl FromIterator<u32> for Slots {
    fn from_iter<T: IntoIterator<Item = u32>>(slots: T) -> Slots {
        let mut all = Slots::default();
        all.extend(slots);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::Slots;

    #[test]
    fn sets_hold_slots_on_both_sides_of_the_head() {
        let mut some: Slots = [3, 127, 128, 300].into_iter().collect();
        assert_eq!(some.iter().collect::<Vec<_>>(), [3, 127, 128, 300]);
        let other: Slots = [127, 200].into_iter().collect();
        some.join(&other);
        assert_eq!(some.iter().collect::<Vec<_>>(), [3, 127, 128, 200, 300]);
        some.take_out(&[3, 300].into_iter().collect());
        assert_eq!(some, [127, 128, 200].into_iter().collect(), "an emptied tail leaves no trace");
        [127, 128, 200].into_iter().for_each(|slot| some.remove(slot));
        assert!(some.is_empty());
        assert_eq!(some, Slots::default());
    }
}
