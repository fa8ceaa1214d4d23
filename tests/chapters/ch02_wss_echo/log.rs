//! What stands in the log of a message that would break its line.

use super::{enters, exchange, open};
use crate::recorder::Stage;

/// What would break a line, or steer a terminal, or is nothing of the kind.
pub async fn log(stage: &mut Stage) {
    open(stage).await;
    let mut client = enters(stage, "").await;
    let c0: String = ('\0'..='\x1f').collect();
    let c1: String = ('\u{80}'..='\u{9f}').collect();
    let texts: [(&str, &[&str]); 9] = [
        ("deux\nlignes", &["deux", "lignes"]),
        ("retour\rchariot", &["retour", "chariot"]),
        ("\u{1b}[31mrouge", &["rouge"]),
        ("a\u{2028}b\u{2029}c", &["a", "b", "c"]),
        ("nul\0", &["nul"]),
        ("onglet\t", &["onglet"]),
        ("\u{7f}\u{85}", &[]),
        (&c0, &[]),
        (&c1, &[]),
    ];
    for (text, kept) in texts {
        client.says(text).await;
        stage.logs_one_line("Reçu : ", kept).await;
        client.hears_message().await;
    }
    exchange(stage, &mut client, r#"C:\nouveau {:?} "é""#).await;
    stage.curtain(true).await;
}
