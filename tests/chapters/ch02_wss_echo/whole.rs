//! All of this server in one conversation, for a chapter that builds upon it.

use super::{enters, exchange, frames};
use crate::recorder::{
    Stage,
    frame::{self, BINARY, CLOSE, PING},
};

/// What this chapter asks for in as many steps, once each, while Alice is there. Only
/// fragments are left to the browsers, which make them too. The bytes come last:
/// whether they are logged is free.
pub async fn whole(stage: &mut Stage) {
    let mut alice = enters(stage, "alice").await;
    let word = stage.random_word();
    exchange(stage, &mut alice, &word).await;
    alice.says("deux\nlignes").await;
    stage.logs_one_line("Reçu : ", &["deux", "lignes"]).await;
    alice.hears_message().await;
    alice.sends(0x80 | PING, b"encore en vie ?").await;
    alice.hears_message().await;
    frames::breaks_some(stage).await;
    let mut bob = enters(stage, "bob").await;
    bob.sends(0x80 | CLOSE, &frame::closing(1000, "au revoir à tous")).await;
    bob.hears_message().await;
    bob.hears_end().await;
    stage.logs().await;
    let mut carol = enters(stage, "carol").await;
    carol.vanishes();
    stage.logs().await;
    alice.sends(0x80 | BINARY, b"a\xff").await;
    alice.hears_message().await;
    stage.curtain_on_lines("Reçu : ").await;
}
