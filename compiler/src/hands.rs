//! Who does the work of a check. The compiler starts no threads: whoever asks may lend it some, and what comes out is the same, whoever does
//! what and when.

use std::sync::{Mutex, PoisonError};

/// Does jobs that do not depend on each other.
pub trait Hands: std::fmt::Debug + Send + Sync {
    /// Calls the job once with each number below `count`, in any order and from any thread, and comes back when all are done.
    fn each(&self, count: usize, job: &(dyn Fn(usize) + Sync));
}

/// Does everything itself, one after the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Hands for Alone {
    fn each(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
        (0..count).for_each(job);
    }
}

/// What work gives for each number below `count`, in the order of the numbers.
pub fn map<T: Send>(hands: &dyn Hands, count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    if count < 2 {
        return (0..count).map(work).collect();
    }
    let places: Vec<Mutex<Option<T>>> = (0..count).map(|_| Mutex::new(None)).collect();
    hands.each(count, &|at| {
        if let Some(place) = places.get(at) {
            let made = work(at);
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
        }
    });
    let made = places.into_iter().map(|place| place.into_inner().unwrap_or_else(PoisonError::into_inner));
    // Hands that left something out cost time, not a result.
    made.enumerate().map(|(at, made)| made.unwrap_or_else(|| work(at))).collect()
}

#[cfg(test)]
mod tests {
    use super::{Alone, Hands, map};

    /// Begins at the end, and leaves every third job out.
    #[derive(Debug)]
    struct Odd;

    impl Hands for Odd {
        fn each(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
            (0..count).rev().filter(|at| at % 3 != 0).for_each(job);
        }
    }

    #[test]
    fn results_stand_in_the_order_of_their_numbers() {
        for count in [0, 1, 2, 10] {
            let squares: Vec<usize> = (0..count).map(|at| at * at).collect();
            assert_eq!(map(&Alone, count, |at| at * at), squares);
            assert_eq!(map(&Odd, count, |at| at * at), squares);
        }
    }
}
