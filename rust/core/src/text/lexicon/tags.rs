//! Tags: those of the dictionary and those that units make for what is in no dictionary.

use rustc_hash::FxHashMap;

use super::files::Strings;
use super::grammemes::{Grammeme, Grammemes};

/// The number of a tag in the lexicon that gave it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct TagId(pub(super) u16);

const PARTS_OF_SPEECH: Grammemes = Grammemes::of(&[
    Grammeme::Noun,
    Grammeme::Adjf,
    Grammeme::Adjs,
    Grammeme::Comp,
    Grammeme::Verb,
    Grammeme::Infn,
    Grammeme::Prtf,
    Grammeme::Prts,
    Grammeme::Grnd,
    Grammeme::Numr,
    Grammeme::Advb,
    Grammeme::Npro,
    Grammeme::Pred,
    Grammeme::Prep,
    Grammeme::Conj,
    Grammeme::Prcl,
    Grammeme::Intj,
]);

/// What both parts of a hyphenated word must have in common to be inflected together, besides the part of speech.
const INFLECTION: Grammemes = Grammemes::of(&[
    Grammeme::Sing,
    Grammeme::Plur,
    Grammeme::Nomn,
    Grammeme::Gent,
    Grammeme::Datv,
    Grammeme::Accs,
    Grammeme::Ablt,
    Grammeme::Loct,
    Grammeme::Voct,
    Grammeme::Gen1,
    Grammeme::Gen2,
    Grammeme::Acc2,
    Grammeme::Loc1,
    Grammeme::Loc2,
    Grammeme::First,
    Grammeme::Second,
    Grammeme::Third,
    Grammeme::Pres,
    Grammeme::Past,
    Grammeme::Futr,
]);

/// No new words are made of what has one of these.
const UNPRODUCTIVE: Grammemes = Grammemes::of(&[
    Grammeme::Numr,
    Grammeme::Npro,
    Grammeme::Pred,
    Grammeme::Prep,
    Grammeme::Conj,
    Grammeme::Prcl,
    Grammeme::Intj,
    Grammeme::Apro,
]);

const CASES: [Grammeme; 6] =
    [Grammeme::Nomn, Grammeme::Gent, Grammeme::Datv, Grammeme::Accs, Grammeme::Ablt, Grammeme::Loct];

/// How many tags the initial of a first name has, or of a patronymic: two genders, six cases.
pub(super) const INITIALS: usize = 2 * CASES.len();

/// All tags by number.
pub(super) struct Tags {
    names: Strings,
    of_dictionary: usize,
    sets: Vec<Grammemes>,
    /// By number, that of the first tag with the same grammemes in the same order: a name shows in addition
    /// which of them belong to the lexeme and which to the form.
    same: Vec<u16>,
    known: Vec<bool>,
    pub adverb: TagId,
    pub latin: TagId,
    pub punctuation: TagId,
    pub whole: TagId,
    pub fraction: TagId,
    pub roman: TagId,
    pub unknown: TagId,
    /// The first of the tags of initials of first names.
    pub first_name: TagId,
    /// The first of the tags of initials of patronymics.
    pub patronymic: TagId,
}

impl Tags {
    /// The tags of a dictionary, and those of the units after them.
    pub fn new(mut names: Strings) -> Result<Self, String> {
        let of_dictionary = names.len();
        if of_dictionary > usize::from(u16::MAX) - 64 {
            return Err(format!("{of_dictionary} tags are more than there can be"));
        }
        // Bounded above, so the numbers fit; and a list of at most 65,536 tags fits too.
        let mut add = |name: &str| names.push(name).map_or(TagId(u16::MAX), |number| TagId(number as u16));
        let adverb = add("ADVB");
        let latin = add("LATN");
        let punctuation = add("PNCT");
        let whole = add("NUMB,intg");
        let fraction = add("NUMB,real");
        let roman = add("ROMN");
        let unknown = add("UNKN");
        let mut initials = |kind: Grammeme| {
            let tags = [Grammeme::Masc, Grammeme::Femn].into_iter().flat_map(|gender| CASES.map(|case| (gender, case)));
            let tags = tags.map(|(gender, case)| {
                let [gender, kind, case] = [gender, kind, case].map(Grammeme::name);
                add(&format!("NOUN,anim,{gender},Sgtm,{kind},Fixd,Abbr,Init sing,{case}"))
            });
            tags.collect::<Vec<_>>()[0]
        };
        let first_name = initials(Grammeme::Name);
        let patronymic = initials(Grammeme::Patr);

        let mut seen = FxHashMap::default();
        let (mut sets, mut same, mut known) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..names.len() {
            let name = names.get(number);
            let parts = || name.split([',', ' ']).map(Grammeme::of);
            sets.push(Grammemes::of(&parts().flatten().collect::<Vec<_>>()));
            same.push(*seen.entry(name.replacen(' ', ",", 1)).or_insert(number as u16));
            known.push(parts().next().flatten().is_some_and(|first| PARTS_OF_SPEECH.has(first)));
        }
        Ok(Self {
            names,
            of_dictionary,
            sets,
            same,
            known,
            adverb,
            latin,
            punctuation,
            whole,
            fraction,
            roman,
            unknown,
            first_name,
            patronymic,
        })
    }

