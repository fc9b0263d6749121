//! The keys of new forms on their way to a generation of forms, in a few long lists: none is an allocation of its own.

use std::ops::Range;

use super::token::{Key, KeyKind, Rule};

/// Keys, one form after another: they are added to the form in the making until that is ended.
#[derive(Default)]
pub struct KeyLists {
    texts: String,
    keys: Vec<Listed>,
    /// Where the keys of each form end.
    ends: Vec<usize>,
}

struct Listed {
    text: Range<usize>,
    kind: KeyKind,
    weight: f32,
    rule: Rule,
}

/// A key of a list.
pub struct NewKey<'a> {
    /// As in [`Key`].
    pub kind: KeyKind,
    /// As in [`Key`].
    pub text: &'a str,
    /// As in [`Key`].
    pub weight: f32,
    /// As in [`Key`].
    pub rule: Rule,
}

impl KeyLists {
    /// Adds a key to the form in the making. One of the same kind and text that it has already stays where it is, with the
    /// larger weight.
    pub fn add(&mut self, kind: KeyKind, text: &str, weight: f32, rule: Rule) {
        if text.is_empty() {
            return;
        }
        let making = self.making();
        let texts = &self.texts;
        match self.keys[making].iter_mut().find(|key| key.kind == kind && texts[key.text.clone()] == *text) {
            Some(known) => known.weight = known.weight.max(weight),
            None => self.push(kind, text, weight, rule),
        }
    }

    /// Adds a key to the form in the making as it is.
    pub fn push(&mut self, kind: KeyKind, text: &str, weight: f32, rule: Rule) {
        let start = self.texts.len();
        self.texts.push_str(text);
        self.keys.push(Listed { text: start..self.texts.len(), kind, weight, rule });
    }

    /// Multiplies the weights of the form in the making.
    pub fn weigh(&mut self, factor: f32) {
        let making = self.making();
        self.keys[making].iter_mut().for_each(|key| key.weight *= factor);
    }

    /// Ends the form in the making.
    pub fn end(&mut self) {
        self.ends.push(self.keys.len());
    }

    /// The keys of the form in the making.
    pub fn of_making(&self) -> impl Iterator<Item = NewKey<'_>> {
        self.listed(self.making())
    }

    /// The keys of each form that was ended.
    pub fn lists(&self) -> impl Iterator<Item = impl ExactSizeIterator<Item = NewKey<'_>> + Clone> {
        let mut start = 0;
        self.ends.iter().map(move |&end| self.listed(std::mem::replace(&mut start, end)..end))
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    fn making(&self) -> Range<usize> {
        self.ends.last().copied().unwrap_or(0)..self.keys.len()
    }

    fn listed(&self, range: Range<usize>) -> impl ExactSizeIterator<Item = NewKey<'_>> + Clone {
        self.keys[range].iter().map(|Listed { text, kind, weight, rule }| NewKey {
            kind: *kind,
            text: &self.texts[text.clone()],
            weight: *weight,
            rule: *rule,
        })
    }
}

impl NewKey<'_> {
    /// The key by itself.
    pub fn owned(&self) -> Key {
        Key::new(self.kind, self.text, self.weight, self.rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_with_their_forms() {
        let mut keys = KeyLists::default();
        keys.add(KeyKind::Lemma, "сталь", 0.5, Rule::Dictionary);
        keys.add(KeyKind::Surface, "стали", 1.0, Rule::Form);
        keys.add(KeyKind::Lemma, "сталь", 0.75, Rule::Override);
        keys.add(KeyKind::Lemma, "", 1.0, Rule::Dictionary);
        keys.weigh(0.5);
        keys.end();
        keys.end();
        keys.push(KeyKind::Lemma, "сталь", 1.0, Rule::Given);
        keys.push(KeyKind::Lemma, "сталь", 1.0, Rule::Given);
        assert_eq!(keys.of_making().count(), 2);
        keys.end();
        let lists: Vec<Vec<Key>> = keys.lists().map(|list| list.map(|key| key.owned()).collect()).collect();
        let given = Key::new(KeyKind::Lemma, "сталь", 1.0, Rule::Given);
        let first = [
            Key::new(KeyKind::Lemma, "сталь", 0.375, Rule::Dictionary),
            Key::new(KeyKind::Surface, "стали", 0.5, Rule::Form),
        ];
        assert_eq!(lists, [first.to_vec(), Vec::new(), vec![given.clone(), given]]);
        assert_eq!((keys.len(), keys.is_empty()), (4, false));
    }
}
