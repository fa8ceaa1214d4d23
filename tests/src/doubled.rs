//! The words for a header that stands twice in a head, which is no matter of the one
//! that was expected there.

use crate::report::{Finding, Kind};

/// Whether it is so; then the finding says it. The lines of a head are sorted, and one
/// of two follows the other.
pub fn tells(finding: &mut Finding) -> bool {
    let mut names = finding.recorded.iter().rev().map(|line| header(line));
    let (Some(Some(twice)), Some(Some(before))) = (names.next(), names.next()) else {
        return false;
    };
    if finding.kind != Kind::Unexpected || twice != before {
        return false;
    }
    finding.why = format!(
        "The head has two lines of {twice}. Where a header's value is a list, both together mean \
         one (RFC 9110 5.3); where it is not, one client takes the first and another the last. \
         The workbook asks for one line."
    );
    finding.next = "See who sets it: what you call may have done so already, and to add a header \
                    is not to replace it."
        .into();
    true
}

/// The name in a line of a head that the program said.
fn header(line: &str) -> Option<&str> {
    let (_, said) = line.split_once("< ")?;
    said.split_once(": ").map(|(name, _)| name)
}
