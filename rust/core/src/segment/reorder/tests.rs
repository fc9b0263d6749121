//! Orders of made-up documents, and what finding one takes.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::bisection::{Entry, bisect};
use super::*;
use crate::postings::NO_MORE;
use crate::segment::Segment;
use crate::segment::testing;

/// The order of documents that are given by their terms, found by so many threads.
fn ordered(documents: &[Vec<u32>], threads: usize) -> Vec<u32> {
    let terms = documents.iter().flatten().max().map_or(0, |&term| term as usize + 1);
    let mut lists = documents.to_vec();
    let mut entries: Vec<_> = (0u32..).zip(&mut lists).map(|(document, terms)| Entry::new(document, terms)).collect();
    bisect(&mut entries, terms, threads, &AtomicBool::new(false));
    entries.iter().map(|entry| entry.document).collect()
}

/// The sum of the logarithms of gaps in posting lists when documents stand in this order.
fn cost(documents: &[Vec<u32>], order: &[u32]) -> f64 {
    let mut last = std::collections::HashMap::new();
    let mut cost = 0.0;
    for (place, &document) in (1u32..).zip(order) {
        for &term in &documents[document as usize] {
            cost += f64::from(place - last.insert(term, place).unwrap_or(0)).log2();
        }
    }
    cost
}

/// Documents of several topics, each with words of its own and some of all.
fn topics(count: u32, topics: u32, seed: u32) -> Vec<Vec<u32>> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut random = move |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % below
    };
    let document = |_| {
        let topic = random(topics);
        let mut terms: Vec<u32> =
            (0..12).map(|at| if at < 8 { 40 + topic * 20 + random(20) } else { random(40) }).collect();
        terms.sort_unstable();
        terms.dedup();
        terms
    };
    (0..count).map(document).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn documents_of_a_topic_come_together(count in 500..3000u32, of in 3..12u32, seed in 1..u32::MAX) {
        let documents = topics(count, of, seed);
        let order = ordered(&documents, 1);
        let as_added: Vec<u32> = (0..count).collect();
        let (before, after) = (cost(&documents, &as_added), cost(&documents, &order));
        prop_assert!(after < 0.8 * before, "{} before, {} after", before, after);
    }

    #[test]
    fn any_documents_come_in_an_order_that_depends_on_them_alone(
        documents in prop::collection::vec(prop::collection::btree_set(0..60u32, 0..9), 0..400),
    ) {
        let documents: Vec<Vec<u32>> = documents.into_iter().map(|terms| terms.into_iter().collect()).collect();
        let order = ordered(&documents, 1);
        let mut all = order.clone();
        all.sort_unstable();
        prop_assert_eq!(all, (0..documents.len() as u32).collect::<Vec<_>>());
        prop_assert_eq!(&order, &ordered(&documents, 1));
    }
}

#[test]
fn threads_change_nothing() {
    let documents = topics(40_000, 9, 5);
    let order = ordered(&documents, 1);
    assert_eq!(order, ordered(&documents, 2));
    assert_eq!(order, ordered(&documents, 5));
}

#[test]
fn where_nothing_tells_documents_apart_they_stay_as_they_are() {
    let documents = vec![vec![1, 2, 3]; 1000];
    assert_eq!(ordered(&documents, 1), (0..1000).collect::<Vec<_>>());
}

/// The topic of a document. Two by turns would pull every document to both halves alike.
fn topic(at: u32) -> usize {
    usize::from(at % 7 < 3)
}

/// A segment of documents of two topics.
fn segment(folder: &std::path::Path, count: u32) -> Arc<Segment> {
    let words = ["нефть и газ дорожают на бирже", "команда забила гол в последнем матче"];
    let document = |at: u32| testing::document(&at.to_string(), words[topic(at)]);
    let documents: Vec<_> = (0..count).map(document).collect();
    testing::builder(&documents, &testing::analyzers(), 0).write(&folder.join("a"), 1).unwrap();
    Arc::new(Segment::open(&folder.join("a"), &testing::schema()).unwrap())
}

#[test]
fn what_it_holds_fits_into_the_memory_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let source = [(segment(folder.path(), 600), None)];
    let maps = [(0..600).collect::<DocumentMap>()];
    let never = AtomicBool::new(false);
    let mut found = 0;
    for memory in (0..18).map(|shift| 1 << shift) {
        let effort = Effort { least_documents: 0, memory, threads: 2 };
        if let Some(forward) = Forward::of(&source, &maps, 600, effort, &never).unwrap() {
            let entries = 600 * size_of::<Entry<'_>>();
            let held = forward.terms.capacity() * 4 + forward.starts.capacity() * size_of::<usize>() + entries;
            assert!(held as u64 <= memory, "{held} bytes held, {memory} allowed");
            assert_eq!(forward.starts.last(), Some(&forward.terms.len()));
            found += 1;
        }
    }
    assert!((1..18).contains(&found), "too little memory {found} times of 18");
}

#[test]
fn deleted_documents_and_small_merges_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let source = [(segment(folder.path(), 600), None)];
    let maps = [(0..600).map(|at| if at < 300 { NO_MORE } else { at - 300 }).collect::<DocumentMap>()];
    let never = AtomicBool::new(false);
    let effort = Effort { least_documents: 300, memory: 1 << 20, threads: 1 };
    let places = places(&source, &maps, 300, effort, &never).unwrap().unwrap();
    let mut order: Vec<u32> = (0..300).collect();
    order.sort_by_key(|&document| places[document as usize]);
    let runs = order.chunk_by(|&one, &other| topic(one + 300) == topic(other + 300)).count();
    assert!(runs < 300 / 7, "topics stand together: {runs} runs");
    let effort = Effort { least_documents: 301, ..effort };
    assert_eq!(super::places(&source, &maps, 300, effort, &never).unwrap(), None);
}
