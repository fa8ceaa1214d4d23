//! The words for a call that stands in the source and has done nothing: a future that
//! nobody awaits, of which the compiler warns, or does not.

use crate::{
    diagnostic::Warning,
    report::{Finding, Kind},
};

/// The most warnings that a finding shows.
const WARNINGS: usize = 3;

/// Of a future that is given a name, or `_`, no compiler warns.
const UNAWAITED: &str = "If the call is there: is it awaited? `let _ = f()` throws a future away \
                         before it has done a thing, and the compiler says nothing.";

/// Adds what the compiler has warned of, where the finding does not explain itself.
pub fn tells(finding: &mut Finding, warnings: &[Warning]) {
    let explains_itself = matches!(
        finding.kind,
        Kind::Unwritten | Kind::Panicked | Kind::Excess | Kind::Differs | Kind::SameMeaning
    );
    if explains_itself {
        return;
    }
    let (idle, others): (Vec<&Warning>, Vec<&Warning>) =
        warnings.iter().partition(|warning| warning.idle);
    if !idle.is_empty() {
        finding.next = format!("Begin with what the compiler says, above. {}", finding.next);
    } else if is_undone(finding) {
        finding.next = format!("{} {UNAWAITED}", finding.next);
    }
    let told = idle.into_iter().chain(others).take(WARNINGS);
    finding.warnings = told.cloned().collect();
}

/// Whether nothing came for a while, or something came without its wait.
fn is_undone(finding: &Finding) -> bool {
    let Some(last) = finding.recorded.last() else {
        return false;
    };
    let silent = last.contains("* no ") || last.contains(": no ");
    let early = last.contains("< ");
    (finding.kind == Kind::Missing && silent) || (finding.kind == Kind::Timing && early)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warning(idle: bool) -> Warning {
        Warning {
            idle,
            place: "exercises/ch02-wss-echo/src/serve.rs:23".into(),
            words: "unused".into(),
        }
    }

    /// What is told of a finding whose last line is `recorded`: how many warnings, and
    /// the beginning and the end of what comes next.
    fn told(kind: Kind, recorded: &str, warnings: &[Warning]) -> (usize, bool, bool) {
        let mut finding = Finding {
            kind,
            recorded: vec![recorded.into()],
            next: "Look.".into(),
            ..Finding::default()
        };
        tells(&mut finding, warnings);
        let next = &finding.next;
        let begins = next == "Begin with what the compiler says, above. Look.";
        let ends = *next == format!("Look. {UNAWAITED}");
        assert!(begins || ends || next == "Look.", "{next}");
        (finding.warnings.len(), begins, ends)
    }

    #[test]
    fn an_idle_future_comes_first_and_an_unused_value_is_an_aside() {
        let silence = "* no frame for 5 s";
        let many = [false, false, false, true].map(warning);
        assert_eq!(told(Kind::Missing, silence, &many), (3, true, false));
        assert_eq!(
            told(Kind::Exited, "* the program exits with code 0", &many[3..]),
            (1, true, false)
        );
        assert_eq!(
            told(Kind::Unexpected, "< close 1000 \"\"", &many[..1]),
            (1, false, false)
        );
    }

    #[test]
    fn what_explains_itself_is_told_alone() {
        for kind in [Kind::Unwritten, Kind::Panicked, Kind::Excess, Kind::Differs] {
            assert_eq!(
                told(kind, "< text \"a\"", &[warning(true)]),
                (0, false, false)
            );
        }
    }

    #[test]
    fn where_no_compiler_warns_silence_and_haste_are_asked_about() {
        let asks = |kind, recorded| told(kind, recorded, &[]).2;
        assert!(asks(Kind::Missing, "* no frame for 5 s"));
        assert!(asks(Kind::Missing, "* bob: no event for 5 s"));
        assert!(asks(Kind::Timing, "alice < data: Ceci est le message 0\\n"));
        assert!(!asks(Kind::Missing, "* the response ends"));
        assert!(!asks(Kind::Timing, "* 1.4 s pass"));
    }
}
