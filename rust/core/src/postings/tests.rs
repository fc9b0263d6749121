//! Lists written and walked in any order, against plain vectors; bounds against every posting; broken bytes.

use proptest::prelude::*;
use proptest::sample::Index;

use super::cursor::verify;
use super::*;

/// A list as plain vectors, and the norms of its field.
#[derive(Debug, Clone)]
struct List {
    limit: u32,
    documents: Vec<u32>,
    frequencies: Vec<u32>,
    /// Of each document; empty for a keyword.
    positions: Vec<Vec<u32>>,
    norms: Vec<u8>,
}

impl List {
    fn write(&self, writer: &mut PostingsWriter) -> TermInfo {
        writer.write(&self.documents, &self.frequencies, &self.positions.concat(), &self.lengths())
    }

    fn lengths(&self) -> Lengths<'_> {
        Lengths::new(&self.norms)
    }

    fn norm(&self, document: u32) -> u8 {
        self.norms.get(document as usize).copied().unwrap_or(1)
    }

    fn document(&self, at: usize) -> u32 {
        self.documents.get(at).copied().unwrap_or(NO_MORE)
    }
}

/// Numbers from a seed: a list is too long to let proptest choose and shrink each of its numbers.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (((self.0 >> 32) * u64::from(end)) >> 32) as u32
    }
}

/// A list of `length` documents. Gaps, frequencies and positions are below the given ends, now and then far above.
fn list(seed: u64, length: usize, gap: u32, frequency: u32, keyword: bool, with_norms: bool) -> List {
    let mut numbers = Numbers(seed | 1);
    let (mut documents, mut frequencies, mut positions) = (Vec::new(), Vec::new(), Vec::new());
    let mut next = 0u32;
    for _ in 0..length {
        let document = next + numbers.below(gap);
        documents.push(document);
        next = document + 1;
        let rare = numbers.below(200) == 0;
        let count = 1 + numbers.below(if rare { frequency * 8 } else { frequency });
        frequencies.push(if keyword && rare { u32::MAX - numbers.below(2) } else { count });
        if !keyword {
            let end = if rare { u32::MAX } else { 2000 };
            let mut of_document: Vec<_> = (0..count).map(|_| numbers.below(end)).collect();
            of_document.sort_unstable();
            positions.push(of_document);
        }
    }
    let limit = next + numbers.below(3);
    let norms = if with_norms { (0..limit).map(|_| 1 + numbers.below(60) as u8).collect() } else { Vec::new() };
    List { limit, documents, frequencies, positions, norms }
}

fn any_list() -> impl Strategy<Value = List> {
    let length = prop_oneof![1usize..6, 6usize..300, Just(128), Just(256), Just(4096), 4000usize..9000];
    let gap = prop_oneof![Just(1u32), 1u32..4, 1u32..100];
    (any::<u64>(), length, gap, 1u32..12, any::<bool>(), any::<bool>()).prop_map(
        |(seed, length, gap, frequency, keyword, with_norms)| list(seed, length, gap, frequency, keyword, with_norms),
    )
}

#[derive(Debug, Clone)]
enum Step {
    Next(usize),
    Seek(Index),
    SeekNear(u32),
    Frequency,
    Positions,
    BlockBound(Index),
    GroupBound(Index),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (1usize..200).prop_map(Step::Next),
        any::<Index>().prop_map(Step::Seek),
        (0u32..300).prop_map(Step::SeekNear),
        Just(Step::Frequency),
        Just(Step::Positions),
        any::<Index>().prop_map(Step::BlockBound),
        any::<Index>().prop_map(Step::GroupBound),
    ];
    prop::collection::vec(step, 1..60)
}

/// A bound of the naive list: the block (or group) of `size` documents around `target`, not before place `at`.
fn naive_bound(list: &List, at: usize, target: u32, size: usize) -> Option<(u32, std::ops::Range<usize>)> {
    let place = at.max(list.documents.partition_point(|&document| document < target));
    if at == list.documents.len() || place == list.documents.len() {
        return None;
    }
    let start = place / size * size;
    let end = (start + size).min(list.documents.len());
    Some((list.documents[end - 1], start..end))
}

fn check_bound(list: &List, at: usize, target: u32, size: usize, found: (u32, &[Impact])) {
    let Some((last, range)) = naive_bound(list, at, target, size) else {
        return assert_eq!(found, (NO_MORE, &[][..]));
    };
    assert_eq!(found.0, last);
    assert!((1..=impacts::MAX_IMPACTS).contains(&found.1.len()));
    for place in range {
        let (frequency, norm) = (list.frequencies[place], list.norm(list.documents[place]));
        assert!(found.1.iter().any(|impact| impact.frequency >= frequency && impact.norm <= norm));
    }
}

