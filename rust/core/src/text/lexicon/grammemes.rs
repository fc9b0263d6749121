//! The grammemes of OpenCorpora that tags are made of, and sets of them.

macro_rules! grammemes {
    ($($variant:ident $name:literal $meaning:literal,)*) => {
        /// One grammatical property, under its name in OpenCorpora.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u8)]
        pub enum Grammeme {
            $(#[doc = concat!("`", $name, "`: ", $meaning, ".")] $variant,)*
        }

        impl Grammeme {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name in OpenCorpora: `NOUN`, `masc`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The one with this name; none for the names of categories and what later dictionaries may add.
            pub fn of(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

grammemes! {
    Noun "NOUN" "noun",
    Adjf "ADJF" "adjective, full form",
    Adjs "ADJS" "adjective, short form",
    Comp "COMP" "comparative",
    Verb "VERB" "verb, personal form",
    Infn "INFN" "infinitive",
    Prtf "PRTF" "participle, full form",
    Prts "PRTS" "participle, short form",
    Grnd "GRND" "adverbial participle",
    Numr "NUMR" "numeral",
    Advb "ADVB" "adverb",
    Npro "NPRO" "pronoun used as a noun",
    Pred "PRED" "predicative",
    Prep "PREP" "preposition",
    Conj "CONJ" "conjunction",
    Prcl "PRCL" "particle",
    Intj "INTJ" "interjection",
    Latn "LATN" "a word of Latin letters",
    Pnct "PNCT" "punctuation",
    Numb "NUMB" "a number in digits",
    Romn "ROMN" "a Roman number",
    Unkn "UNKN" "nothing is known of the word",
    Intg "intg" "a whole number",
    Real "real" "a number with a fraction",
    Anim "anim" "animate",
    Inan "inan" "inanimate",
    Masc "masc" "masculine",
    Femn "femn" "feminine",
    Neut "neut" "neuter",
    CommonGender "ms-f" "common gender, masculine or feminine",
    UnsteadyGender "Ms-f" "of unsteady gender",
    Sing "sing" "singular",
    Plur "plur" "plural",
    Sgtm "Sgtm" "only in the singular",
    Pltm "Pltm" "only in the plural",
    Fixd "Fixd" "not inflected",
    Nomn "nomn" "nominative",
    Gent "gent" "genitive",
    Datv "datv" "dative",
    Accs "accs" "accusative",
    Ablt "ablt" "instrumental",
    Loct "loct" "prepositional",
    Voct "voct" "vocative",
    Gen1 "gen1" "first genitive",
    Gen2 "gen2" "second, partitive genitive",
    Acc2 "acc2" "second accusative",
    Loc1 "loc1" "first prepositional",
    Loc2 "loc2" "second prepositional, locative",
    Abbr "Abbr" "abbreviation",
    Name "Name" "first name",
    Surn "Surn" "surname",
    Patr "Patr" "patronymic",
    Geox "Geox" "name of a place",
    Orgn "Orgn" "name of an organization",
    Trad "Trad" "trade mark",
    Init "Init" "initial",
    Subx "Subx" "may be used as a noun",
    Adjx "Adjx" "may be used as an adjective",
    Prdx "Prdx" "may be used as a predicative",
    Supr "Supr" "superlative",
    Qual "Qual" "qualitative",
    Apro "Apro" "pronoun used as an adjective",
    Anum "Anum" "ordinal",
    Poss "Poss" "possessive",
    Cmp2 "Cmp2" "comparative with по-",
    Perf "perf" "perfective",
    Impf "impf" "imperfective",
    Tran "tran" "transitive",
    Intr "intr" "intransitive",
    Impe "Impe" "impersonal",
    Impx "Impx" "may be used impersonally",
    Mult "Mult" "of repeated action",
    Refl "Refl" "reflexive",
    First "1per" "first person",
    Second "2per" "second person",
    Third "3per" "third person",
    Pres "pres" "present",
    Past "past" "past",
    Futr "futr" "future",
    Indc "indc" "indicative",
    Impr "impr" "imperative",
    Incl "incl" "the speaker takes part",
    Excl "excl" "the speaker does not take part",
    Actv "actv" "active",
    Pssv "pssv" "passive",
    Infr "Infr" "colloquial",
    Slng "Slng" "slang",
    Arch "Arch" "archaic",
    Litr "Litr" "literary variant",
    Erro "Erro" "misspelling",
    Dist "Dist" "distortion",
    Hypo "Hypo" "a form that could be, but is not used",
    Ques "Ques" "interrogative",
    Dmns "Dmns" "demonstrative",
    Anph "Anph" "anaphoric",
    Prnt "Prnt" "parenthetic word",
    Coun "Coun" "form for counting",
    Coll "Coll" "collective numeral",
    Inmx "Inmx" "may be animate or inanimate",
    Fimp "Fimp" "adverbial participle of an imperfective verb",
    AfterPreposition "Af-p" "form after a preposition",
    Vpre "Vpre" "variant of a preposition",
    EndingEyu "V-ey" "form in -ею",
    EndingOyu "V-oy" "form in -ою",
    EndingEy "V-ej" "comparative in -ей",
    EndingYe "V-be" "form in -ье",
    EndingEnen "V-en" "form in -енен",
    EndingIye "V-ie" "form with -и- where -ь- is usual",
    EndingYi "V-bi" "form in -ьи",
    EndingShi "V-sh" "adverbial participle in -ши",
}

/// A set of grammemes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Grammemes(u128);

// Every grammeme has a bit of its own.
const _: () = assert!(Grammeme::ALL.len() <= u128::BITS as usize);

impl Grammemes {
    /// The set of these.
    pub const fn of(members: &[Grammeme]) -> Self {
        let mut set = 0;
        let mut at = 0;
        while at < members.len() {
            set |= 1 << members[at] as u32;
            at += 1;
        }
        Self(set)
    }

    /// Whether this one is in the set.
    #[inline]
    pub const fn has(self, grammeme: Grammeme) -> bool {
        self.0 & (1 << grammeme as u32) != 0
    }

    /// Whether all of the others are in this set.
    pub const fn has_all(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// What is in both.
    pub const fn both(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// What is in either.
    pub const fn either(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with `old`, if it is there, replaced.
    pub const fn replaced(self, old: Grammeme, new: Grammeme) -> Self {
        if self.has(old) { Self(self.0 & !(1 << old as u32) | 1 << new as u32) } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for &grammeme in Grammeme::ALL {
            assert_eq!(Grammeme::of(grammeme.name()), Some(grammeme));
        }
        assert_eq!(Grammeme::of("POST"), None);
    }

    #[test]
    fn sets() {
        let noun = Grammemes::of(&[Grammeme::Noun, Grammeme::EndingShi, Grammeme::Gen1]);
        assert!(noun.has(Grammeme::EndingShi) && !noun.has(Grammeme::Verb));
        assert!(noun.has_all(Grammemes::of(&[Grammeme::Noun])) && !noun.has_all(Grammemes::of(&[Grammeme::Verb])));
        let replaced = noun.replaced(Grammeme::Gen1, Grammeme::Gent);
        assert_eq!(replaced, Grammemes::of(&[Grammeme::Noun, Grammeme::EndingShi, Grammeme::Gent]));
        assert_eq!(replaced.replaced(Grammeme::Verb, Grammeme::Infn), replaced);
        assert!(noun.both(Grammemes::of(&[Grammeme::Verb])).is_empty());
    }
}
