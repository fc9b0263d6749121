//! Unknown words by analogy with known ones: a known prefix, any short prefix, or the same ending.

use super::Unit;
use super::analysis::Analysis;
use super::dictionary::Form;
use super::drafts::{Draft, Origin, Span};

/// Prefixes that leave the rest of a word what it is, as pymorphy3 has them (MIT licence), longest first.
#[rustfmt::skip]
static KNOWN_PREFIXES: [&str; 144] = [
    "противо-", "антропо", "впереди", "противо", "псевдо-", "эконом-", "экстра-", "электро", "взаимо", "внутри",
    "вперед", "гетеро", "квази-", "контр-", "космо-", "крипто", "макси-", "медиа-", "мульти", "пресс-",
    "псевдо", "ретро-", "сверх-", "супер-", "транс-", "ультра", "унтер-", "экстра", "энерго", "анти-", "астро",
    "аудио", "видео", "вице-", "гекто", "гелио", "гигро", "гипер", "интер", "инфра", "квази", "контр", "космо",
    "лейб-", "макро", "макси", "медиа", "мета-", "метео", "метро", "микро", "милли", "мини-", "много", "нарко",
    "небез", "нейро", "низко", "обер-", "около", "палео", "пента", "порно", "после", "пост-", "прото", "радио",
    "разно", "ретро", "санти", "сверх", "супер", "супра", "тетра", "транс", "штаб-", "авиа", "авто", "аква",
    "анти", "арт-", "архи", "аэро", "вело", "гига", "гипо", "гомо", "двух", "дека", "деци", "евро", "кило",
    "кино", "лже-", "мало", "мега", "мета", "мини", "моно", "мото", "нано", "недо", "обще", "одно", "орто",
    "пара", "пере", "пиро", "поли", "полу", "пост", "пра-", "пред", "само", "спец", "теле", "топ-", "экзо",
    "экс-", "эндо", "этно", "арт", "без", "бес", "био", "вне", "гео", "дву", "дез", "дис", "зоо", "лже", "меж",
    "нео", "пан", "пра", "суб", "эко", "экс", "де", "до", "за", "не", "ре",
];

const KNOWN_PREFIX: f64 = 0.75;
const UNKNOWN_PREFIX: f64 = 0.5;
const KNOWN_SUFFIX: f64 = 0.5;
/// Letters that must be left after a prefix.
const LEAST_REMAINDER: usize = 3;
const LONGEST_UNKNOWN_PREFIX: usize = 5;
/// Letters that a word must have to be known by its ending.
const LEAST_WORD: usize = 4;

/// The known prefixes that a word begins with, the longest first.
fn known_prefixes(word: &str) -> impl Iterator<Item = &'static str> {
    // All of them have two letters, by which most are told from the word at once.
    let head = word.as_bytes().first_chunk::<4>();
    let alike = move |prefix: &&str| head.is_some() && prefix.as_bytes().first_chunk() == head;
    KNOWN_PREFIXES.iter().copied().filter(alike).filter(|prefix| word.starts_with(prefix))
}

/// Whether a word begins with one of the known prefixes.
pub(super) fn has_known_prefix(word: &str) -> bool {
    known_prefixes(word).next().is_some()
}

