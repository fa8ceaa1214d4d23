//! Named masks for values that must change from run to run.
//!
//! An expected transcript says `[port]`; this run's value is filled in before
//! the comparison, so that a report shows the learner real values and byte
//! places are the program's own. A mask's value is checked by the recorder
//! before it is given here: a wrong one never gets a name.

/// The values of one run, in the order in which they came up.
#[derive(Clone, Debug, Default)]
pub struct Masks(Vec<(&'static str, String)>);

/// A value that no one compares, known by its form alone.
pub const DATE: &str = "[date]";

/// Whether a text may hold a mask's name, so that it is not what was said.
pub fn may_be_masked(text: &str) -> bool {
    let name = |word: &str| {
        let letters = |c: char| c.is_ascii_lowercase() || c == ' ';
        word.split_once(']')
            .is_some_and(|(name, _)| !name.is_empty() && name.chars().all(letters))
    };
    text.split('[').skip(1).any(name)
}

impl Masks {
    /// Names one more value.
    pub fn add(&mut self, name: &'static str, value: String) {
        if !self
            .0
            .iter()
            .any(|(known, same)| *known == name && *same == value)
        {
            self.0.push((name, value));
        }
    }

    /// Whether a name has a value.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| *known == name)
    }

    /// The expected text with this run's values in place of the masks' names.
    /// A name with several values takes them in turn, the last one from then on.
    pub fn fill(&self, expected: &str) -> String {
        let mut text = expected.to_owned();
        for name in self.names() {
            let values: Vec<&str> = self.values(name).collect();
            let mask = format!("[{name}]");
            let mut turn = 0;
            while let Some(at) = text.find(&mask) {
                text.replace_range(at..at + mask.len(), values[turn.min(values.len() - 1)]);
                turn += 1;
            }
        }
        text
    }

    /// The recorded text with names in place of this run's values: what a
    /// snapshot keeps. Longer values first, so that none is a piece of another;
    /// names that happen to have the same value take its occurrences in turn.
    pub fn mask(&self, recorded: &str) -> String {
        let mut values: Vec<&str> = self.0.iter().map(|(_, value)| value.as_str()).collect();
        values.sort_by_key(|value| (std::cmp::Reverse(value.len()), *value));
        values.dedup();
        values.iter().fold(recorded.to_owned(), |text, value| {
            let same = self.0.iter().filter(|(_, known)| known == value);
            let names: Vec<String> = same.map(|(name, _)| format!("[{name}]")).collect();
            replace_whole(&text, value, &names)
        })
    }

    fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.0.iter().map(|(name, _)| *name).collect();
        names.dedup();
        names
    }

    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Replaces `value` where it is not a piece of a longer number or word, by each
/// of the names in turn and by the last from then on.
fn replace_whole(text: &str, value: &str, names: &[String]) -> String {
    let mut turn = 0;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(value) {
        let (before, after) = (&rest[..at], &rest[at + value.len()..]);
        let word = |c: char| c.is_ascii_alphanumeric();
        let whole = !before.ends_with(word) && !after.starts_with(word);
        out.push_str(before);
        out.push_str(if whole {
            &names[turn.min(names.len() - 1)]
        } else {
            value
        });
        turn += usize::from(whole);
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_what_it_masks() {
        let mut masks = Masks::default();
        masks.add("port", "4187".into());
        masks.add("random", "x4187y".into());
        let recorded = "à https://localhost:4187\nx4187y 41873\n";
        let masked = masks.mask(recorded);
        assert_eq!(masked, "à https://localhost:[port]\n[random] 41873\n");
        assert_eq!(masks.fill(&masked), recorded);
    }

    #[test]
    fn tells_two_names_of_one_value_apart_by_their_order() {
        let mut masks = Masks::default();
        masks.add("time", "t1".into());
        masks.add("second time", "t1".into());
        assert_eq!(
            masks.mask("bob t1, alice t1"),
            "bob [time], alice [second time]"
        );
    }

    #[test]
    fn sees_where_a_name_may_be() {
        assert!(may_be_masked("data: {\"time\":\"[second time]\"}"));
        for plain in ["bonjour", "[31mrouge", "a[0]", "[]", "[\"a\"]"] {
            assert!(!may_be_masked(plain), "{plain}");
        }
    }

    #[test]
    fn gives_values_of_one_name_in_turn() {
        let mut masks = Masks::default();
        masks.add("time", "t1".into());
        masks.add("time", "t2".into());
        assert_eq!(masks.fill("[time] [time] [time]"), "t1 t2 t2");
    }
}