    /// How many tags the dictionary has.
    pub fn of_dictionary(&self) -> usize {
        self.of_dictionary
    }

    /// The tag as OpenCorpora writes it.
    pub fn name(&self, tag: TagId) -> &str {
        self.names.get(usize::from(tag.0))
    }

    /// Its grammemes.
    #[inline]
    pub fn set(&self, tag: TagId) -> Grammemes {
        self.sets.get(usize::from(tag.0)).copied().unwrap_or_default()
    }

    /// Whether two tags have the same grammemes in the same order.
    #[inline]
    pub fn are_same(&self, one: TagId, other: TagId) -> bool {
        let same = |tag: TagId| self.same.get(usize::from(tag.0));
        one == other || same(one) == same(other)
    }

    /// Whether new words are made of such ones.
    #[inline]
    pub fn is_productive(&self, tag: TagId) -> bool {
        self.set(tag).both(UNPRODUCTIVE).is_empty()
    }

    /// Whether it begins with a part of speech: not one of a shape, not that of unknown words.
    pub fn is_of_a_word(&self, tag: TagId) -> bool {
        self.known.get(usize::from(tag.0)) == Some(&true)
    }

    /// What both parts of a hyphenated word must have in common to be inflected together.
    pub fn inflection(&self, tag: TagId) -> Grammemes {
        let set = self.set(tag).both(PARTS_OF_SPEECH.either(INFLECTION));
        set.replaced(Grammeme::Gen1, Grammeme::Gent).replaced(Grammeme::Loc1, Grammeme::Loct)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags() -> Tags {
        let names = r#"["NOUN,inan,masc sing,nomn", "NOUN,inan masc,sing,nomn", "NOUN sing,loc1", "NOUN sing,loct",
            "CONJ", "ADJF,Apro masc,sing,nomn"]"#;
        Tags::new(serde_json::from_str(names).unwrap()).unwrap()
    }

    #[test]
    fn a_tag_knows_its_grammemes() {
        let tags = tags();
        assert!(tags.set(TagId(0)).has(Grammeme::Nomn) && !tags.set(TagId(0)).has(Grammeme::Femn));
        assert!(tags.are_same(TagId(0), TagId(1)) && !tags.are_same(TagId(2), TagId(3)));
        assert_eq!(tags.inflection(TagId(2)), tags.inflection(TagId(3)));
        assert!(tags.is_productive(TagId(0)) && !tags.is_productive(TagId(4)) && !tags.is_productive(TagId(5)));
        assert!(tags.is_of_a_word(TagId(4)) && !tags.is_of_a_word(tags.latin) && !tags.is_of_a_word(tags.whole));
        assert_eq!(tags.name(TagId(u16::MAX)), "");
    }

    #[test]
    fn initials_come_in_two_genders_and_six_cases() {
        let tags = tags();
        let name = |tag: TagId, at| tags.name(TagId(tag.0 + at));
        assert_eq!(name(tags.first_name, 0), "NOUN,anim,masc,Sgtm,Name,Fixd,Abbr,Init sing,nomn");
        assert_eq!(name(tags.first_name, 11), "NOUN,anim,femn,Sgtm,Name,Fixd,Abbr,Init sing,loct");
        assert_eq!(name(tags.patronymic, 6), "NOUN,anim,femn,Sgtm,Patr,Fixd,Abbr,Init sing,nomn");
    }
}