fn walk(list: &List, cursor: &mut PostingCursor<'_>, steps: &[Step]) {
    let mut at = 0;
    let mut found = Vec::new();
    let size = list.limit as usize + 2;
    for step in steps {
        match step {
            Step::Next(times) => {
                for _ in 0..*times {
                    at = (at + 1).min(list.documents.len());
                    assert_eq!(cursor.next(), list.document(at));
                }
            }
            Step::Seek(_) | Step::SeekNear(_) => {
                let target = match step {
                    Step::Seek(index) => index.index(size) as u32,
                    Step::SeekNear(more) => list.document(at).saturating_add(*more),
                    _ => unreachable!(),
                };
                at = at.max(list.documents.partition_point(|&document| document < target));
                assert_eq!(cursor.seek(target), list.document(at));
            }
            Step::Frequency => {
                assert_eq!(cursor.frequency(), list.frequencies.get(at).copied().unwrap_or(0));
            }
            Step::Positions => {
                cursor.positions(&mut found);
                assert_eq!(&found, list.positions.get(at).unwrap_or(&Vec::new()));
            }
            Step::BlockBound(index) => {
                let target = index.index(size) as u32;
                check_bound(list, at, target, 128, cursor.block_bound(target));
            }
            Step::GroupBound(index) => {
                let target = index.index(size) as u32;
                check_bound(list, at, target, 128 * 32, cursor.group_bound(target));
            }
        }
        assert_eq!(cursor.doc(), list.document(at));
        assert!(!cursor.is_broken());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_walk_agrees_with_the_plain_list(
        lists in prop::collection::vec((any_list(), steps()), 1..4), all in any::<bool>(),
    ) {
        let mut writer = PostingsWriter::new();
        let infos: Vec<_> = lists.iter().map(|(list, _)| list.write(&mut writer)).collect();
        let (postings, positions) = writer.finish();
        for ((list, steps), info) in lists.iter().zip(&infos) {
            prop_assert_eq!(info.document_frequency as usize, list.documents.len());
            prop_assert_eq!(info.occurrences, list.frequencies.iter().map(|&f| u64::from(f)).sum::<u64>());
            prop_assert_eq!(info.positions == NO_POSITIONS, list.positions.is_empty());
            let mut cursor = PostingCursor::new(&postings, &positions, info, list.limit);
            walk(list, &mut cursor, steps);
            cursor.rewind();
            walk(list, &mut cursor, steps);
            if all {
                let every: Vec<_> = list.documents.iter()
                    .flat_map(|_| [Step::Positions, Step::Frequency, Step::Next(1)]).collect();
                walk(list, &mut PostingCursor::new(&postings, &positions, info, list.limit), &every);
            }
            prop_assert_eq!(verify(&postings, &positions, info, list.limit, &list.lengths()), Ok(()));
        }
    }

    #[test]
    fn broken_bytes_end_a_walk(
        list in any_list(), steps in steps(),
        flips in prop::collection::vec((any::<Index>(), any::<Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<Index>()), other in prop::option::of((any::<u64>(), 0u8..4)),
    ) {
        let mut writer = PostingsWriter::new();
        let mut info = list.write(&mut writer);
        let (mut postings, mut positions) = writer.finish();
        for (section, at, value) in flips {
            let section = if section.index(4) == 0 { &mut positions } else { &mut postings };
            if !section.is_empty() {
                // The head of a list matters most.
                let end = if value % 2 == 0 { section.len() } else { section.len().min(40) };
                let at = at.index(end);
                section[at] = value;
            }
        }
        if let Some(cut) = cut {
            let (a, b) = (cut.index(postings.len() + 1), cut.index(positions.len() + 1));
            postings.truncate(a);
            positions.truncate(b);
        }
        match other {
            Some((number, 0)) => info.document_frequency = number as u32,
            Some((number, 1)) => info.occurrences = number,
            Some((number, 2)) => info.postings = number % 1000,
            Some((number, 3)) => info.positions = number,
            _ => {}
        }
        let mut cursor = PostingCursor::new(&postings, &positions, &info, list.limit);
        let mut found = Vec::new();
        let mut before = None;
        let mut check = |cursor: &PostingCursor<'_>| {
            let doc = cursor.doc();
            assert!(doc == NO_MORE || doc < list.limit);
            assert!(before.is_none_or(|before| before <= doc));
            assert!(!cursor.is_broken() || doc == NO_MORE);
            before = Some(doc);
        };
        for step in steps {
            match step {
                Step::Next(times) => (0..times).for_each(|_| { cursor.next(); }),
                Step::Seek(index) => { cursor.seek(index.index(list.limit as usize + 2) as u32); }
                Step::SeekNear(more) => { cursor.seek(cursor.doc().saturating_add(more)); }
                Step::Frequency => { cursor.frequency(); }
                Step::Positions => cursor.positions(&mut found),
                Step::BlockBound(index) => { cursor.block_bound(index.index(list.limit as usize + 2) as u32); }
                Step::GroupBound(index) => { cursor.group_bound(index.index(list.limit as usize + 2) as u32); }
            }
            check(&cursor);
        }
        let mut walked = 0;
        while cursor.next() != NO_MORE {
            check(&cursor);
            walked += 1;
        }
        prop_assert!(walked <= list.limit);
        // A changed byte need not matter (an impact that is only looser is not the list's), but no answer may be a panic.
        let _ = verify(&postings, &positions, &info, list.limit, &list.lengths());
    }

    #[test]
    fn bounds_hold_for_the_scores_of_their_block(
        list in any_list(), k1 in 0.01f64..4.0, b in 0.0f64..=1.0, average in 1.0f64..200.0,
    ) {
        let mut writer = PostingsWriter::new();
        let info = list.write(&mut writer);
        let (postings, positions) = writer.finish();
        let score = |frequency: u32, byte: u8| {
            let (tf, length) = (f64::from(frequency), f64::from(norm::decode(byte)));
            1.0 - 1.0 / (1.0 + tf / (k1 * (1.0 - b + b * length / average)))
        };
        let best = |impacts: &[Impact]| impacts.iter().map(|i| score(i.frequency, i.norm)).fold(0.0, f64::max);
        let mut cursor = PostingCursor::new(&postings, &positions, &info, list.limit);
        while cursor.doc() != NO_MORE {
            let doc = cursor.doc();
            let (last, impacts) = cursor.block_bound(doc);
            let bound = best(impacts);
            let (group_last, impacts) = cursor.group_bound(doc);
            let group_bound = best(impacts);
            prop_assert!(group_last >= last);
            while cursor.doc() <= last && cursor.doc() != NO_MORE {
                let own = score(cursor.frequency(), list.norm(cursor.doc()));
                prop_assert!(own <= bound && own <= group_bound);
                cursor.next();
            }
        }
    }
}

#[test]
fn the_largest_numbers_fit() {
    let list = List {
        limit: u32::MAX,
        documents: (0..200).map(|at| at * 21_000_000).chain([u32::MAX - 1]).collect(),
        frequencies: vec![2; 201],
        positions: vec![vec![0, u32::MAX - 1]; 201],
        norms: Vec::new(),
    };
    let mut writer = PostingsWriter::new();
    let info = list.write(&mut writer);
    let (postings, positions) = writer.finish();
    let mut cursor = PostingCursor::new(&postings, &positions, &info, list.limit);
    let steps: Vec<_> = (0..202).flat_map(|_| [Step::Frequency, Step::Positions, Step::Next(1)]).collect();
    walk(&list, &mut cursor, &steps);
    assert_eq!(verify(&postings, &positions, &info, list.limit, &Lengths::new(&[])), Ok(()));
}

#[test]
fn verify_finds_what_a_walk_does_not() {
    let list = list(7, 5000, 3, 5, false, true);
    let mut writer = PostingsWriter::new();
    let info = list.write(&mut writer);
    let (postings, positions) = writer.finish();
    let check = |info: &TermInfo, norms: &[u8]| verify(&postings, &positions, info, list.limit, &Lengths::new(norms));
    assert_eq!(check(&info, &list.norms), Ok(()));
    assert!(check(&TermInfo { occurrences: info.occurrences + 1, ..info }, &list.norms).is_err());
    assert!(check(&TermInfo { document_frequency: 0, ..info }, &list.norms).is_err());
    assert!(check(&info, &vec![1; list.limit as usize]).is_err());
    assert!(check(&info, &list.norms[1..]).is_err());
}

#[test]
fn no_few_bytes_claim_a_giant_list() {
    let info = TermInfo { document_frequency: 1, occurrences: u64::from(u32::MAX), postings: 0, positions: 0 };
    let mut found = Vec::new();
    let bytes = vec![0; 1 << 20];
    let mut cursor = PostingCursor::new(&[], &bytes, &info, 1);
    cursor.positions(&mut found);
    assert!(cursor.is_broken() && found.capacity() < 1 << 20);
}
