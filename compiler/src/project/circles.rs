//! Files that import each other. Names are known before anything is looked at, so nothing breaks; but none of such files can be read, taken
//! along or changed without all the others.

use std::collections::{BTreeMap, VecDeque};

use ntro_grammar::Span;

use crate::diagnostic::{Diagnostic, Place};
use crate::items::SourceFile;
use crate::suggest::{MOST_NAMED, way_round};

const CODE: &str = "N0228";

/// Which files a file imports, each with the place that says so.
pub(super) type Imports = BTreeMap<u32, Span>;

/// Reports files that import each other: of files that all lead to each other one circle, by way of the first of them.
pub(super) fn check(files: &[SourceFile], direct: &[Imports], out: &mut Vec<Diagnostic>) {
    let groups = groups(direct);
    let mut told = vec![false; direct.len()];
    for (file, group) in (0_u32..).zip(&groups) {
        let Some(told) = told.get_mut(*group as usize).filter(|told| !**told) else { continue };
        let Some(circle) = circle(file, direct, &groups) else { continue };
        *told = true;
        report(files, direct, &circle, out);
    }
}

/// A shortest way from a file back to it; none where there is none. What is on such a way is in the same group.
fn circle(from: u32, direct: &[Imports], groups: &[u32]) -> Option<Vec<u32>> {
    let group = groups.get(from as usize)?;
    let mut came: BTreeMap<u32, u32> = BTreeMap::new();
    let mut open = VecDeque::from([from]);
    while let Some(file) = open.pop_front() {
        for next in direct.get(file as usize)?.keys().copied() {
            if next == from {
                let mut way = vec![file];
                while let Some(before) = way.last().and_then(|file| came.get(file)) {
                    way.push(*before);
                }
                way.reverse();
                return Some(way);
            }
            if groups.get(next as usize) == Some(group) && !came.contains_key(&next) {
                came.insert(next, file);
                open.push_back(next);
            }
        }
    }
    None
}

fn report(files: &[SourceFile], direct: &[Imports], circle: &[u32], out: &mut Vec<Diagnostic>) {
    let named: Vec<(&str, Place)> = circle
        .iter()
        .zip(circle.iter().cycle().skip(1))
        .filter_map(|(file, next)| {
            let path = &files.get(*file as usize)?.path;
            let span = *direct.get(*file as usize)?.get(next)?;
            Some((path.as_str(), Place { file: path.clone(), span }))
        })
        .collect();
    let Some((path, place)) = named.first() else { return };
    let (message, help) = match named.len() {
        1 => (format!("`{path}` imports itself."), "Leave it out: a file knows what it declares."),
        _ => (
            format!("`{path}` imports itself by way of others{}.", way_round(named.iter().map(|(path, _)| *path))),
            "Move what both sides need into a file that imports neither.",
        ),
    };
    let mut found = Diagnostic::error(CODE, place.clone(), message, "leads back to this file", help).warning();
    for (_, place) in named.iter().skip(1).take(MOST_NAMED) {
        found = found.related(place.clone(), "by way of this one");
    }
    out.push(found);
}

/// For each file a number that it shares with those files that it leads to and that lead to it.
fn groups(direct: &[Imports]) -> Vec<u32> {
    let mut seen = vec![false; direct.len()];
    let mut is_new = |file: u32| seen.get_mut(file as usize).is_some_and(|seen| !std::mem::replace(seen, true));
    let targets = |file: u32| direct.get(file as usize).into_iter().flat_map(|targets| targets.keys().copied());
    // Each file after all that it leads to.
    let mut order = Vec::with_capacity(direct.len());
    for (start, _) in (0_u32..).zip(direct) {
        if !is_new(start) {
            continue;
        }
        let mut open = vec![(start, targets(start))];
        while let Some((file, left)) = open.last_mut() {
            match left.next() {
                Some(next) if is_new(next) => open.push((next, targets(next))),
                Some(_) => {}
                None => {
                    order.push(*file);
                    open.pop();
                }
            }
        }
    }
    let mut reverse: Vec<Vec<u32>> = vec![Vec::new(); direct.len()];
    for (file, targets) in (0_u32..).zip(direct) {
        for target in targets.keys() {
            if let Some(importers) = reverse.get_mut(*target as usize) {
                importers.push(file);
            }
        }
    }
    let mut groups: Vec<Option<u32>> = vec![None; direct.len()];
    for start in order.into_iter().rev() {
        let mut open = vec![start];
        while let Some(file) = open.pop() {
            if let Some(group @ None) = groups.get_mut(file as usize) {
                *group = Some(start);
                open.extend(reverse.get(file as usize).into_iter().flatten());
            }
        }
    }
    groups.into_iter().zip(0..).map(|(group, own)| group.unwrap_or(own)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "a test may stop where it stands")]

    use ntro_grammar::Span;

    use super::{Imports, circle, groups};

    fn graph(edges: &[&[u32]]) -> Vec<Imports> {
        edges.iter().map(|to| to.iter().map(|to| (*to, Span::default())).collect()).collect()
    }

    #[test]
    fn a_circle_is_found_from_each_of_its_files() {
        let graph = graph(&[&[1], &[2, 3], &[0], &[3], &[0, 5], &[]]);
        let groups = groups(&graph);
        assert!(groups[0] == groups[1] && groups[1] == groups[2]);
        assert_eq!([3, 4, 5].map(|file| groups.iter().filter(|of| **of == groups[file]).count()), [1, 1, 1]);
        let of = |file| circle(file, &graph, &groups);
        assert_eq!(of(0), Some(vec![0, 1, 2]));
        assert_eq!(of(2), Some(vec![2, 0, 1]));
        assert_eq!(of(3), Some(vec![3]), "a file that imports itself");
        assert_eq!(of(4), None, "what leads to a circle is in none");
        assert_eq!(of(5), None);
    }

    #[test]
    fn a_long_chain_is_no_deep_recursion() {
        let edges: Vec<Vec<u32>> = (0..10_000).map(|file| vec![(file + 1) % 10_000]).collect();
        let edges: Vec<&[u32]> = edges.iter().map(Vec::as_slice).collect();
        let graph = graph(&edges);
        assert_eq!(circle(7, &graph, &groups(&graph)).map(|way| way.len()), Some(10_000));
    }
}
