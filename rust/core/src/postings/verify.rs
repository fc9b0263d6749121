//! Reads one whole list and checks it against everything that is written about it.

use super::block::BLOCK;
use super::cursor::{NO_MORE, PostingCursor};
use super::impacts::{Front, Impact};
use super::maxima::{self, Lengths};
use super::skip::GROUP;
use super::writer::{NO_POSITIONS, TermInfo};

/// Decodes one whole list and checks it against everything that is written about it: order, counts, skip data, the
/// impacts of every block and group recomputed from frequencies and norms. Says what is wrong.
pub fn verify(
    postings: &[u8],
    positions: &[u8],
    info: &TermInfo,
    documents: u32,
    lengths: &Lengths<'_>,
) -> std::result::Result<(), String> {
    if info.document_frequency == 0 {
        return Err("a term of no document".to_owned());
    }
    if lengths.count() > 0 && lengths.count() != documents as usize {
        return Err(format!("{} norms for {documents} documents", lengths.count()));
    }
    let mut cursor = PostingCursor::new(postings, positions, info, documents);
    let with_positions = info.positions != NO_POSITIONS;
    let (mut front, mut group_front) = (Front::default(), Front::default());
    let (mut count, mut occurrences, mut found) = (0u32, 0u64, Vec::new());
    // For the maxima alone.
    let (mut all, mut frequencies) = (Vec::new(), Vec::new());
    let maxima = cursor.maxima();
    while cursor.doc() != NO_MORE {
        let (doc, frequency, (block, at)) = (cursor.doc(), cursor.frequency(), cursor.place());
        if at == 0 && with_positions && cursor.skips().base(block) != Some(occurrences) {
            return Err(format!(
                "block {block}: there are {occurrences} positions before it, its skip data says otherwise"
            ));
        }
        if with_positions {
            cursor.positions(&mut found);
            if !cursor.is_broken() && found.len() != frequency as usize {
                return Err(format!("document {doc}: {} positions, frequency {frequency}", found.len()));
            }
        }
        if cursor.is_broken() {
            break;
        }
        count += 1;
        occurrences = occurrences.saturating_add(u64::from(frequency));
        if maxima.is_some() {
            all.push(doc);
            frequencies.push(frequency);
        }
        front.add(frequency, lengths.norm(doc));
        let last_of_block = at == BLOCK - 1 || count == info.document_frequency;
        if last_of_block && info.document_frequency > 1 {
            let (last, impacts) = cursor.block_bound(doc);
            same(&format!("block {block}"), (last, impacts), doc, &front)?;
            group_front.add_all(&front);
            front.clear();
            if block % GROUP == GROUP - 1 || count == info.document_frequency {
                let (last, impacts) = cursor.group_bound(doc);
                same(&format!("group {}", block / GROUP), (last, impacts), doc, &group_front)?;
                group_front.clear();
            }
        }
        cursor.next();
    }
    if cursor.is_broken() {
        return Err(format!("the list breaks off after {count} of {} documents", info.document_frequency));
    }
    if (count, occurrences) != (info.document_frequency, info.occurrences) {
        return Err(format!(
            "{count} documents and {occurrences} occurrences, the dictionary says {} and {}",
            info.document_frequency, info.occurrences
        ));
    }
    let kept = info.document_frequency as usize > BLOCK && maxima::are_kept(info.document_frequency as usize, lengths);
    if kept != maxima.is_some() {
        return Err(format!("the list has {}maxima", if kept { "no " } else { "" }));
    }
    if let Some(maxima) = maxima {
        let mut expected = Vec::new();
        maxima::write(&all, &frequencies, lengths, &mut expected);
        if expected != maxima.bytes().concat() {
            return Err("the maxima are not those of its documents".to_owned());
        }
    }
    Ok(())
}

fn same(what: &str, found: (u32, &[Impact]), last: u32, front: &Front) -> std::result::Result<(), String> {
    if found.0 != last {
        return Err(format!("{what}: its last document is {last}, its skip data says {}", found.0));
    }
    let bounds = front.bounds();
    if found.1 != bounds.as_slice() {
        return Err(format!("{what}: its impacts are {:?}, its skip data says {:?}", bounds.as_slice(), found.1));
    }
    Ok(())
}