impl Analysis<'_> {
    /// Adds the parses of the rest of a word after each known prefix it has, the longest first: псевдо + кошка.
    pub(super) fn known_prefix(&mut self, word: &Span) {
        let (lower, tags) = (&self.lower[word.clone()], &self.lexicon.dictionary.tags);
        let first = self.space.drafts.list.len();
        for prefix in known_prefixes(lower) {
            if lower[prefix.len()..].chars().nth(LEAST_REMAINDER - 1).is_none() {
                continue;
            }
            let start = word.start + prefix.len();
            let from = self.space.drafts.list.len();
            self.within(start..word.end);
            let drafts = &mut self.space.drafts;
            drafts.list[from..].iter_mut().for_each(|draft| {
                draft.score *= KNOWN_PREFIX;
                draft.without(Unit::KnownPrefix, prefix.len());
            });
            for at in from..drafts.list.len() {
                let (word_end, lemma_end) = (drafts.list[at].word.clone(), drafts.list[at].lemma.clone());
                drafts.list[at].word = drafts.join(word.start..start, word_end);
                drafts.list[at].lemma = drafts.join(word.start..start, lemma_end);
            }
            drafts.keep(first, from, tags, |draft| tags.is_productive(draft.tag));
        }
    }

    /// Adds the dictionary's parses of the rest of a word after each of its first letters: байт + код.
    pub(super) fn unknown_prefix(&mut self, word: &Span) {
        let (lower, tags) = (&self.lower[word.clone()], &self.lexicon.dictionary.tags);
        let first = self.space.drafts.list.len();
        let rests = lower.char_indices().skip(1).take(LONGEST_UNKNOWN_PREFIX);
        for (length, _) in rests.take_while(|&(at, _)| lower[at..].chars().nth(LEAST_REMAINDER - 1).is_some()) {
            let from = self.space.drafts.list.len();
            self.look_up(word, word.start + length);
            let drafts = &mut self.space.drafts;
            drafts.list[from..].iter_mut().for_each(|draft| {
                draft.score *= UNKNOWN_PREFIX;
                draft.without(Unit::UnknownPrefix, length);
            });
            drafts.keep(first, from, tags, |draft| tags.is_productive(draft.tag));
        }
    }

    /// Adds what words with the same ending are, the likeliest first, unless it is among the drafts from `first` on. The
    /// longest ending that says something decides, for each prefix of paradigms («», «по», «наи») by itself.
    pub(super) fn known_suffix(&mut self, length: usize, word: &Span, first: usize) {
        if length < LEAST_WORD {
            return;
        }
        let (lower, meta) = (&self.lower[word.clone()], &self.lexicon.dictionary.meta);
        let begin = self.space.drafts.list.len();
        for (prefix, suffixes) in meta.prefixes.iter().zip(&self.lexicon.suffixes).rev() {
            if !lower.starts_with(prefix.as_str()) {
                continue;
            }
            let from = self.space.drafts.list.len();
            let mut total = 1.0;
            for length in (1..=meta.longest_suffix).rev() {
                let start = lower.char_indices().nth_back(length - 1).map_or(0, |(at, _)| at);
                total += self.suffix(suffixes, word, word.start + start, first);
                if total > 1.0 {
                    break;
                }
            }
            for draft in &mut self.space.drafts.list[from..] {
                draft.score = draft.score / total * KNOWN_SUFFIX;
            }
        }
        self.space.drafts.list[begin..].sort_by(|one, other| other.score.total_cmp(&one.score));
    }

    /// Adds what words with the ending from `start` on are, with their counts as scores. Gives the sum of all counts.
    fn suffix(&mut self, suffixes: &super::dawg::Dawg, word: &Span, start: usize, first: usize) -> f64 {
        let (lower, dictionary) = (self.lower, &self.lexicon.dictionary);
        let drafts = &mut self.space.drafts;
        let length = word.end - start;
        let mut total = 0.0;
        suffixes.similar(&lower[start..word.end], &mut self.space.spellings, |replaced, node| {
            let spelled = drafts.spell(word.clone(), start, replaced);
            suffixes.payloads(node, |payload: [u8; 8]| {
                let [count @ .., paradigm_high, paradigm_low, number_high, number_low] = payload;
                let paradigm = u16::from_be_bytes([paradigm_high, paradigm_low]);
                let form = Form { paradigm, number: u16::from_be_bytes([number_high, number_low]) };
                let Some(tag) = dictionary.tag(form).filter(|&tag| dictionary.tags.is_productive(tag)) else { return };
                let count = f64::from(u32::from_be_bytes(count));
                total += count;
                let origin = Origin::Paradigm(form.paradigm);
                if drafts.have(first, drafts.list.len(), &dictionary.tags, (&spelled, tag, origin)) {
                    return;
                }
                let lemma = drafts.lemma(&spelled, spelled.start, dictionary, form);
                let mut draft = Draft::itself(&spelled, tag, count, Unit::KnownSuffix);
                draft.lemma = lemma;
                draft.origin = origin;
                draft.number = form.number;
                draft.without(Unit::KnownSuffix, length);
                drafts.add(draft);
            });
        });
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_comes_first() {
        let lengths = KNOWN_PREFIXES.map(|prefix| prefix.chars().count());
        assert!(lengths.is_sorted_by(|one, next| one >= next));
        assert_eq!(known_prefixes("контр-адмирал").collect::<Vec<_>>(), ["контр-", "контр"]);
        assert!(has_known_prefix("не") && !has_known_prefix("н") && !has_known_prefix(""));
        assert!(KNOWN_PREFIXES.iter().all(|prefix| prefix.len() >= 4));
    }
}
