//! Messages that come in pieces: of the network, and of the sender.

use super::{enters, exchange, open};
use crate::recorder::{
    Stage,
    frame::{CONTINUATION, PING, TEXT},
};

/// Reads and frames do not end together: two frames in one write, the first of which
/// takes longer to answer, one frame in five (cut in its length, its mask and a letter),
/// one that takes many reads, in which every even number of bytes ends inside a letter.
pub async fn arrivals(stage: &mut Stage) {
    open(stage).await;
    let mut client = enters(stage, "").await;
    let word = stage.random_word();
    stage.pen().act("two messages leave in one write");
    let long = "l".repeat(5000);
    let texts = [&long, &word].map(|text| (0x80 | TEXT, text.as_bytes()));
    client.sends_together(&texts).await;
    for _ in texts {
        stage.logs().await;
    }
    for _ in texts {
        client.hears_message().await;
    }
    stage.pen().act("one message leaves in five writes");
    let text = format!("é{}", "b".repeat(150));
    client.says_in_pieces(&text, &[1, 3, 6, 9]).await;
    stage.logs().await;
    client.hears_message().await;
    exchange(stage, &mut client, &format!("a{}", "é".repeat(70_000))).await;
    stage.curtain(true).await;
}

/// A message in three frames, cut in the middle of a letter, and a ping inside; one whose
/// first frames are empty, one whose last is, and one in more frames than most have.
pub async fn fragments(stage: &mut Stage) {
    open(stage).await;
    let mut client = enters(stage, "").await;
    client.sends(TEXT, b"d\xc3").await;
    client.sends(0x80 | PING, b"encore en vie ?").await;
    client.sends(CONTINUATION, b"\xa9coup").await;
    client.sends(0x80 | CONTINUATION, "é".as_bytes()).await;
    stage.logs().await;
    client.hears_control_and_message().await;
    client.sends(TEXT, b"").await;
    client.sends(CONTINUATION, b"").await;
    client.sends(0x80 | CONTINUATION, b"creux").await;
    stage.logs().await;
    client.hears_message().await;
    client.sends(TEXT, b"fin ").await;
    client.sends(CONTINUATION, b"vide").await;
    client.sends(0x80 | CONTINUATION, b"").await;
    stage.logs().await;
    client.hears_message().await;
    stage.pen().act("a message leaves in twelve frames");
    let part = "f".repeat(5000);
    let mut frames = [(CONTINUATION, part.as_bytes()); 12];
    (frames[0].0, frames[11].0) = (TEXT, 0x80 | CONTINUATION);
    client.sends_together(&frames).await;
    stage.logs().await;
    client.hears_message().await;
    exchange(stage, &mut client, "entier").await;
    stage.curtain(true).await;
}
