//! Words as a sentence or a title begins.

/// The same words, the first letter of which is a capital.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::capital;

    #[test]
    fn one_letter_changes() {
        let words = ["step 2", "état", "Sse counter", ""].map(capital);
        assert_eq!(words, ["Step 2", "État", "Sse counter", ""]);
    }
}
